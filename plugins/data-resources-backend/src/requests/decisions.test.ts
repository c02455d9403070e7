import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(60_000);

describe('decisions', () => {
  const databases = testDatabases();
  let portal: TestPortal;

  beforeAll(async () => {
    portal = await TestPortal.start({
      knex: await databases.init('POSTGRES_18'),
    });
  });
  afterAll(async () => portal.stop());

  const pendingBox = async (name: string, caller?: string) =>
    (await portal.ask(name, { spec: { size: 50 } }, caller)).body;
  const approve = (caller: any, request: any, planHash = request.plan.hash) =>
    portal.post(caller, `/requests/${request.id}/approve`, { planHash });

  it('should need one of platform, who is not the requester', async () => {
    const request = await pendingBox('big');
    expect(request).toMatchObject({
      state: 'pending',
      can: ['withdraw'],
      plan: {
        approval: { required: [{ group: 'group:default/platform', given: 0 }] },
      },
    });
    expect((await approve('payments-dev', request)).status).toBe(403);
    expect((await approve('payments-lead', request)).status).toBe(403);
    expect((await approve('auditor', request)).status).toBe(403);
    const seen = await portal.get('platform-lead', `/requests/${request.id}`);
    expect(seen.body.can).toEqual(['approve', 'reject']);
    const approved = await approve('platform-lead', request);
    expect(approved.status).toBe(200);
    expect(approved.body.decisions).toMatchObject([
      {
        effect: 'approve',
        by: 'user:default/platform-lead',
        group: 'group:default/platform',
        planHash: request.plan.hash,
      },
    ]);
    await portal.until(request.id, 'completed');
    expect(portal.dev.boxes.get('big')?.spec).toEqual({ size: 50 });
    expect((await approve('platform-engineer', request)).status).toBe(409);
  });

  it('should never let platform decide on its own request', async () => {
    const request = (
      await portal.ask(
        'own',
        { owner: 'group:default/platform', spec: { size: 50 } },
        'platform-lead',
      )
    ).body;
    expect(request.can).toEqual(['withdraw']);
    expect((await approve('platform-lead', request)).status).toBe(403);
    expect((await approve('platform-engineer', request)).status).toBe(200);
  });

  it('should bind an approval to the plan that was read', async () => {
    const request = await pendingBox('old-hash');
    const answer = await approve('platform-lead', request, 'f'.repeat(64));
    expect(answer.status).toBe(409);
    expect(answer.body.error.message).toContain('planHash');
  });

  it('should refuse decisions by what acts on behalf of a person, and by services', async () => {
    const request = await pendingBox('delegated');
    const delegated = { user: 'platform-lead', actor: 'plugin:scaffolder' };
    expect((await approve(delegated, request)).status).toBe(403);
    expect((await approve('service', request)).status).toBe(403);
    const rejected = await portal.post(
      delegated,
      `/requests/${request.id}/reject`,
      { comment: 'no' },
    );
    expect(rejected.status).toBe(403);
    const seen = await portal.get(delegated, `/requests/${request.id}`);
    expect(seen.body.can).toEqual([]);
  });

  it('should count one approval when many come at once', async () => {
    const request = await pendingBox('rush');
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        approve(n % 2 ? 'platform-lead' : 'platform-engineer', request),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(11);
    const done = await portal.until(request.id, 'completed');
    expect(done.decisions).toHaveLength(1);
  });

  it('should reject with a reason only, and free the name', async () => {
    const request = await pendingBox('rejected');
    const empty = await portal.post(
      'platform-lead',
      `/requests/${request.id}/reject`,
      { comment: '  ' },
    );
    expect(empty.status).toBe(400);
    expect(empty.body.error.path).toBe('comment');
    const rejected = await portal.post(
      'platform-lead',
      `/requests/${request.id}/reject`,
      { comment: 'Too big' },
    );
    expect(rejected.body).toMatchObject({
      state: 'rejected',
      decisions: [{ effect: 'reject', comment: 'Too big' }],
    });
    expect((await portal.ask('rejected')).status).toBe(201);
  });

  it('should list what waits for a person, and nothing of their own', async () => {
    await pendingBox('waiting-for-platform');
    await portal.ask(
      'platform-own',
      { owner: 'group:default/platform', spec: { size: 50 } },
      'platform-engineer',
    );
    const names = async (who: string) =>
      (
        await portal.get(who, '/requests?approvableBy=me&limit=200')
      ).body.items.map((item: any) => item.name);
    expect(await names('platform-lead')).toEqual(
      expect.arrayContaining(['waiting-for-platform', 'platform-own']),
    );
    expect(await names('platform-engineer')).not.toContain('platform-own');
    expect(await names('payments-dev')).toEqual([]);
    expect(await names('auditor')).toEqual([]);
  });

  it('should ask the other side for a grant, and nobody for a revoke', async () => {
    const resourceId = await portal.readyBox('shared');
    const asked = await portal.post('logistics-dev', '/requests', {
      action: 'grant',
      resourceId,
      principal: 'component:default/shipping-worker',
      role: 'reader',
    });
    expect(asked.body.plan.approval.required).toMatchObject([
      { group: 'group:default/payments' },
    ]);
    expect((await approve('platform-lead', asked.body)).status).toBe(403);
    expect((await approve('payments-lead', asked.body)).status).toBe(200);
    await portal.until(asked.body.id, 'completed');
    const again = await portal.post('logistics-dev', '/requests', {
      action: 'grant',
      resourceId,
      principal: 'component:default/shipping-worker',
      role: 'reader',
    });
    expect(again.status).toBe(409);
    const grants = await portal.get(
      'logistics-dev',
      `/resources/${resourceId}/grants`,
    );
    const grant = grants.body.items.find(
      (item: any) => item.principal === 'component:default/shipping-worker',
    );
    expect(grant.can).toEqual(['credentials', 'revoke']);
    expect(
      (
        await portal.post('auditor', '/requests', {
          action: 'revoke',
          grantId: grant.id,
        })
      ).status,
    ).toBe(403);
    const revoked = await portal.post('payments-dev', '/requests', {
      action: 'revoke',
      grantId: grant.id,
    });
    expect(revoked.body.state).toBe('approved');
    await portal.until(revoked.body.id, 'completed');
    const access = [...portal.dev.boxes.get('shared')!.access];
    expect(access.some(entry => entry.startsWith('shipping'))).toBe(false);
    expect(access.some(entry => entry.startsWith('payments'))).toBe(true);
    expect(
      [...portal.dev.logins.keys()].some(name => name.startsWith('shipping')),
    ).toBe(false);
  });

  it('should tell approvers and the requester, in one thread per request', async () => {
    const request = await pendingBox('told');
    const scope = `data-resources:request:${request.id}`;
    const sent = () =>
      portal.notifications.filter(({ payload }) => payload.scope === scope);
    await eventually(
      async () => sent(),
      messages => messages.length >= 2,
    );
    expect(sent().map(({ recipients }) => recipients)).toEqual([
      expect.objectContaining({
        entityRef: ['group:default/platform'],
        excludeEntityRef: 'user:default/payments-dev',
      }),
      expect.objectContaining({ entityRef: ['user:default/payments-dev'] }),
    ]);
    await approve('platform-lead', request);
    await eventually(
      async () => sent().at(-1)!.payload.title,
      title => title.startsWith('Done'),
    );
  });
});
