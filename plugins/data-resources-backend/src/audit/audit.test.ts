import type {
  BackstageCredentials,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';
import { tamper } from './__testUtils__/auditDatabase';

jest.setTimeout(90_000);

/** Who the backend asks for, as it tells the permissions. */
interface Caller {
  credentials: BackstageCredentials<BackstageUserPrincipal>;
}

describe('audit', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({ knex });
  });
  afterAll(async () => portal.stop());
  afterEach(() => portal.dev.faults.clear());

  const read = async (query = '') =>
    (await portal.get('platform-lead', `/audit${query}`)).body;
  const numbered = () =>
    eventually(
      async () =>
        Number((await knex('audit').whereNull('position').count())[0].count),
      count => count === 0,
    );
  /** The events of a request in the order in which they happened. */
  const eventsOf = async (requestId: string) => {
    await numbered();
    const { items } = await read(`?requestId=${requestId}&order=asc&limit=200`);
    return items;
  };

  it('should tell a whole request, step by step, and keep its chain', async () => {
    const asked = await portal.ask('told', {
      spec: { size: 50 },
      grants: [{ principal: 'component:default/payments-api', role: 'reader' }],
    });
    await portal.post('platform-lead', `/requests/${asked.body.id}/approve`, {
      planHash: asked.body.plan.hash,
      comment: 'Go ahead',
    });
    const done = await portal.until(asked.body.id, 'completed');
    const items = await eventsOf(done.id);
    expect(items.map(({ event }: any) => event)).toEqual([
      'request.created',
      'decision.approve',
      'request.approved',
      'request.executing',
      'step.begun',
      'step.done',
      'step.begun',
      'step.done',
      'step.begun',
      'step.done',
      'grant.given',
      'request.completed',
    ]);
    expect(items[0]).toMatchObject({
      actor: 'user:default/payments-dev',
      details: { action: 'create', name: 'told', planHash: done.plan.hash },
    });
    expect(items[1]).toMatchObject({
      actor: 'user:default/platform-lead',
      details: { planHash: done.plan.hash, comment: 'Go ahead' },
    });
    expect(items[5].details).toMatchObject({
      stepId: done.plan.steps[0].id,
      attempt: 1,
    });
    const verified = await portal.get('platform-lead', '/audit/verify');
    expect(verified.body).toMatchObject({ verified: true, unnumbered: 0 });
  });

  it('should record a failed step with its reason, and the retry', async () => {
    portal.dev.faults.set('create', {
      error: new ProviderError('Rejected', 'No more boxes'),
      times: 1,
    });
    const asked = await portal.ask('no-more');
    await portal.until(asked.body.id, 'failed');
    await portal.post('payments-dev', `/requests/${asked.body.id}/retry`);
    await portal.until(asked.body.id, 'completed');
    const items = await eventsOf(asked.body.id);
    expect(
      items.find(({ event }: any) => event === 'decision.approve').actor,
    ).toBe('policy:small-boxes-in-dev');
    expect(items.map(({ event }: any) => event).slice(-8)).toEqual([
      'request.executing',
      'step.begun',
      'step.failed',
      'request.failed',
      'request.retried',
      'step.begun',
      'step.done',
      'request.completed',
    ]);
    expect(
      items.find(({ event }: any) => event === 'step.failed').details.error,
    ).toMatchObject({ reason: 'Rejected', message: 'No more boxes' });
  });

  it('should record rejections and withdrawals', async () => {
    const rejected = (await portal.ask('rejected', { spec: { size: 50 } }))
      .body;
    await portal.post('platform-lead', `/requests/${rejected.id}/reject`, {
      comment: 'Too big',
    });
    const withdrawn = (await portal.ask('withdrawn', { spec: { size: 50 } }))
      .body;
    await portal.post('payments-dev', `/requests/${withdrawn.id}/withdraw`);
    expect(
      (await eventsOf(rejected.id)).map(({ event, actor }: any) => [
        event,
        actor,
      ]),
    ).toEqual([
      ['request.created', 'user:default/payments-dev'],
      ['decision.reject', 'user:default/platform-lead'],
      ['request.rejected', 'user:default/platform-lead'],
    ]);
    expect((await eventsOf(withdrawn.id)).at(-1)).toMatchObject({
      event: 'request.withdrawn',
      actor: 'user:default/payments-dev',
    });
  });

  it('should record every state of credentials, and never a password', async () => {
    const principal = 'component:default/payments-worker';
    const asked = await portal.ask('secretive', {
      grants: [{ principal, role: 'reader' }],
    });
    const { resourceId } = await portal.until(asked.body.id, 'completed');
    const issue = (body = {}) =>
      portal.post('payments-dev', `/resources/${resourceId}/credentials`, {
        principal,
        ...body,
      });
    const passwords: string[] = [];
    for (const body of [{}, {}, { replace: true }]) {
      passwords.push((await issue(body)).body.password);
    }
    portal.dev.loginFault = new ProviderError('Unknown', 'The answer was lost');
    expect((await issue({ replace: true })).status).toBe(503);
    portal.dev.loginFault = undefined;
    const grants = await portal.get(
      'payments-dev',
      `/resources/${resourceId}/grants`,
    );
    const revoked = await portal.post('payments-dev', '/requests', {
      action: 'revoke',
      grantId: grants.body.items[0].id,
    });
    await portal.until(revoked.body.id, 'completed');
    await numbered();
    const { items } = await read(
      `?resourceId=${resourceId}&order=asc&limit=200`,
    );
    const events = items
      .filter(({ event }: any) => /^(credential|grant)\./.test(event))
      .map(({ event, details }: any) => [event, details.version ?? null]);
    expect(events).toEqual([
      ['grant.given', null],
      ['credential.issuing', 1],
      ['credential.issued', 1],
      ['credential.issuing', 2],
      ['credential.issued', 2],
      ['credential.ending', 1],
      ['credential.ended', 1],
      ['credential.issuing', 3],
      ['credential.issued', 3],
      ['credential.ending', 2],
      ['credential.ended', 2],
      ['credential.issuing', 4],
      ['credential.voided', 4],
      ['grant.taken', null],
      ['credential.ended', 3],
    ]);
    const everything = JSON.stringify(await knex('audit'));
    passwords.forEach(password => {
      expect(password).toMatch(/.{10}/);
      expect(everything).not.toContain(password);
    });
  });

  it('should be for the platform group only where permissions are off', async () => {
    for (const path of ['/audit', '/audit?format=jsonl', '/audit/verify']) {
      expect((await portal.get('platform-lead', path)).status).toBe(200);
      for (const caller of ['auditor', 'payments-lead', 'service']) {
        expect((await portal.get(caller, path)).status).toBe(403);
      }
    }
  });

  it('should filter, and page in both orders without gaps', async () => {
    await numbered();
    const whole = (await read('?limit=200')).items;
    const positions = whole.map(({ position }: any) => position);
    expect(positions).toEqual([...positions].sort((a, b) => b - a));
    const inPages = async (query: string) => {
      const paged: any[] = [];
      let cursor = '';
      for (;;) {
        const page = await read(`?${query}&limit=7${cursor}`);
        paged.push(...page.items);
        if (!page.pageInfo.nextCursor) {
          return paged;
        }
        cursor = `&cursor=${page.pageInfo.nextCursor}`;
      }
    };
    const ofRequests = whole.filter((i: any) => i.event.startsWith('request.'));
    for (const [filter, expected] of [
      ['', whole],
      ['&event=request.', ofRequests],
    ]) {
      expect(await inPages(`order=desc${filter}`)).toEqual(expected);
      expect(await inPages(`order=asc${filter}`)).toEqual(
        [...expected].reverse(),
      );
    }
    const some = whole[Math.floor(whole.length / 2)];
    const matches = async (query: string, expected: (item: any) => boolean) => {
      const { items } = await read(`?limit=200&${query}`);
      expect(items).toEqual(whole.filter(expected));
      expect(items.length).toBeGreaterThan(0);
    };
    await matches('event=request.created', i => i.event === 'request.created');
    await matches('event=request.', i => i.event.startsWith('request.'));
    await matches(
      'event=request.&actor=user%3Adefault%2Fpayments-dev',
      i =>
        i.event.startsWith('request.') &&
        i.actor === 'user:default/payments-dev',
    );
    await matches(
      `event=request.&to=${some.at}`,
      i => i.event.startsWith('request.') && i.at < some.at,
    );
    await matches(
      'actor=user%3Adefault%2Fplatform-lead',
      i => i.actor === 'user:default/platform-lead',
    );
    await matches(
      `resourceId=${whole.find((i: any) => i.resourceId).resourceId}`,
      i => i.resourceId === whole.find((j: any) => j.resourceId).resourceId,
    );
    await matches(`from=${some.at}`, i => i.at >= some.at);
    await matches(`to=${some.at}`, i => i.at < some.at);
    expect((await read('?event=request')).items).toEqual([]);
    expect((await read('?event=%25.')).items).toEqual([]);
    expect((await read('?requestId=nonsense')).items).toEqual([]);
  });

  it.each([
    ['from=yesterday', 'from'],
    ['to=2026-13-01', 'to'],
    ['cursor=nonsense', 'cursor'],
    ['limit=201', 'limit'],
    ['order=up', 'order'],
  ])('should refuse %s and name it', async (query, path) => {
    const answer = await portal.get('platform-lead', `/audit?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body.error.path).toBe(path);
  });

  it('should refuse a head that is none', async () => {
    const answer = await portal.get(
      'platform-lead',
      '/audit/verify?head=12%3Aabc',
    );
    expect(answer.status).toBe(400);
    expect(answer.body.error.path).toBe('head');
  });

  it('should export the filtered range as lines, oldest first', async () => {
    await numbered();
    const pages = (await read('?event=request.&order=asc&limit=200')).items;
    for (const lines of [
      portal.get('platform-lead', '/audit?event=request.&format=jsonl&limit=2'),
      portal
        .get('platform-lead', '/audit?event=request.')
        .set('Accept', 'application/x-ndjson'),
    ]) {
      const { text, headers } = await lines
        .buffer(true)
        .parse((res, done) => {
          let body = '';
          res.setEncoding('utf8');
          res.on('data', chunk => {
            body += chunk;
          });
          res.on('end', () => done(null, body));
        })
        .then(answer => ({ text: answer.body, headers: answer.headers }));
      expect(headers['content-type']).toBe(
        'application/x-ndjson; charset=utf-8',
      );
      expect(text.endsWith('\n')).toBe(true);
      expect(
        text
          .trimEnd()
          .split('\n')
          .map((line: string) => JSON.parse(line)),
      ).toEqual(pages);
    }
  });

  it('should tell the history of a resource, with what came before it, to everybody', async () => {
    const asked = await portal.ask('storied', {
      spec: { size: 50 },
      grants: [{ principal: 'component:default/payments-api', role: 'reader' }],
    });
    await portal.ask('of-another');
    await portal.post('platform-lead', `/requests/${asked.body.id}/approve`, {
      planHash: asked.body.plan.hash,
    });
    const { resourceId } = await portal.until(asked.body.id, 'completed');
    await portal.post('payments-dev', `/resources/${resourceId}/credentials`, {
      principal: 'component:default/payments-api',
    });
    const path = `/resources/${resourceId}/history`;
    const { items } = (await portal.get('auditor', `${path}?limit=200`)).body;
    expect(items.at(-1)).toEqual({
      at: expect.any(String),
      event: 'request.created',
      actor: 'user:default/payments-dev',
      requestId: asked.body.id,
      message: 'Asked to create storied',
      details: expect.objectContaining({ name: 'storied' }),
    });
    expect(items[0]).toMatchObject({
      event: 'credential.issued',
      message:
        'Credential version 1 of component:default/payments-api was issued',
    });
    expect(
      items.filter(
        (item: any) => item.requestId && item.requestId !== asked.body.id,
      ),
    ).toEqual([]);
    const paged: unknown[] = [];
    let cursor = '';
    for (;;) {
      const page = (await portal.get('auditor', `${path}?limit=3${cursor}`))
        .body;
      paged.push(...page.items);
      if (!page.pageInfo.nextCursor) {
        break;
      }
      cursor = `&cursor=${page.pageInfo.nextCursor}`;
    }
    expect(paged).toEqual(items);
    const nowhere = await portal.get('auditor', '/resources/none/history');
    expect(nowhere.status).toBe(404);
  });

  it('should say over HTTP which row was changed', async () => {
    const before = (await portal.get('platform-lead', '/audit/verify')).body;
    await tamper(knex, trx =>
      trx('audit').where({ position: 3 }).update({ actor: 'user:default/me' }),
    );
    const { position, hash } = before.head;
    const after = await portal.get(
      'platform-lead',
      `/audit/verify?head=${position}%3A${hash}`,
    );
    expect(after.body).toMatchObject({
      verified: false,
      problem: { position: 3, kind: 'changed' },
    });
  });
});

describe('audit with permissions', () => {
  const databases = testDatabases();
  it('should let in who has the permission, and nobody else', async () => {
    const permissions = mockServices.permissions.mock({
      authorize: async (_, options) => [
        {
          result:
            (options as Caller).credentials.principal.userEntityRef ===
            'user:default/auditor'
              ? AuthorizeResult.ALLOW
              : AuthorizeResult.DENY,
        },
      ],
    });
    const portal = await TestPortal.start({
      knex: await databases.init('POSTGRES_18'),
      rootConfig: { permission: { enabled: true } },
      features: [permissions.factory],
    });
    try {
      expect((await portal.get('auditor', '/audit')).status).toBe(200);
      expect((await portal.get('platform-lead', '/audit')).status).toBe(200);
      expect((await portal.get('payments-dev', '/audit')).status).toBe(403);
      expect((await portal.get('service', '/audit')).status).toBe(403);
      expect(permissions.authorize).toHaveBeenCalledWith(
        [
          {
            permission: expect.objectContaining({
              name: 'data-resources.audit.read',
            }),
          },
        ],
        expect.anything(),
      );
    } finally {
      await portal.stop();
    }
  });
});
