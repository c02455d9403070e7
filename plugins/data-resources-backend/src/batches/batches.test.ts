import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { boxInput, eventually, TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(300_000);

const MANY = 1000;
/** Approved and carried out of them; the rest would only cost time. */
const SOME = 250;

describe('batches of requests', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({ knex });
  });
  afterAll(async () => portal.stop());

  const adoption = (name: string) => ({
    action: 'adopt',
    type: 'memory-box',
    instance: 'box-dev',
    name,
    owner: 'group:default/payments',
  });
  const send = (
    requests: unknown[],
    caller = 'platform-lead',
    key?: string,
  ) => {
    const call = portal.post(caller, '/request-batches', { requests });
    return key ? call.set('Idempotency-Key', key) : call;
  };
  const approve = (id: string, planHashes: object, caller: string) =>
    portal.post(caller, `/request-batches/${id}/approve`, { planHashes });
  const hashesOf = (batch: any) =>
    Object.fromEntries(
      batch.items.flatMap(({ request }: any) =>
        request ? [[request.id, request.plan.hash]] : [],
      ),
    );

  it('should judge each request on its own, whatever it asks for', async () => {
    const id = await portal.readyBox('in-batch');
    portal.dev.create('found', { size: 2 });
    portal.servers.get('box-prod')!.down = true;
    const { status, body } = await send([
      adoption('found'),
      boxInput('made', { owner: 'group:default/platform' }),
      boxInput('made', { owner: 'group:default/platform' }),
      { action: 'update', resourceId: id, spec: { size: 4 } },
      { action: 'adopt' },
      'nonsense',
      adoption('nowhere'),
      boxInput('elsewhere', {
        instance: 'box-prod',
        owner: 'group:default/platform',
      }),
      adoption('in-batch'),
    ]);
    portal.servers.get('box-prod')!.down = false;
    expect(status).toBe(200);
    expect(body.items.map((item: any) => [item.index, item.status])).toEqual([
      [0, 201],
      [1, expect.any(Number)],
      [2, expect.any(Number)],
      [3, 201],
      [4, 400],
      [5, 400],
      [6, 400],
      [7, 503],
      [8, 409],
    ]);
    // Which of two equal ones comes first is nobody's business.
    expect([body.items[1].status, body.items[2].status].sort()).toEqual([
      201, 409,
    ]);
    expect(body.items[0].request).toMatchObject({
      batchId: body.id,
      state: 'pending',
      // Of many at once, others of platform decide.
      plan: { approval: { required: [{ group: 'group:default/platform' }] } },
    });
    expect(body.items[4].error).toMatchObject({
      name: 'InputError',
      path: 'type',
    });
    const listed = await portal.get(
      'platform-lead',
      `/requests?batchId=${body.id}`,
    );
    expect(listed.body.items).toHaveLength(3);
  });

  it('should continue a batch that is sent again, and refuse another with its key', async () => {
    portal.dev.create('again-1', { size: 2 });
    const requests = [adoption('again-1'), adoption('again-2')];
    const first = await send(requests, 'platform-lead', 'again');
    expect(first.body.items.map(({ status }: any) => status)).toEqual([
      201, 400,
    ]);
    portal.dev.create('again-2', { size: 2 });
    const second = await send(requests, 'platform-lead', 'again');
    expect(second.body.id).toBe(first.body.id);
    expect(second.body.items.map(({ status }: any) => status)).toEqual([
      200, 201,
    ]);
    expect(second.body.items[0].request.id).toBe(
      first.body.items[0].request.id,
    );
    expect(
      (await send(requests.slice(0, 1), 'platform-lead', 'again')).status,
    ).toBe(409);
  });

  it('should store each request once when a batch is sent twice at once', async () => {
    const requests = Array.from({ length: 8 }, (_, n) => {
      portal.dev.create(`twice-${n}`, { size: 2 });
      return adoption(`twice-${n}`);
    });
    const answers = await Promise.all(
      [1, 2, 3].map(() => send(requests, 'platform-lead', 'twice')),
    );
    const ids = answers.map(({ body }) =>
      body.items.map(({ request }: any) => request?.id),
    );
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[2]).toEqual(ids[0]);
    expect(new Set(ids[0]).size).toBe(8);
  });

  it('should refuse no request, or too many', async () => {
    expect((await send([])).status).toBe(400);
    const tooMany = Array.from({ length: MANY + 1 }, () => ({}));
    expect((await send(tooMany)).status).toBe(400);
    expect((await send(['x'.repeat(5 * 1024 * 1024)])).status).toBe(413);
  });

  it('should let others of platform approve what was read, each on its own', async () => {
    portal.dev.create('decided-1', { size: 2 });
    portal.dev.create('decided-2', { size: 2 });
    const { body: batch } = await send([
      adoption('decided-1'),
      adoption('decided-2'),
    ]);
    const hashes = hashesOf(batch);
    const [first, second] = Object.keys(hashes);
    for (const caller of ['platform-lead', 'payments-lead']) {
      const refused = await approve(batch.id, hashes, caller);
      expect(refused.body.items).toMatchObject([
        { status: 403, error: { name: 'NotAllowedError' } },
        { status: 403 },
      ]);
    }
    const other = await portal.ask('outside', { spec: { size: 50 } });
    const decided = await approve(
      batch.id,
      { [first]: hashes[first], [second]: 'stale', [other.body.id]: 'x' },
      'platform-engineer',
    );
    expect(decided.body.items).toMatchObject([
      { requestId: first, status: 200, request: { state: 'approved' } },
      { requestId: second, status: 409 },
      { requestId: other.body.id, status: 404 },
    ]);
    await portal.until(first, 'completed');
    expect((await portal.until(second, 'pending')).state).toBe('pending');
    expect(
      (await approve('none', { a: 'b' }, 'platform-engineer')).status,
    ).toBe(404);
  });

  it(`should take ${MANY} adoptions, and carry out ${SOME} that are approved at once`, async () => {
    const requests = Array.from({ length: MANY }, (_, n) => {
      portal.dev.create(`many-${n}`, { size: 2 });
      return adoption(`many-${n}`);
    });
    const begun = performance.now();
    const { body: batch } = await send(requests);
    const asked = performance.now();
    expect(
      batch.items.filter(({ status }: any) => status === 201),
    ).toHaveLength(MANY);
    const decided = await approve(
      batch.id,
      Object.fromEntries(Object.entries(hashesOf(batch)).slice(0, SOME)),
      'platform-engineer',
    );
    const approved = performance.now();
    expect(
      decided.body.items.filter(({ status }: any) => status === 200),
    ).toHaveLength(SOME);
    await eventually(
      async () =>
        knex('requests').where({ batch_id: batch.id, state: 'completed' }),
      completed => completed.length === SOME,
      200_000,
    );
    const ended = performance.now();
    const ready = await knex('resources')
      .whereLike('name', 'many-%')
      .where({ phase: 'ready' });
    expect(ready).toHaveLength(SOME);
    process.stderr.write(
      `${MANY} adoptions: asked in ${Math.round(
        asked - begun,
      )} ms; ${SOME} approved in ${Math.round(
        approved - asked,
      )} ms, carried out in ${Math.round(ended - approved)} ms\n`,
    );
  });
});
