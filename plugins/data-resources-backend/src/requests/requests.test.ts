import { testDatabases } from '../__testUtils__/database';
import { boxInput, TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(60_000);

describe('requests', () => {
  const databases = testDatabases();
  let portal: TestPortal;

  beforeAll(async () => {
    portal = await TestPortal.start({
      knex: await databases.init('POSTGRES_18'),
    });
  });
  afterAll(async () => portal.stop());

  it('should create what a policy approves, without anybody', async () => {
    const asked = await portal.ask('auto', {
      grants: [{ principal: 'component:default/payments-api', role: 'reader' }],
    });
    expect(asked.status).toBe(201);
    expect(asked.body).toMatchObject({
      state: 'approved',
      requestedBy: 'user:default/payments-dev',
      decisions: [{ effect: 'approve', by: 'policy:small-boxes-in-dev' }],
      plan: { approval: { mode: 'auto', policy: 'small-boxes-in-dev' } },
    });
    const done = await portal.until(asked.body.id, 'completed');
    expect(done.execution.map((step: any) => step.state)).toEqual([
      'done',
      'done',
      'done',
    ]);
    expect(portal.dev.boxes.get('auto')?.spec).toEqual({ size: 3 });
    const resource = await portal.get(
      'payments-dev',
      `/resources/${done.resourceId}`,
    );
    expect(resource.body).toMatchObject({
      phase: 'ready',
      generation: 1,
      observedGeneration: 1,
      observed: { size: 3 },
      entityRef: 'resource:default/box-dev.auto',
      can: ['grant', 'update', 'delete', 'credentials'],
    });
    const grants = await portal.get(
      'payments-dev',
      `/resources/${done.resourceId}/grants`,
    );
    expect(grants.body.items).toMatchObject([
      { principal: 'component:default/payments-api', state: 'active' },
    ]);
    expect(grants.body.effectiveAccess.items).toMatchObject([
      { principal: 'component:default/payments-api', rights: ['reader'] },
    ]);
  });

  it('should plan without leaving a trace', async () => {
    const before = await portal.get('payments-dev', '/requests');
    const plan = await portal.post('payments-dev', '/plans', boxInput('seen'));
    expect(plan.status).toBe(200);
    expect(plan.body).toMatchObject({ revision: 1, risk: 'low' });
    expect(plan.body.hash).toMatch(/^[0-9a-f]{64}$/);
    const after = await portal.get('payments-dev', '/requests');
    expect(after.body.items).toHaveLength(before.body.items.length);
    expect(portal.dev.boxes.has('seen')).toBe(false);
  });

  it('should let one of many equal requests win, and free the name when it is withdrawn', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        portal.ask('wanted', { spec: { size: 9 } }),
      ),
    );
    const won = answers.filter(({ status }) => status === 201);
    const lost = answers.filter(({ status }) => status !== 201);
    expect(won).toHaveLength(1);
    expect(lost.map(({ status }) => status)).toEqual(Array(9).fill(409));
    const [{ body }] = won;
    expect(body.state).toBe('pending');
    const stranger = await portal.post(
      'logistics-dev',
      `/requests/${body.id}/withdraw`,
    );
    expect(stranger.status).toBe(403);
    const withdrawn = await portal.post(
      'payments-lead',
      `/requests/${body.id}/withdraw`,
    );
    expect(withdrawn.body.state).toBe('withdrawn');
    expect((await portal.ask('wanted')).status).toBe(201);
  });

  it('should hold names that the engine cannot keep apart as one', async () => {
    expect((await portal.ask('a.b')).status).toBe(201);
    const other = await portal.ask('a_b');
    expect(other.status).toBe(409);
    expect(other.body.error.message).toContain('"a_b"');
  });

  it('should answer an idempotency key with the same request, however often', async () => {
    const ask = (input: object) =>
      portal
        .post('payments-dev', '/requests', input)
        .set('Idempotency-Key', 'key-1');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask(boxInput('once'))),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(7);
    const another = await ask(boxInput('once-more'));
    expect(another.status).toBe(409);
    expect(another.body.error.message).toContain('key-1');
    const somebodyElse = await portal
      .post('payments-lead', '/requests', boxInput('twice'))
      .set('Idempotency-Key', 'key-1');
    expect(somebodyElse.status).toBe(201);
  });

  it('should refuse what stands there unmanaged and name the way to take it over', async () => {
    portal.dev.create('legacy', { size: 1 });
    const asked = await portal.ask('legacy');
    expect(asked.status).toBe(409);
    expect(asked.body.error.message).toContain('adopt');
    expect(portal.dev.boxes.get('legacy')?.spec).toEqual({ size: 1 });
  });

  it('should not offer to take over a name that nobody may have', async () => {
    portal.dev.create('reserved', { size: 1 });
    const asked = await portal.ask('reserved');
    expect(asked.status).toBe(400);
    expect(asked.body.error).toMatchObject({
      path: 'name',
      findings: [{ policy: 'memory/reserved-name', effect: 'deny' }],
    });
  });

  it('should refuse what a rule denies, with the findings, and store nothing', async () => {
    const asked = await portal.ask('huge', { spec: { size: 101 } });
    expect(asked.status).toBe(400);
    expect(asked.body.error).toMatchObject({
      name: 'InputError',
      path: 'spec.size',
      findings: [{ policy: 'memory/size', effect: 'deny' }],
    });
    const planned = await portal.post(
      'payments-dev',
      '/plans',
      boxInput('huge', { spec: { size: 101 } }),
    );
    expect(planned.status).toBe(200);
    expect(planned.body.findings[0].effect).toBe('deny');
    expect((await portal.ask('huge')).status).toBe(201);
  });

  it.each([
    ['instance', { instance: 'box-moon' }],
    ['owner', { owner: 'group:default/nobody' }],
    ['system', { system: 'system:default/none' }],
    ['type', { type: 'memory-bag' }],
    [
      'grants[0].principal',
      { grants: [{ principal: 'component:default/none', role: 'reader' }] },
    ],
    [
      'grants[0].principal',
      {
        grants: [
          { principal: 'component:default/shipping-worker', role: 'reader' },
        ],
      },
    ],
    [
      'grants[0].role',
      {
        grants: [{ principal: 'component:default/payments-api', role: 'king' }],
      },
    ],
  ])('should name %s when it leads nowhere', async (path, overrides) => {
    for (const route of ['/plans', '/requests']) {
      const asked = await portal.post(
        'payments-dev',
        route,
        boxInput('nowhere', overrides),
      );
      expect(asked.status).toBe(400);
      expect(asked.body.error.path).toBe(path);
    }
  });

  it('should let only the owner group and platform ask', async () => {
    expect((await portal.ask('theirs', {}, 'logistics-dev')).status).toBe(403);
    expect((await portal.ask('theirs', {}, 'auditor')).status).toBe(403);
    const byPlatform = await portal.ask('theirs', {}, 'platform-lead');
    expect(byPlatform.status).toBe(201);
    expect(byPlatform.body).toMatchObject({
      state: 'pending',
      plan: {
        approval: {
          mode: 'manual',
          required: [{ group: 'group:default/payments', count: 1 }],
        },
      },
    });
  });

  it('should refuse a request that nobody but the requester could decide', async () => {
    portal.entities.get('group:default/platform')!.relations!.pop();
    try {
      const asked = await portal.ask(
        'lonely',
        { owner: 'group:default/platform', spec: { size: 50 } },
        'platform-lead',
      );
      expect(asked.status).toBe(400);
      expect(asked.body.error.findings).toMatchObject([
        { policy: 'approval/nobody-can-decide', effect: 'deny' },
      ]);
    } finally {
      portal.entities.get('group:default/platform')!.relations!.push({
        type: 'hasMember',
        targetRef: 'user:default/platform-engineer',
      });
    }
  });

  it('should page through everything once, newest first', async () => {
    for (let n = 0; n < 5; n += 1) {
      await portal.ask(`page-${n}`);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await portal.get(
        'payments-dev',
        `/requests?limit=2${cursor ? `&cursor=${cursor}` : ''}`,
      );
      seen.push(...page.body.items.map((item: any) => item.id));
      cursor = page.body.pageInfo.nextCursor;
    } while (cursor);
    const all = await portal.get('payments-dev', '/requests?limit=200');
    expect(seen).toEqual(all.body.items.map((item: any) => item.id));
    expect(new Set(seen).size).toBe(seen.length);
    const bad = await portal.get('payments-dev', '/requests?cursor=nonsense');
    expect(bad.status).toBe(400);
    expect(bad.body.error.message).toContain('cursor');
  });

  it('should filter requests and resources', async () => {
    const mine = await portal.get('platform-lead', '/requests?requestedBy=me');
    expect(mine.body.items.map((item: any) => item.name)).toEqual(['theirs']);
    const named = await portal.get('auditor', '/resources?q=AUT');
    expect(named.body.items.map((item: any) => item.name)).toEqual(['auto']);
    const wild = await portal.get('auditor', '/resources?q=%25');
    expect(wild.body.items).toEqual([]);
    const none = await portal.get('auditor', '/resources?instance=box-prod');
    expect(none.body.items).toEqual([]);
  });

  it('should answer 404 for what is not there', async () => {
    for (const path of [
      '/requests/nope',
      '/requests/00000000-0000-7000-8000-000000000000',
      '/resources/nope',
      '/resources/nope/grants',
    ]) {
      expect((await portal.get('payments-dev', path)).status).toBe(404);
    }
  });
});
