import {
  ProviderError,
  type LiveUser,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(60_000);

const BILLING: LiveUser = { name: 'billing', kind: 'session', count: 3 };
const AUDIT: LiveUser = { name: 'audit', kind: 'session', count: 1 };

describe('live use', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({ knex });
  });
  afterAll(async () => portal.stop());
  afterEach(() => {
    portal.dev.down = false;
    portal.dev.inspectFault = undefined;
    portal.dev.unseen = [];
  });

  const use = (name: string, ...users: LiveUser[]) => {
    portal.dev.boxes.get(name)!.users = users;
  };
  const ask = async (resourceId: string, action: string, more: object = {}) =>
    (
      await portal.post('payments-dev', '/requests', {
        action,
        resourceId,
        ...more,
      })
    ).body;
  const approve = (request: any, caller = 'platform-lead') =>
    portal.post(caller, `/requests/${request.id}/approve`, {
      planHash: request.plan.hash,
    });
  const read = async (id: string) =>
    (await portal.get('payments-dev', `/requests/${id}`)).body;

  it('should be named by the plan of a deletion, in words, and make its risk high', async () => {
    const id = await portal.readyBox('busy');
    const before = await ask(id, 'delete');
    expect(before.plan).toMatchObject({
      risk: 'low',
      use: { users: [], unseen: [] },
    });
    const [own] = [...portal.dev.boxes.get('busy')!.access];
    const login = `${own.split(':')[0]}_a`;
    use('busy', BILLING, { name: login, kind: 'session', count: 1 });
    portal.dev.unseen = ['Readers of snapshots: needs the right PEEK'];
    const asked = await ask(id, 'delete');
    expect(asked.plan).toMatchObject({
      hash: before.plan.hash,
      risk: 'high',
      use: {
        users: [
          BILLING,
          { name: login, principal: 'component:default/payments-api' },
        ],
      },
      findings: expect.arrayContaining([
        {
          policy: 'resource/in-use',
          effect: 'warn',
          message: `In use now by session billing (3), session ${login} of component:default/payments-api. They lose it as soon as this is carried out.`,
        },
        {
          policy: 'resource/use-unseen',
          effect: 'info',
          message:
            'What could not be looked at: Readers of snapshots: needs the right PEEK',
        },
      ]),
    });
  });

  it('should send a deletion back for somebody who was not there when it was approved', async () => {
    const id = await portal.readyBox('visited');
    use('visited', BILLING);
    const asked = await ask(id, 'delete');
    use('visited', { ...BILLING, count: 9 }, AUDIT);
    await approve(asked);
    const back = await eventually(
      () => read(asked.id),
      ({ plan }) => plan.revision === 2,
    );
    expect(back).toMatchObject({
      state: 'pending',
      plan: {
        hash: asked.plan.hash,
        use: { users: [{ name: 'billing', count: 9 }, { name: 'audit' }] },
      },
      previousPlans: [{ use: { users: [{ name: 'billing', count: 3 }] } }],
    });
    expect(portal.dev.boxes.get('visited')!.access.size).toBe(1);

    await approve(back);
    expect(await portal.until(asked.id, 'completed')).toMatchObject({
      plan: { revision: 2 },
    });
  });

  it('should not mind the same users in other numbers, nor one who has left', async () => {
    const id = await portal.readyBox('known');
    use('known', BILLING, AUDIT);
    const asked = await ask(id, 'delete');
    use('known', { ...BILLING, count: 40 });
    await approve(asked);
    expect(await portal.until(asked.id, 'completed')).toMatchObject({
      plan: { revision: 1 },
    });
  });

  it('should wait with a deletion while the engine cannot be asked', async () => {
    const id = await portal.readyBox('unasked');
    const asked = await ask(id, 'delete');
    portal.dev.inspectFault = new ProviderError('Unreachable', 'No answer');
    await approve(asked);
    const waiting = await eventually(
      () => read(asked.id),
      body => Boolean(body.waiting),
    );
    expect(waiting).toMatchObject({
      state: 'approved',
      waiting: { message: 'No answer' },
    });
    portal.dev.inspectFault = undefined;
    await portal.until(asked.id, 'completed');
  });

  it('should let a deletion through where the engine does not let us look, and say so', async () => {
    const id = await portal.readyBox('hidden');
    portal.dev.inspectFault = new ProviderError(
      'Unauthorized',
      'The right PEEK is missing',
    );
    const asked = await ask(id, 'delete');
    expect(asked.plan).toMatchObject({
      risk: 'low',
      use: { users: [], message: 'The right PEEK is missing' },
      findings: expect.arrayContaining([
        {
          policy: 'resource/use-unseen',
          effect: 'warn',
          message: 'Nobody could look who uses it: The right PEEK is missing',
        },
      ]),
    });
    await portal.carryOut(asked);
  });

  it('should be named by an update that takes something away, and by no other', async () => {
    const id = await portal.readyBox('shrinks');
    use('shrinks', BILLING);
    const grows = await ask(id, 'update', { spec: { size: 60 } });
    expect(grows.plan.use).toBeUndefined();
    expect(grows.plan.risk).toBe('low');
    const shrinks = await ask(id, 'update', { spec: { size: 1 } });
    expect(shrinks.plan).toMatchObject({
      risk: 'high',
      findings: [
        {
          policy: 'resource/in-use',
          message:
            'In use now by session billing (3). This takes something away from them.',
        },
      ],
    });
  });

  describe('at the end of a quarantine', () => {
    const purgeOf = async (id: string) =>
      (
        await eventually(
          async () =>
            (
              await portal.get(
                'payments-dev',
                `/requests?resourceId=${id}&action=delete`,
              )
            ).body,
          ({ items }) => items[0].requestedBy === 'system:quarantine',
        )
      ).items[0];
    const end = (id: string) =>
      knex('resources').where({ id }).update({ purge_at: knex.fn.now() });

    it('should leave the removal to people: platform and the owner group', async () => {
      const id = await portal.readyBox('clung-to');
      await portal.remove(id);
      use('clung-to', BILLING);
      await end(id);
      const asked = await purgeOf(id);
      expect(asked).toMatchObject({
        state: 'pending',
        plan: {
          risk: 'high',
          use: { users: [BILLING] },
          approval: {
            mode: 'manual',
            required: [
              { group: 'group:default/platform' },
              { group: 'group:default/payments' },
            ],
          },
        },
      });
      await eventually(
        async () => portal.notifications,
        sent =>
          sent.some(
            ({ recipients, payload }) =>
              payload.scope?.endsWith(asked.id) &&
              JSON.stringify(recipients).includes('group:default/payments') &&
              JSON.stringify(recipients).includes('group:default/platform') &&
              payload.description?.includes('It is in use now'),
          ),
      );
      expect(portal.dev.boxes.has('clung-to')).toBe(true);

      await approve(asked, 'payments-lead');
      expect((await read(asked.id)).state).toBe('pending');
      await approve(asked);
      await portal.until(asked.id, 'completed');
      expect(portal.dev.boxes.has('clung-to')).toBe(false);
    });

    it('should be looked at once more right before the removal', async () => {
      const id = await portal.readyBox('last-moment');
      await portal.remove(id);
      // Approved by itself, and in use by the time its turn comes.
      const stop = knex.raw(
        `CREATE FUNCTION hold_back() RETURNS trigger AS $$
         BEGIN
           IF NEW.requested_by = 'system:quarantine' AND NEW.state = 'approved'
             AND OLD.state = 'pending' THEN
             NEW.next_attempt_at = now() + interval '3 seconds';
           END IF;
           RETURN NEW;
         END $$ LANGUAGE plpgsql;
         CREATE TRIGGER hold_back BEFORE UPDATE ON requests
         FOR EACH ROW EXECUTE FUNCTION hold_back()`,
      );
      await stop;
      try {
        await end(id);
        const asked = await purgeOf(id);
        expect(asked.state).toBe('approved');
        use('last-moment', AUDIT);
        const back = await portal.until(asked.id, 'pending');
        expect(back).toMatchObject({
          plan: { revision: 2, approval: { mode: 'manual' } },
          decisions: [{ by: 'policy:quarantine-has-ended', revision: 1 }],
        });
        expect(portal.dev.boxes.has('last-moment')).toBe(true);
      } finally {
        await knex.raw('DROP FUNCTION hold_back() CASCADE');
      }
    });

    it('should be asked about once, and leave what people turned down where it is', async () => {
      const id = await portal.readyBox('kept-after-all');
      await portal.remove(id);
      use('kept-after-all', BILLING);
      await end(id);
      const asked = await purgeOf(id);
      await portal.post('payments-lead', `/requests/${asked.id}/reject`, {
        comment: 'Billing still reads it',
      });
      use('kept-after-all');
      await new Promise(resolve => setTimeout(resolve, 2_500));
      const { body } = await portal.get(
        'payments-dev',
        `/requests?resourceId=${id}&action=delete`,
      );
      expect(body.items).toHaveLength(2);
      expect(portal.dev.boxes.has('kept-after-all')).toBe(true);
      const restored = await portal.carryOut(await ask(id, 'restore'));
      expect(restored.state).toBe('completed');
    });
  });

  describe('GET /resources/{id}/use', () => {
    it('should tell who uses a resource now', async () => {
      const id = await portal.readyBox('watched');
      use('watched', BILLING);
      const { status, body } = await portal.get(
        'logistics-dev',
        `/resources/${id}/use`,
      );
      expect([status, body]).toEqual([
        200,
        {
          users: [BILLING],
          measures: [],
          unseen: [],
          observedAt: expect.any(String),
        },
      ]);
    });

    it('should say why nothing could be seen', async () => {
      const id = await portal.readyBox('dark');
      portal.dev.down = true;
      const { status, body } = await portal.get(
        'payments-dev',
        `/resources/${id}/use`,
      );
      expect([status, body.users, body.message]).toEqual([
        200,
        [],
        'The memory server is down',
      ]);
    });
  });
});
