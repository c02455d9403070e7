import knexFactory, { type Knex } from 'knex';
import { CuttingProxy } from '../__testUtils__/CuttingProxy';
import { testDatabases } from '../__testUtils__/database';
import { boxInput, TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(60_000);

describe('a connection to the database that breaks before the answer', () => {
  const databases = testDatabases();
  let knex: Knex;
  let proxied: Knex;
  let proxy: CuttingProxy;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    // The password stands there, but not where `...` would find it.
    const { host, port, password, ...connection } =
      knex.client.connectionSettings;
    proxy = await CuttingProxy.before({ host, port: Number(port) });
    proxied = knexFactory({
      client: 'pg',
      connection: {
        ...connection,
        password,
        host: '127.0.0.1',
        port: proxy.port,
      },
    });
    // Whoever waited for the end of a lease would not be done in time.
    portal = await TestPortal.start({
      knex: proxied,
      config: { reconciler: { lease: '5 minutes' } },
    });
  });
  afterAll(async () => {
    await portal?.stop();
    await proxied?.destroy();
    await proxy?.stop();
  });

  it.each([
    ['an approval', 'decision.approve', 503],
    ['the start', 'request.executing', 200],
    ['an intent', 'step.begun', 200],
    ['the end', 'request.completed', 200],
  ])(
    'should leave %s that was written written once, and go on at once',
    async (_, event, status) => {
      const name = event.replace('.', '-');
      const request = (await portal.ask(name, { spec: { size: 50 } })).body;
      const words = event === 'step.begun' ? [event] : [event, request.id];
      const lost = proxy.loseAnswerTo(...words);
      const approve = () =>
        portal.post('platform-lead', `/requests/${request.id}/approve`, {
          planHash: request.plan.hash,
        });
      expect((await approve()).status).toBe(status);
      await lost;
      const done = await portal.until(request.id, 'completed');
      expect((await approve()).status).toBe(409);
      expect(done.decisions).toHaveLength(1);
      const told: string[] = await knex('audit')
        .where({ request_id: request.id })
        .whereNot('event', 'LIKE', 'step.%')
        .orderBy('event')
        .pluck('event');
      expect(told).toEqual([
        'decision.approve',
        'request.approved',
        'request.completed',
        'request.created',
        'request.executing',
      ]);
      expect(portal.dev.boxes.get(name)?.id).toBeDefined();
      expect(portal.dev.acted.splice(0)).toEqual(['create']);
    },
  );

  it('should say of many what was approved', async () => {
    const batch = await portal.post('payments-dev', '/request-batches', {
      requests: ['one', 'two'].map(name =>
        boxInput(name, { spec: { size: 50 } }),
      ),
    });
    const asked: any[] = batch.body.items.map(({ request }: any) => request);
    const lost = proxy.loseAnswerTo('decision.approve', asked[0].id);
    const { body } = await portal.post(
      'platform-lead',
      `/request-batches/${batch.body.id}/approve`,
      {
        planHashes: Object.fromEntries(
          asked.map(({ id, plan }) => [id, plan.hash]),
        ),
      },
    );
    await lost;
    expect(body.items.map(({ status }: any) => status)).toEqual([200, 200]);
    for (const { id } of asked) {
      const { decisions } = await portal.until(id, 'completed');
      expect(decisions).toHaveLength(1);
    }
  });
});
