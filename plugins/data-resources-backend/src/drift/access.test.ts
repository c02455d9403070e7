import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';
import { sampleConfig } from '../__testUtils__/sampleConfig';

jest.setTimeout(60_000);

const MIRROR = { login: 'mirror', rights: ['PEEK'], via: 'rule on every box' };

describe('access on the engine', () => {
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
            name: 'straighten',
            when: 'name.startsWith("straight")',
            drift: 'put-back',
          },
        ],
      },
    });
  });
  afterAll(async () => portal.stop());

  const resource = async (id: string) =>
    (await portal.get('payments-dev', `/resources/${id}`)).body;
  const drifted = (body: any) =>
    body.conditions.find(({ type }: any) => type === 'Drifted');
  const until = (id: string, status: string) =>
    eventually(
      () => resource(id),
      body => drifted(body).status === status,
    );
  const baseline = (id: string) =>
    eventually(
      async () =>
        knex('resources').where({ id }).whereNotNull('access_baseline').first(),
      row => Boolean(row),
    );
  const box = (name: string) => portal.dev.boxes.get(name)!;

  it('should be drift where a grant is gone, and come back with an update', async () => {
    const id = await portal.readyBox('robbed');
    const before = [...box('robbed').access];
    box('robbed').access.clear();
    const body = await until(id, 'true');
    expect(drifted(body)).toMatchObject({
      reason: 'AccessChanged',
      message:
        'Granted, and gone from the engine: component:default/payments-api.reader.',
    });
    expect(body).toMatchObject({
      phase: 'ready',
      drift: [
        {
          path: 'access.component:default/payments-api.reader',
          to: 'reader',
          kind: 'in-place',
        },
      ],
    });
    const asked = await portal.post('payments-dev', '/requests', {
      action: 'update',
      resourceId: id,
      spec: { size: 3 },
    });
    expect(asked.body.plan).toMatchObject({
      changes: [{ path: 'access.component:default/payments-api.reader' }],
      steps: [
        { id: expect.stringMatching(/^ensure:/) },
        { id: expect.stringMatching(/^grant:/) },
      ],
    });
    await portal.carryOut(asked.body);
    expect([...box('robbed').access]).toEqual(before);
    expect((await until(id, 'false')).drift).toBeUndefined();
  });

  it('should be drift where a login has other limits, and be mended with an update', async () => {
    const id = await portal.readyBox('limited');
    const [base] = [...box('limited').access][0].split(':');
    portal.dev.logins.get(`${base}_a`)!.rate = 5;
    const body = await until(id, 'true');
    expect(drifted(body)).toMatchObject({
      reason: 'AccessChanged',
      message: `Different on the engine: ${base}.rate is 5, declared is not set.`,
    });
    expect(body.drift).toEqual([
      { path: `access.${base}.rate`, from: 5, kind: 'in-place' },
    ]);
    const asked = await portal.post('payments-dev', '/requests', {
      action: 'update',
      resourceId: id,
      spec: { size: 3 },
    });
    expect(asked.body.plan.changes).toEqual(body.drift);
    await portal.carryOut(asked.body);
    expect(portal.dev.logins.get(`${base}_a`)).toEqual({});
    await until(id, 'false');
  });

  it('should be drift of each resource that a login with other limits reaches', async () => {
    const ids = [
      await portal.readyBox('limited-first'),
      await portal.readyBox('limited-second'),
    ];
    const [base] = [...box('limited-first').access][0].split(':');
    expect([...box('limited-second').access][0]).toContain(base);
    portal.dev.logins.get(`${base}_a`)!.rate = 7;
    for (const id of ids) {
      expect(drifted(await until(id, 'true')).message).toBe(
        `Different on the engine: ${base}.rate is 7, declared is not set.`,
      );
    }
    delete portal.dev.logins.get(`${base}_a`)!.rate;
    for (const id of ids) {
      await until(id, 'false');
    }
  });

  it('should be given again by itself where a policy says so', async () => {
    const id = await portal.readyBox('straight-robbed');
    box('straight-robbed').access.clear();
    await eventually(
      async () => box('straight-robbed').access.size,
      size => size === 1,
    );
    await until(id, 'false');
    const { body } = await portal.get(
      'payments-dev',
      `/requests?resourceId=${id}&action=update`,
    );
    expect(body.items).toMatchObject([
      { requestedBy: 'system:drift', decisions: [{ by: 'policy:straighten' }] },
    ]);
  });

  it('should be shown where it is new and not ours, and never be taken away', async () => {
    const id = await portal.readyBox('straight-visited');
    await baseline(id);
    box('straight-visited').foreign = [
      MIRROR,
      { ...MIRROR, login: 'root', internal: true },
    ];
    const body = await until(id, 'true');
    expect(drifted(body)).toMatchObject({
      reason: 'AccessChanged',
      message: 'New, and not given by the portal: mirror.PEEK.',
    });
    expect(body.drift).toEqual([
      {
        path: 'access.mirror.PEEK',
        from: 'rule on every box',
        kind: 'unsupported',
      },
    ]);
    await new Promise(resolve => setTimeout(resolve, 2_500));
    expect(box('straight-visited').foreign).toContainEqual(MIRROR);
    const { body: requests } = await portal.get(
      'payments-dev',
      `/requests?resourceId=${id}&action=update`,
    );
    expect(requests.items).toEqual([]);
    box('straight-visited').foreign = [];
    await until(id, 'false');
  });

  it('should be no drift where it stood there when the resource was first looked at', async () => {
    const create = portal.dev.create.bind(portal.dev);
    portal.dev.create = (name, spec) => {
      const made = create(name, spec);
      made.foreign = [MIRROR];
      return made;
    };
    let id: string;
    try {
      id = await portal.readyBox('covered');
    } finally {
      portal.dev.create = create;
    }
    expect((await baseline(id)).access_baseline).toEqual([MIRROR]);
    // Told in other words than it was then, and with a right more.
    box('covered').foreign = [
      {
        ...MIRROR,
        rights: ['PEEK', 'POKE'],
        via: 'rule 7 on every box',
        formerly: MIRROR.via,
      },
    ];
    expect((await until(id, 'true')).drift).toMatchObject([
      { path: 'access.mirror.POKE' },
    ]);
  });

  it('should not be compared again while neither the box nor its grants have changed', async () => {
    const id = await portal.readyBox('settled');
    await baseline(id);
    const looks = () =>
      portal.dev.observed.filter(name => name === 'settled').length;
    const passRow = () =>
      knex('drift_passes').where({ instance: 'box-dev' }).first();
    const pass = async () => {
      const before = await passRow();
      await eventually(
        passRow,
        row => String(row.ended_at) !== String(before.ended_at),
      );
    };
    const passes = async (count: number) => {
      for (let n = 0; n < count; n += 1) {
        await pass();
      }
    };
    // One looks at what the first one wrote.
    await passes(2);
    const before = looks();
    await passes(2);
    expect(looks()).toBe(before);
    expect(drifted(await resource(id)).status).toBe('false');

    box('settled').foreign.push(MIRROR);
    expect(drifted(await until(id, 'true')).message).toContain('mirror');
    box('settled').foreign.pop();
    await until(id, 'false');
    await knex('resources')
      .where({ id })
      .update({ spec: { size: 5 } });
    expect(drifted(await until(id, 'true')).message).toContain('size');
  });

  it('should be agreed to as it is, and be drift again when there is more', async () => {
    const id = await portal.readyBox('agreed');
    await baseline(id);
    box('agreed').foreign = [MIRROR, { ...MIRROR, via: 'rule on this box' }];
    await until(id, 'true');
    const asked = await portal.post('payments-dev', '/requests', {
      action: 'update',
      resourceId: id,
      spec: { size: 3 },
      access: 'keep',
    });
    expect(asked.body.plan).toMatchObject({
      changes: [
        {
          path: 'access.mirror.PEEK',
          to: 'rule on every box; rule on this box',
          kind: 'in-place',
        },
      ],
      steps: [],
      findings: [
        {
          policy: 'request/foreign-access',
          effect: 'warn',
          path: 'access',
          message: expect.stringContaining(
            'The portal did not give mirror.PEEK, and goes on not managing it',
          ),
        },
      ],
    });
    await portal.carryOut(asked.body);
    await new Promise(resolve => setTimeout(resolve, 2_500));
    expect(drifted(await resource(id)).status).toBe('false');
    const { effectiveAccess } = (
      await portal.get('payments-dev', `/resources/${id}/grants`)
    ).body;
    expect(
      effectiveAccess.items.filter(({ login }: any) => login === 'mirror'),
    ).toMatchObject([{ baseline: true }, { baseline: true }]);

    box('agreed').foreign!.push({ ...MIRROR, rights: ['POKE'] });
    expect((await until(id, 'true')).drift).toMatchObject([
      { path: 'access.mirror.POKE', kind: 'unsupported' },
    ]);
  });

  it('should not be asked to be kept where there is nothing new', async () => {
    const id = await portal.readyBox('plain');
    const { status, body } = await portal.post('payments-dev', '/plans', {
      action: 'update',
      resourceId: id,
      spec: { size: 3 },
      access: 'keep',
    });
    expect(status).toBe(200);
    expect(body.findings).toMatchObject([
      { policy: 'request/no-change', effect: 'deny' },
    ]);
  });
});

describe('a large part of an instance that is gone all at once', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({
      knex,
      config: {
        drift: { interval: '1 second', massLoss: { least: 3 } },
      },
    });
  });
  afterAll(async () => portal.stop());

  const phases = async (): Promise<string[]> =>
    (await portal.get('payments-dev', '/resources')).body.items.map(
      ({ phase }: any) => phase,
    );
  const warnings = async () => {
    const { body } = await portal.get('payments-dev', '/instances');
    return body.items
      .find(({ name }: any) => name === 'box-dev')
      .status.conditions?.filter(({ status }: any) => status !== 'ok');
  };

  it('should not be believed: one warning on the instance, and nothing degraded', async () => {
    for (const name of ['one', 'two', 'three', 'four']) {
      await portal.readyBox(name);
    }
    const all = new Map(portal.dev.boxes);
    portal.dev.boxes.clear();
    const told = await eventually(warnings, list => list?.length > 0);
    expect(told).toEqual([
      {
        type: 'MassLoss',
        status: 'warn',
        message: expect.stringContaining(
          '4 of 4 resources seem to be gone all at once',
        ),
      },
    ]);
    await new Promise(resolve => setTimeout(resolve, 2_500));
    expect(await phases()).toEqual(['ready', 'ready', 'ready', 'ready']);
    const events = () =>
      knex('audit').whereLike('event', 'drift.%').orderBy('at').pluck('event');
    expect(await events()).toEqual(['drift.doubted']);

    // It was the wrong cluster for a while; two of the four are really gone.
    for (const name of ['one', 'two']) {
      portal.dev.boxes.set(name, all.get(name)!);
    }
    await eventually(warnings, list => list.length === 0);
    await eventually(phases, list => list.includes('degraded'));
    expect((await phases()).sort()).toEqual([
      'degraded',
      'degraded',
      'ready',
      'ready',
    ]);
    expect(await events()).toEqual([
      'drift.doubted',
      'drift.believed',
      'drift.found',
      'drift.found',
    ]);
  });
});
