import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';
import { sampleConfig } from '../__testUtils__/sampleConfig';

jest.setTimeout(90_000);

describe('drift that a policy speaks of', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({
      knex,
      config: {
        drift: { interval: '1 second' },
        policies: [
          {
            name: 'boxes-in-dev',
            match: { environments: ['dev'], actions: ['create'] },
            approve: 'automatically',
          },
          {
            name: 'straighten',
            match: { types: ['memory-box'], environments: ['dev'] },
            when: 'name.startsWith("straight") && plan.changes.all(c, c.path == "size")',
            drift: 'put-back',
          },
          {
            name: 'as-it-is',
            match: { environments: ['dev'] },
            when: 'name.startsWith("loose")',
            drift: 'keep',
          },
          {
            name: 'no-blue-boxes',
            match: { actions: ['update'] },
            when: 'has(spec.colour) && spec.colour == "blue"',
            effect: 'deny',
            message: 'Blue boxes fade; choose another colour',
            path: 'spec.colour',
          },
          ...sampleConfig.policies,
        ],
      },
    });
  });
  afterAll(async () => portal.stop());
  afterEach(() => {
    portal.dev.beforeAct = async () => {};
  });

  const resource = async (id: string) =>
    (await portal.get('payments-dev', `/resources/${id}`)).body;
  const updates = async (id: string) =>
    (
      await portal.get(
        'payments-dev',
        `/requests?resourceId=${id}&action=update`,
      )
    ).body.items;
  const drifted = (body: any) =>
    body.conditions.find(({ type }: any) => type === 'Drifted');
  const box = (name: string) => portal.dev.boxes.get(name)!;
  const corrected = async (id: string, count = 1) =>
    eventually(
      () => updates(id),
      items =>
        items.filter(({ state }: any) => state === 'completed').length >= count,
      30_000,
    );

  it('should be put back by a request of its own, approved by the policy, once', async () => {
    const id = await portal.readyBox('straight-1');
    box('straight-1').spec = { size: 2 };
    expect(await corrected(id)).toMatchObject([
      {
        requestedBy: 'system:drift',
        reason:
          'Somebody changed size on the engine, and policy straighten has it put back',
        plan: {
          changes: [{ path: 'size', from: 2, to: 3 }],
          approval: { mode: 'auto', policy: 'straighten' },
        },
        decisions: [{ effect: 'approve', by: 'policy:straighten' }],
      },
    ]);
    expect(box('straight-1').spec).toEqual({ size: 3 });
    const body = await resource(id);
    expect(drifted(body)).toMatchObject({ status: 'false' });
    expect(body.drift).toBeUndefined();

    const told = await eventually(
      async () =>
        portal.notifications.find(
          ({ payload }) =>
            payload.title === 'Drift corrected: memory-box straight-1',
        ),
      found => Boolean(found),
    );
    expect(told?.recipients).toMatchObject({
      entityRef: ['group:default/payments'],
    });
    const events = await knex('audit')
      .where({ resource_id: id })
      .orderBy('at')
      .select('event', 'actor');
    expect(events).toEqual(
      expect.arrayContaining([
        { event: 'drift.found', actor: 'system:drift' },
        { event: 'request.created', actor: 'system:drift' },
        { event: 'decision.approve', actor: 'policy:straighten' },
      ]),
    );
  });

  it('should become the declared state where the policy keeps it', async () => {
    const id = await portal.readyBox('loose-1');
    box('loose-1').spec = { size: 7 };
    portal.dev.acted.length = 0;
    expect(await corrected(id)).toMatchObject([
      {
        requestedBy: 'system:drift',
        plan: {
          changes: [{ path: 'declared.size', from: 3, to: 7 }],
          steps: [],
        },
        decisions: [{ by: 'policy:as-it-is' }],
      },
    ]);
    expect(await resource(id)).toMatchObject({ spec: { size: 7 } });
    expect(portal.dev.acted).toEqual([]);
  });

  it('should be left alone where no policy applies, its correction destroys, or a rule denies it', async () => {
    const other = await portal.readyBox('other');
    box('other').spec = { size: 2 };
    const unlike = await portal.readyBox('straight-unlike');
    box('straight-unlike').spec = { size: 3, colour: 'red' };
    const destroyed = await portal.readyBox('straight-large');
    box('straight-large').spec = { size: 9 };
    const denied = await portal.readyBox('loose-blue');
    box('loose-blue').spec = { size: 3, colour: 'blue' };
    const ids = [other, unlike, destroyed, denied];
    for (const id of ids) {
      await eventually(
        () => resource(id),
        body => drifted(body).status === 'true',
      );
    }
    await new Promise(resolve => setTimeout(resolve, 3_000));
    for (const id of ids) {
      expect(await updates(id)).toEqual([]);
    }
    expect(box('straight-large').spec).toEqual({ size: 9 });
  });

  it('should not be corrected for ever while somebody works against it', async () => {
    const id = await portal.readyBox('straight-fought');
    for (const count of [1, 2, 3]) {
      box('straight-fought').spec = { size: 2 };
      await corrected(id, count);
    }
    box('straight-fought').spec = { size: 2 };
    const body = await eventually(
      () => resource(id),
      found => drifted(found).status === 'true',
    );
    expect(drifted(body)).toMatchObject({
      reason: 'Contested',
      message: expect.stringContaining(
        'Within an hour a correction was asked for 3 times and did not last',
      ),
    });
    await new Promise(resolve => setTimeout(resolve, 2_500));
    expect(await updates(id)).toHaveLength(3);
    expect(box('straight-fought').spec).toEqual({ size: 2 });

    await knex('requests')
      .where({ resource_id: id, requested_by: 'system:drift' })
      .update({ created_at: knex.raw("created_at - interval '2 hours'") });
    await corrected(id, 4);
    expect(box('straight-fought').spec).toEqual({ size: 3 });
  });

  it('should be looked at anew when it is another one by the time its turn comes', async () => {
    const id = await portal.readyBox('straight-moving');
    await knex.raw(
      `CREATE FUNCTION hold_back() RETURNS trigger AS $$
       BEGIN
         IF NEW.requested_by = 'system:drift' AND NEW.state = 'approved'
           AND OLD.state = 'pending' THEN
           NEW.next_attempt_at = now() + interval '3 seconds';
         END IF;
         RETURN NEW;
       END $$ LANGUAGE plpgsql;
       CREATE TRIGGER hold_back BEFORE UPDATE ON requests
       FOR EACH ROW EXECUTE FUNCTION hold_back()`,
    );
    try {
      box('straight-moving').spec = { size: 2 };
      await eventually(
        () => updates(id),
        items => items.length === 1,
      );
      box('straight-moving').spec = { size: 1 };
      const items = await corrected(id);
      expect(items).toMatchObject([
        { state: 'completed', plan: { changes: [{ from: 1, to: 3 }] } },
        {
          state: 'rejected',
          plan: { changes: [{ from: 2, to: 3 }], revision: 1 },
          decisions: [{}, { by: 'policy:no-longer-possible' }],
        },
      ]);
    } finally {
      await knex.raw('DROP FUNCTION hold_back() CASCADE');
    }
  });
});
