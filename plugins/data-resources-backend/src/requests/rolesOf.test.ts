import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(60_000);

const API = 'component:default/payments-api';

/** Roles that one resource has and another of its type has not. */
describe('roles of single resources', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({ knex });
  });
  afterAll(async () => portal.stop());

  const create = (name: string, spec: object, role?: string) => ({
    action: 'create',
    type: 'memory-box',
    instance: 'box-dev',
    name,
    owner: 'group:default/payments',
    spec,
    ...(role ? { grants: [{ principal: API, role }] } : {}),
  });
  const made = async (name: string, spec: object, role?: string) => {
    const { body } = await portal.post(
      'payments-dev',
      '/requests',
      create(name, spec, role),
    );
    return (await portal.until(body.id, 'completed')).resourceId;
  };

  it('should be granted with the resource, told with it, and granted later', async () => {
    const spec = { size: 1, colour: 'red' };
    const id = await made('red-box', spec, 'red-painter');
    const { body } = await portal.get('payments-dev', `/resources/${id}`);
    expect(body.roles).toEqual([
      {
        name: 'red-painter',
        title: 'Painter of red',
        description: 'Paints it over',
      },
    ]);
    const asked = await portal.post('payments-dev', '/requests', {
      action: 'grant',
      resourceId: id,
      principal: 'component:default/payments-worker',
      role: 'red-painter',
    });
    expect(asked.status).toBe(201);
    await portal.carryOut(asked.body);
    const grants = await portal.get('payments-dev', `/resources/${id}/grants`);
    expect(grants.body.items.map(({ role }: { role: string }) => role)).toEqual(
      ['red-painter', 'red-painter'],
    );
  });

  it('should be refused where the resource has them not, and say which there are', async () => {
    const plain = await made('plain-box', { size: 1 });
    const { body } = await portal.get('payments-dev', `/resources/${plain}`);
    expect(body).not.toHaveProperty('roles');
    const asked = await portal.post('payments-dev', '/requests', {
      action: 'grant',
      resourceId: plain,
      principal: API,
      role: 'red-painter',
    });
    expect(asked.status).toBe(400);
    expect(asked.body.error.message).toBe(
      'role is "red-painter"; memory-box has reader, writer',
    );
    const wrong = await portal.post(
      'payments-dev',
      '/requests',
      create('blue-box', { size: 1, colour: 'blue' }, 'red-painter'),
    );
    expect(wrong.status).toBe(400);
    expect(wrong.body.error.message).toContain(
      'grants[0].role: must be one of reader, writer, blue-painter, found "red-painter"',
    );
  });

  it('should not be judged by a spec that is wrong itself', async () => {
    const wrong = await portal.post(
      'payments-dev',
      '/requests',
      create('odd-box', { size: 0, colour: 'blue' }, 'blue-painter'),
    );
    expect(wrong.status).toBe(400);
    expect(wrong.body.error.message).toBe(
      'spec.size: must be at least 1, found 0',
    );
  });
});
