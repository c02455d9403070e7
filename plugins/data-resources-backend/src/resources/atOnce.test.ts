import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';
import { sampleConfig } from '../__testUtils__/sampleConfig';

jest.setTimeout(60_000);

describe('a deletion that a policy lets go without quarantine', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({
      knex,
      config: {
        policies: [
          ...sampleConfig.policies,
          {
            name: 'throw-away',
            match: { environments: ['dev'] },
            when: 'name.startsWith("tmp.") && plan.risk != "high"',
            quarantine: 'none',
          },
        ],
      },
    });
  });
  afterAll(async () => portal.stop());

  const remove = async (resourceId: string) =>
    (
      await portal.post('payments-dev', '/requests', {
        action: 'delete',
        resourceId,
      })
    ).body;

  it('should say so in its plan and remove the object at once', async () => {
    const id = await portal.readyBox('tmp.gone');
    const asked = await remove(id);
    expect(asked.plan).toMatchObject({ risk: 'high' });
    expect(asked.plan.changes).toContainEqual({
      path: 'deletion',
      from: 'tmp.gone',
      to: 'immediately, without quarantine: policy throw-away',
      kind: 'destructive',
    });
    await portal.carryOut(asked);
    expect(portal.dev.boxes.has('tmp.gone')).toBe(false);
    expect(portal.dev.logins.size).toBe(0);
    const { body } = await portal.get('payments-dev', `/resources/${id}`);
    expect(body.phase).toBe('deleted');
    const told = await eventually(
      async () =>
        portal.notifications.find(
          ({ payload }) =>
            payload.topic === 'data-resources:requests' &&
            payload.title === 'Done: deletion of memory-box tmp.gone',
        ),
      found => Boolean(found),
    );
    expect(told?.payload.description).toBe(
      'It is gone, and so is all access to it.',
    );
  });

  it('should be none of others', async () => {
    const id = await portal.readyBox('lasting');
    const asked = await remove(id);
    expect(asked.plan.changes).toContainEqual(
      expect.objectContaining({ to: expect.stringContaining('1 day after') }),
    );
  });

  it('should be another plan, approved anew, once somebody uses the object', async () => {
    const id = await portal.readyBox('tmp.used');
    const asked = await remove(id);
    portal.dev.boxes.get('tmp.used')!.users = [
      { name: 'billing', kind: 'session', count: 1 },
    ];
    await portal.post('platform-lead', `/requests/${asked.id}/approve`, {
      planHash: asked.plan.hash,
    });
    const back = await portal.until(asked.id, 'pending');
    expect(back.plan.hash).not.toBe(asked.plan.hash);
    expect(back.plan.changes).toContainEqual(
      expect.objectContaining({ to: expect.stringContaining('1 day after') }),
    );
    expect(portal.dev.boxes.has('tmp.used')).toBe(true);
  });
});
