import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';
import { component } from '../__testUtils__/sampleEntities';

jest.setTimeout(60_000);

const API = 'component:default/payments-api';

describe('credentials', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;
  let resourceId: string;

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({
      knex,
      config: { credentials: { grace: { hours: 24 } } },
    });
    resourceId = await portal.readyBox('box');
  });
  afterEach(async () => portal.stop());

  const issue = (caller: any, body: object = {}) =>
    portal.post(caller, `/resources/${resourceId}/credentials`, {
      principal: API,
      ...body,
    });

  it('should give a fresh secret on the idle slot and leave the other one running', async () => {
    const first = await issue('payments-dev');
    expect(first.status).toBe(200);
    expect(first.headers['cache-control']).toBe('no-store');
    expect(first.body).toMatchObject({ principal: API, version: 1 });
    expect(first.body.previous).toBeUndefined();
    const second = await issue('payments-lead');
    expect(second.body).toMatchObject({ version: 2, previous: { version: 1 } });
    expect(second.body.username).not.toBe(first.body.username);
    expect(portal.dev.logins.get(first.body.username)?.password).toBe(
      first.body.password,
    );
    expect(portal.dev.logins.get(second.body.username)?.password).toBe(
      second.body.password,
    );
  });

  it('should say until when a password is good where the engine lets it run out', async () => {
    expect((await issue('payments-dev')).body).not.toHaveProperty('validUntil');
    portal.dev.validUntil = '2030-01-01T00:00:00Z';
    expect((await issue('payments-dev')).body).toMatchObject({
      version: 2,
      validUntil: '2030-01-01T00:00:00Z',
    });
  });

  it('should refuse a third until the first has ended, or is replaced', async () => {
    const first = await issue('payments-dev');
    const second = await issue('payments-dev');
    const refused = await issue('payments-dev');
    expect(refused.status).toBe(409);
    expect(refused.body.error).toMatchObject({
      path: 'replace',
      message: expect.stringContaining('replace: true'),
    });
    const third = await issue('payments-dev', { replace: true });
    expect(third.body).toMatchObject({ version: 3, previous: { version: 2 } });
    expect(third.body.username).toBe(first.body.username);
    expect(portal.dev.logins.get(first.body.username)?.password).toBe(
      third.body.password,
    );
    expect(portal.dev.logins.get(second.body.username)?.password).toBe(
      second.body.password,
    );
  });

  it('should end the older login when its grace is over', async () => {
    const first = await issue('payments-dev');
    const second = await issue('payments-dev');
    await knex('credentials')
      .where({ version: 1 })
      .update({ ends_at: knex.fn.now() });
    await eventually(
      async () => portal.dev.logins.get(first.body.username)?.password,
      password => password === undefined,
    );
    expect(portal.dev.logins.get(second.body.username)?.password).toBe(
      second.body.password,
    );
    expect((await issue('payments-dev')).body.version).toBe(3);
  });

  it('should serialise issues that come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => issue('payments-dev')),
    );
    const given = answers.filter(({ status }) => status === 200);
    expect(given).toHaveLength(2);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(4);
    for (const { body } of given) {
      expect(portal.dev.logins.get(body.username)?.password).toBe(
        body.password,
      );
    }
  });

  it('should give no password when the outcome is not known', async () => {
    portal.dev.loginFault = new ProviderError('Unknown', 'The answer was lost');
    const answer = await issue('payments-dev');
    expect(answer.status).toBe(503);
    expect(JSON.stringify(answer.body)).not.toMatch(/password"/);
    portal.dev.loginFault = undefined;
    const next = await issue('payments-dev');
    expect(next.body).toMatchObject({ version: 2 });
    expect(next.body.previous).toBeUndefined();
  });

  it('should be for people who own the principal, in person', async () => {
    expect((await issue('logistics-dev')).status).toBe(403);
    expect((await issue('platform-lead')).status).toBe(403);
    expect((await issue('auditor')).status).toBe(403);
    expect((await issue('service')).status).toBe(403);
    expect(
      (await issue({ user: 'payments-dev', actor: 'plugin:scaffolder' }))
        .status,
    ).toBe(403);
  });

  it('should refuse a principal without a grant', async () => {
    const answer = await issue('payments-dev', {
      principal: 'component:default/payments-worker',
    });
    expect(answer.status).toBe(409);
    const unknown = await issue('payments-dev', {
      principal: 'component:default/none',
    });
    expect(unknown.status).toBe(400);
    expect(unknown.body.error.path).toBe('principal');
  });

  it('should refuse a component that changed hands until its access is approved anew', async () => {
    portal.entities.set(...component('payments-api', 'logistics'));
    expect((await issue('payments-dev')).status).toBe(403);
    const refused = await issue('logistics-dev');
    expect(refused.status).toBe(409);
    expect(refused.body.error.message).toContain('anew');
    const asked = await portal.post('logistics-dev', '/requests', {
      action: 'grant',
      resourceId,
      principal: API,
      role: 'reader',
    });
    await portal.post('payments-lead', `/requests/${asked.body.id}/approve`, {
      planHash: asked.body.plan.hash,
    });
    await portal.until(asked.body.id, 'completed');
    expect((await issue('logistics-dev')).status).toBe(200);
  });

  it('should refuse a component that was made anew under its old name', async () => {
    portal.entities.set(
      ...component('payments-api', 'payments', 'another-uid'),
    );
    expect((await issue('payments-dev')).status).toBe(409);
  });

  it('should give nothing where the access is taken while it waits for the login', async () => {
    // Its login goes on for this one, so that the engine would set a password.
    await portal.readyBox('other');
    const login = (change: object) => knex('principals').update(change);
    await login({
      lease_ticket: uuid(),
      lease_until: knex.raw("now() + interval '1 minute'"),
    });
    const answer = issue('payments-dev').then(each => each);
    await new Promise(resolve => setTimeout(resolve, 500));
    const [grant] = (
      await portal.get('payments-dev', `/resources/${resourceId}/grants`)
    ).body.items;
    const revoke = await portal.post('payments-dev', '/requests', {
      action: 'revoke',
      grantId: grant.id,
    });
    await eventually(
      async () => knex('grants').where({ id: grant.id }).first('state'),
      ({ state }) => state === 'revoking',
    );
    await login({ lease_ticket: null, lease_until: null });

    expect(await answer).toMatchObject({
      status: 409,
      body: {
        error: { message: expect.stringContaining('no active grant on box') },
      },
    });
    await portal.until(revoke.body.id, 'completed');
    expect(await knex('credentials')).toEqual([]);
  });

  it('should end with the last grant', async () => {
    const issued = await issue('payments-dev');
    const grants = await portal.get(
      'payments-dev',
      `/resources/${resourceId}/grants`,
    );
    const revoke = await portal.post('payments-dev', '/requests', {
      action: 'revoke',
      grantId: grants.body.items[0].id,
    });
    await portal.until(revoke.body.id, 'completed');
    expect(portal.dev.logins.has(issued.body.username)).toBe(false);
    expect(
      await knex('credentials').where({ state: 'ended' }).count(),
    ).toMatchObject([{ count: '1' }]);
    expect((await issue('payments-dev')).status).toBe(409);
  });

  it('should keep no password anywhere', async () => {
    const { password } = (await issue('payments-dev')).body;
    const { rows } = await knex.raw<{ rows: { name: string }[] }>(
      `SELECT quote_ident(table_name) AS name FROM information_schema.tables
       WHERE table_schema = current_schema()`,
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const { name } of rows) {
      const found = await knex.raw(
        `SELECT count(*) FROM ${name} t WHERE t::text LIKE ?`,
        [`%${password}%`],
      );
      expect([name, found.rows[0].count]).toEqual([name, '0']);
    }
  });
});
