import { sqlAsAdmin } from '@data-resources/test-engines';
import { expect, test } from '@playwright/test';
import { components, useComponents } from './support/components';
import { withPostgres } from './support/clients/postgres';
import { eventually } from './support/eventually';
import { database, PAYMENTS, PLATFORM, topic } from './support/inputs';
import { inventory } from './support/inventory';
import {
  auditor,
  colleague,
  developer,
  engineer,
  neighbour,
  platformLead,
} from './support/Person';
import { approve, ask, completed, request, resource } from './support/requests';
import { issue } from './support/secrets';

const byPlatform = { group: PLATFORM, count: 1, given: 0 };

test.describe('what no policy approves', () => {
  useComponents();

  const inputs = {
    'a topic of 7 partitions': () =>
      topic(undefined, { spec: { partitions: 7, replicationFactor: 1 } }),
    'a database with more connections than the policy allows': () =>
      database(undefined, { spec: { connectionLimit: 21 } }),
    'a database without a limit': () =>
      database(undefined, { spec: { connectionLimit: -1 } }),
    'a database in production': () =>
      database(undefined, {
        instance: 'postgres-prod',
        grants: [{ principal: components.api, role: 'owner' }],
      }),
  };

  for (const [title, input] of Object.entries(inputs)) {
    test(`should leave ${title} to the platform team, and make it once they agree`, async () => {
      const asked = await ask(developer, input());
      expect(asked).toMatchObject({ state: 'pending', can: ['withdraw'] });
      expect(asked.plan.approval).toMatchObject({
        mode: 'manual',
        required: [byPlatform],
      });
      for (const person of [developer, colleague, neighbour, auditor]) {
        const { status, body } = await person.post(
          `/requests/${asked.id}/approve`,
          { planHash: asked.plan.hash },
        );
        expect([person.name, status, body.error.name]).toEqual([
          person.name,
          403,
          'NotAllowedError',
        ]);
        const { status: rejected } = await person.post(
          `/requests/${asked.id}/reject`,
          { comment: 'no' },
        );
        expect(rejected).toBe(403);
      }
      expect(await request(developer, asked.id)).toMatchObject({
        state: 'pending',
        decisions: [],
        execution: [],
      });

      const { can } = await request(engineer, asked.id);
      expect(can).toEqual(['approve', 'reject']);
      await approve(engineer, asked);
      const done = await completed(developer, asked);

      // What was approved is what ran.
      expect(done.previousPlans).toEqual([]);
      expect(done.plan.hash).toBe(asked.plan.hash);
      expect(done.decisions).toEqual([
        expect.objectContaining({
          effect: 'approve',
          by: engineer.ref,
          group: PLATFORM,
          planHash: asked.plan.hash,
        }),
      ]);
      expect(await resource(developer, done.resourceId!)).toMatchObject({
        phase: 'ready',
        spec: asked.input.spec,
      });
    });
  }

  test('should give a login on the production server to nobody but who was granted one', async () => {
    const asked = await ask(
      developer,
      database(undefined, {
        instance: 'postgres-prod',
        grants: [{ principal: components.api, role: 'owner' }],
      }),
    );
    await approve(engineer, asked);
    const { resourceId } = await completed(developer, asked);
    const made = await resource(developer, resourceId!);
    const credentials = await issue(developer, made, components.api);
    const rows = await withPostgres(credentials, client =>
      client.query('SELECT current_database() AS name'),
    );
    expect(rows.rows).toEqual([{ name: made.name }]);
    const [{ count }] = await sqlAsAdmin<{ count: string }>(
      'postgres-dev',
      'SELECT count(*) FROM pg_roles WHERE rolname = $1',
      { values: [credentials.username] },
    );
    expect(count).toBe('0');
  });

  test('should make nothing of what is rejected, say why, and free the name', async () => {
    const before = await inventory();
    const input = topic(undefined, {
      spec: { partitions: 12, replicationFactor: 1 },
    });
    const asked = await ask(developer, input);
    const { status } = await engineer.post(`/requests/${asked.id}/reject`, {
      comment: 'Six are enough for this load',
    });
    expect(status).toBe(200);
    expect(await request(developer, asked.id)).toMatchObject({
      state: 'rejected',
      decisions: [
        {
          effect: 'reject',
          by: engineer.ref,
          comment: 'Six are enough for this load',
        },
      ],
      can: [],
    });
    expect(await inventory()).toEqual(before);
    await completed(developer, await ask(developer, topic(input.name)));
  });

  test('should be taken back by its group, and not by others', async () => {
    const input = topic(undefined, {
      spec: { partitions: 12, replicationFactor: 1 },
    });
    const asked = await ask(developer, input);
    for (const person of [neighbour, engineer, auditor]) {
      const { status } = await person.post(`/requests/${asked.id}/withdraw`);
      expect([person.name, status]).toEqual([person.name, 403]);
    }
    const { status } = await colleague.post(`/requests/${asked.id}/withdraw`);
    expect(status).toBe(200);
    const again = await colleague.post(`/requests/${asked.id}/withdraw`);
    expect(again.status).toBe(409);
    expect((await request(developer, asked.id)).state).toBe('withdrawn');
    const decided = await engineer.post(`/requests/${asked.id}/approve`, {
      planHash: asked.plan.hash,
    });
    expect(decided.status).toBe(409);
  });

  test('should need the owner group too when platform asks for it', async () => {
    const asked = await ask(platformLead, {
      ...topic(undefined, { spec: { partitions: 8, replicationFactor: 1 } }),
    });
    expect(asked.plan.approval.required).toEqual(
      expect.arrayContaining([
        byPlatform,
        { group: PAYMENTS, count: 1, given: 0 },
      ]),
    );
    const own = await platformLead.post(`/requests/${asked.id}/approve`, {
      planHash: asked.plan.hash,
    });
    expect(own.status).toBe(403);

    const half = await approve(engineer, asked);
    expect(half.state).toBe('pending');
    expect(half.plan.approval.required).toEqual(
      expect.arrayContaining([
        { ...byPlatform, given: 1 },
        { group: PAYMENTS, count: 1, given: 0 },
      ]),
    );
    const twice = await engineer.post(`/requests/${asked.id}/approve`, {
      planHash: asked.plan.hash,
    });
    expect(twice.status).toBe(409);

    await approve(colleague, asked);
    const done = await completed(platformLead, asked);
    expect(done.decisions.map(({ by, group }) => [by, group])).toEqual([
      [engineer.ref, PLATFORM],
      [colleague.ref, PAYMENTS],
    ]);
  });

  test('should need the owner group even where a policy would approve', async () => {
    const asked = await ask(platformLead, topic());
    expect(asked).toMatchObject({ state: 'pending' });
    expect(asked.plan.approval).toMatchObject({
      mode: 'manual',
      required: [{ group: PAYMENTS, count: 1, given: 0 }],
    });
    await approve(developer, asked);
    await completed(platformLead, asked);
  });

  test("should stand in the list of who may decide, and in nobody else's", async () => {
    const asked = await ask(
      developer,
      topic(undefined, { spec: { partitions: 9, replicationFactor: 1 } }),
    );
    const waitsFor = async (person: typeof developer) => {
      const { body } = await person.get<{ items: { id: string }[] }>(
        '/requests?approvableBy=me&limit=200',
      );
      return body.items.some(({ id }) => id === asked.id);
    };
    expect(await waitsFor(engineer)).toBe(true);
    expect(await waitsFor(platformLead)).toBe(true);
    for (const person of [developer, colleague, neighbour, auditor]) {
      expect([person.name, await waitsFor(person)]).toEqual([
        person.name,
        false,
      ]);
    }
    await approve(engineer, asked);
    await eventually(
      'the decided request leaves the list',
      () => waitsFor(engineer),
      waits => !waits,
      1_000,
    );
    await completed(developer, asked);
  });
});
