import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { testDatabases } from '../../__testUtils__/database';
import { boxInput, eventually, TestPortal } from '../../__testUtils__/Portal';
import { sampleConfig } from '../../__testUtils__/sampleConfig';

jest.setTimeout(60_000);

const PAYMENTS = 'group:default/payments';
const LOGISTICS = 'group:default/logistics';

describe('prefixes that are claimed', () => {
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
          ...sampleConfig.policies,
          {
            name: 'updates',
            match: { actions: ['update'] },
            approve: 'automatically',
          },
        ],
      },
    });
  });
  afterAll(async () => portal.stop());

  /** Of a box of payments. */
  const claim = (name: string, prefix: string, overrides: object = {}) =>
    portal.ask(name, { spec: { size: 3, prefix }, ...overrides });
  const asLogistics = (name: string, spec: object = { size: 3 }) =>
    portal.ask(name, { owner: LOGISTICS, spec }, 'logistics-dev');
  const done = async (asked: any) => {
    expect(asked.body).toMatchObject({ state: 'approved' });
    return (await portal.until(asked.body.id, 'completed'))
      .resourceId as string;
  };
  const change = (resourceId: string, spec: object, caller = 'payments-dev') =>
    portal.post(caller, '/requests', { action: 'update', resourceId, spec });
  const overlaps = ({ body }: any) =>
    (body.plan ?? body.error ?? body).findings.filter(
      ({ policy }: any) => policy === 'request/name-overlap',
    );

  it('should keep names under a prefix from every other owner, and tell the same owner', async () => {
    await done(await claim('keep', 'keep.'));
    const other = await asLogistics('keep.mine');
    expect(other.status).toBe(400);
    expect(other.body.error).toMatchObject({
      name: 'InputError',
      path: 'name',
      message: `name is "keep.mine", and names that begin with "keep." are claimed by ${PAYMENTS}: who is granted a role there would have it here as well. Choose a name that begins otherwise`,
    });
    // The engine cannot keep these apart.
    expect((await asLogistics('keep_mine')).status).toBe(400);
    expect((await asLogistics('keeper')).status).toBe(201);
    const own = await portal.ask('keep.dlq');
    expect(own.status).toBe(201);
    expect(overlaps(own)).toEqual([
      expect.objectContaining({
        effect: 'info',
        path: 'name',
        message:
          'keep.dlq begins with "keep.", which keep of the same owner claims: who is granted a role there has it here as well',
      }),
    ]);
  });

  it("should refuse a prefix over other owners' names and prefixes, and say whose without naming them", async () => {
    await done(await asLogistics('theirs.secret'));
    await done(
      await asLogistics('claimed', { size: 3, prefix: 'claimed.by.' }),
    );
    const overName = await claim('th', 'theirs.');
    expect(overName.status).toBe(400);
    expect(overName.body.error).toMatchObject({
      path: 'spec.prefix',
      message: `spec.prefix is "theirs.", and a name of ${LOGISTICS} begins so: who is granted a role here would have it there as well. Choose a longer prefix that leaves them out, or none`,
    });
    expect(JSON.stringify(overName.body)).not.toContain('secret');
    const wider = await claim('c', 'clai');
    expect(wider.body.error.message).toContain(
      `a part of the names that begin so is claimed by ${LOGISTICS}. Choose a longer prefix`,
    );
    expect(JSON.stringify(wider.body)).not.toContain('claimed.by.');
    const narrower = await claim('d', 'claimed_by_us');
    expect(narrower.body.error.message).toBe(
      `spec.prefix is "claimed_by_us", and names that begin with "claimed.by." are claimed by ${LOGISTICS}. Choose one that begins otherwise, or none`,
    );
    const plan = await portal.post(
      'payments-dev',
      '/plans',
      boxInput('c', { spec: { size: 3, prefix: 'clai' } }),
    );
    expect(plan.status).toBe(200);
    expect(overlaps(plan)).toMatchObject([
      { effect: 'deny', path: 'spec.prefix' },
      { effect: 'deny', path: 'spec.prefix' },
    ]);
  });

  it('should take % and _ in names for what they are', async () => {
    await done(await asLogistics('ab-c'));
    expect((await claim('under', 'a_')).status).toBe(201);
  });

  it('should let one resource alone claim a prefix, and tell what of the same owner it covers', async () => {
    await done(await portal.ask('own.a'));
    await done(await claim('own', 'own.'));
    const twin = await claim('own-twin', 'own_');
    expect(twin.status).toBe(400);
    expect(twin.body.error.message).toContain(
      'spec.prefix is "own_", which own of the same owner claims already',
    );
    const inner = await claim('own.b', 'own.b.');
    expect(inner.status).toBe(201);
    const outer = await claim('outer', 'own');
    expect(overlaps(outer)).toMatchObject([
      {
        effect: 'info',
        path: 'spec.prefix',
        message:
          'Of the same owner begin with "own": own, own.a, own.b. Who is granted a role on outer has it there as well',
      },
      {
        effect: 'info',
        message:
          'Prefixes of the same owner overlap with "own": own. of own, own.b. of own.b',
      },
    ]);
  });

  it('should refuse a prefix over what nobody manages, and name it to who may see it', async () => {
    portal.dev.create('wild.one', { size: 1 });
    const asked = await claim('wild', 'wild.');
    expect(asked.status).toBe(400);
    expect(asked.body.error.message).toBe(
      'spec.prefix is "wild.", and 1 that nobody manages on box-dev begins so. Have it adopted first, or choose a longer prefix',
    );
    const named = await portal.ask(
      'wild',
      { spec: { size: 3, prefix: 'wild.' } },
      'platform-lead',
    );
    expect(named.body.error.message).toContain('begins so: wild.one. Have it');
    portal.dev.boxes.delete('wild.one');
    const resourceId = await done(await claim('wild', 'wild.'));
    // Made under it since then, by who may.
    portal.dev.create('wild.dlq', { size: 1 });
    const later = await change(resourceId, { size: 4, prefix: 'wild.' });
    expect(later.status).toBe(201);
    expect(overlaps(later)).toEqual([]);
    await portal.until(later.body.id, 'completed');
    const removal = await portal.post('payments-dev', '/requests', {
      action: 'delete',
      resourceId,
    });
    expect(overlaps(removal)).toMatchObject([
      {
        effect: 'info',
        message:
          'What begins with "wild." is not deleted with wild: 1 that nobody manages. Access to it by grants on wild goes',
      },
    ]);
  });

  it('should warn of an adoption under the prefix of another owner, and refuse grants through it from then on', async () => {
    const resourceId = await done(await claim('sin', 'sin.'));
    portal.dev.create('sin.old', { size: 1 });
    const adoption = await portal.post('platform-lead', '/requests', {
      action: 'adopt',
      type: 'memory-box',
      instance: 'box-dev',
      name: 'sin.old',
      owner: LOGISTICS,
    });
    expect(adoption.status).toBe(201);
    expect(overlaps(adoption)).toMatchObject([
      { effect: 'warn', path: 'name' },
    ]);
    const grant = await portal.post('payments-dev', '/requests', {
      action: 'grant',
      resourceId,
      principal: 'component:default/payments-api',
      role: 'reader',
    });
    expect(grant.status).toBe(400);
    expect(grant.body.error.message).toContain(
      `a name of ${LOGISTICS} begins so: who is granted a role here would have it there as well. Have the prefix changed or removed by an update first`,
    );
    // What is agreed can still be changed, and mended.
    const same = await change(resourceId, { size: 4, prefix: 'sin.' });
    expect(overlaps(same)).toMatchObject([{ effect: 'warn' }]);
    await portal.until(same.body.id, 'completed');
    const mended = await change(resourceId, { size: 4 });
    expect(overlaps(mended)).toEqual([]);
  });

  it('should hold a prefix from the request on, and let go of it with the request', async () => {
    const asked = await claim('held', 'held.', {
      spec: { size: 9, prefix: 'held.' },
    });
    expect(asked.body.state).toBe('pending');
    expect((await asLogistics('held.x')).status).toBe(400);
    await portal.post('payments-dev', `/requests/${asked.body.id}/withdraw`);
    expect((await asLogistics('held.x')).status).toBe(201);
  });

  it('should hold the prefix before a change and the one after it until the change is done', async () => {
    const resourceId = await done(await claim('moving', 'moving.from.'));
    await portal.stop();
    portal = await TestPortal.start({
      knex,
      servers: portal.servers,
      config: { drift: { interval: '1 second' } },
    });
    const asked = await change(resourceId, { size: 3, prefix: 'moving.to.' });
    expect(asked.body.state).toBe('pending');
    expect((await asLogistics('moving.from.x')).status).toBe(400);
    expect((await asLogistics('moving.to.x')).status).toBe(400);
    await portal.carryOut(asked.body);
    expect((await asLogistics('moving.from.x')).status).toBe(201);
    expect((await asLogistics('moving.to.x')).status).toBe(400);
    const back = await change(resourceId, { size: 3, prefix: 'moving.' });
    expect(back.body.error.message).toContain(LOGISTICS);

    await portal.remove(resourceId);
    // In quarantine it may come back.
    expect((await asLogistics('moving.to.x')).status).toBe(400);
    await portal.remove(resourceId);
    expect((await asLogistics('moving.to.x')).status).toBe(201);
  });

  it('should look again before it is carried out', async () => {
    const asked = await claim('late', 'late.', {
      spec: { size: 9, prefix: 'late.' },
    });
    expect(asked.body.state).toBe('pending');
    portal.dev.create('late.guest', { size: 1 });
    await portal.post('platform-lead', `/requests/${asked.body.id}/approve`, {
      planHash: asked.body.plan.hash,
    });
    const back = await eventually(
      async () =>
        (
          await portal.get('payments-dev', `/requests/${asked.body.id}`)
        ).body,
      body => body.previousPlans.length > 0 && body.state !== 'approved',
    );
    expect(back.state).toBe('pending');
    expect(overlaps({ body: back })).toMatchObject([
      { effect: 'deny', path: 'spec.prefix' },
    ]);
    expect(portal.dev.boxes.has('late')).toBe(false);
  });

  it('should hold what a change that failed may have left, until another one is done', async () => {
    const resourceId = await done(await claim('torn', 'torn.from.'));
    portal.dev.faults.set('change', {
      error: new ProviderError('Rejected', 'The server does not want to'),
      times: 1,
    });
    const torn = await change(resourceId, { size: 4, prefix: 'torn.to.' });
    await portal.carryOut(torn.body);
    expect((await portal.until(torn.body.id, 'failed')).state).toBe('failed');
    for (const name of ['torn.from.x', 'torn.to.x']) {
      expect((await asLogistics(name)).status).toBe(400);
    }
    const other = await change(resourceId, { size: 5, prefix: 'torn.else.' });
    expect((await portal.carryOut(other.body)).state).toBe('completed');
    for (const name of ['torn.from.x', 'torn.to.x']) {
      expect((await asLogistics(name)).status).toBe(201);
    }
    expect((await asLogistics('torn.else.x')).status).toBe(400);
  });

  it.each([
    [
      'prefixes',
      (n: number) =>
        n % 2 === 0
          ? claim(`race${n}`, `race.${'x'.repeat(n)}`)
          : asLogistics(`race${n}`, {
              size: 3,
              prefix: `race.${'x'.repeat(n)}`,
            }),
    ],
    [
      'a prefix and names under it',
      (n: number) =>
        n % 2 === 0 ? claim(`rush${n}`, 'rush.', {}) : asLogistics(`rush.${n}`),
    ],
  ])(
    'should store only one owner of %s that overlap, of many asked for at once',
    async (_what, ask) => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => ask(n)),
      );
      const owners = new Set(
        answers.flatMap(({ status, body }) =>
          status === 201 ? body.owner : [],
        ),
      );
      expect(owners.size).toBe(1);
      const lost = answers.filter(({ status }) => status !== 201);
      expect(lost.length).toBeGreaterThanOrEqual(10);
      for (const { status, body } of lost) {
        expect(status).toBe(400);
        expect(body.error.message).toMatch(/^(name|spec\.prefix) is /);
        expect(['name', 'spec.prefix']).toContain(body.error.path);
      }
    },
  );

  it('should store exactly one of many that claim the same', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2 === 0
          ? claim(`same${n}`, 'same.')
          : asLogistics(`same${n}`, { size: 3, prefix: 'same_' }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(19);
  });

  it('should be no drift where a grant on another resource reaches through its prefix', async () => {
    const claimer = await done(
      await claim('through', 'through.', {
        grants: [
          { principal: 'component:default/payments-api', role: 'reader' },
        ],
      }),
    );
    const covered = await done(await portal.ask('through.dlq'));
    const { login_base: base } = await knex('grants')
      .where({ resource_id: claimer })
      .first('login_base');
    await eventually(
      async () =>
        knex('resources').where({ id: covered }).first('access_baseline'),
      row => row.access_baseline !== null,
    );
    const way = { login: `User:${base}_a`, rights: ['PEEK'], via: 'beginning' };
    const box = portal.dev.boxes.get('through.dlq')!;
    box.foreign = [
      { ...way, prefix: 'through.' },
      { ...way, login: 'mirror', prefix: 'through.' },
      { ...way, rights: ['POKE'], prefix: 'thr' },
    ];
    const { body } = await eventually(
      () => portal.get('payments-dev', `/resources/${covered}`),
      answer => answer.body.drift !== undefined,
    );
    expect(body.drift).toMatchObject([
      { path: `access.User:${base}_a.POKE` },
      { path: 'access.mirror.PEEK' },
    ]);
  });
});
