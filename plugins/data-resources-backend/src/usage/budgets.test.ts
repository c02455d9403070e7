import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { boxInput, eventually, TestPortal } from '../__testUtils__/Portal';
import { instancesWithDevOn } from '../__testUtils__/sampleConfig';

jest.setTimeout(120_000);

const CONFIG = {
  policies: [
    {
      name: 'boxes-in-dev',
      match: { environments: ['dev'], actions: ['create'] },
      approve: 'automatically',
    },
  ],
  budgets: [
    {
      name: 'dev',
      match: { environments: ['dev'] },
      limits: { volume: 30, boxes: 8 },
    },
  ],
};
const PLATFORM = { group: 'group:default/platform', count: 1, given: 0 };

describe('budgets', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({ knex, config: CONFIG });
  });
  afterEach(async () => portal.stop());

  const ask = (name: string, size: number, overrides: object = {}) =>
    portal.ask(name, { spec: { size }, ...overrides });
  const warned = (plan: any) =>
    plan.findings
      .filter(({ policy }: any) => policy === 'budget/dev')
      .map(({ effect, message }: any) => [effect, message]);

  it('should approve exactly as many of 20 equal requests at once as there is room for', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => ask(`race-${n}`, 10)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    const bodies = answers.map(({ body }) => body);
    const auto = bodies.filter(({ state }) => state !== 'pending');
    expect(auto).toHaveLength(3);
    for (const { decisions, plan } of auto) {
      expect(decisions).toMatchObject([{ by: 'policy:boxes-in-dev' }]);
      expect(plan.approval.mode).toBe('auto');
    }
    const waiting = bodies.filter(({ state }) => state === 'pending');
    expect(waiting).toHaveLength(17);
    for (const { plan, decisions } of waiting) {
      expect(decisions).toEqual([]);
      expect(plan.approval).toMatchObject({
        mode: 'manual',
        policy: 'budget/dev',
        required: [PLATFORM],
      });
      expect(warned(plan)).toEqual([
        [
          'warn',
          expect.stringMatching(
            /^payments holds 30 of 30 volume in dev; with this 40, /,
          ),
        ],
      ]);
    }
    const [{ count }] = await knex('decisions').count({ count: '*' });
    expect(Number(count)).toBe(3);
    for (const { id } of auto) {
      await portal.until(id, 'completed');
    }
    // A person may go beyond; and what they approved counts as well.
    const answer = await portal.post(
      'platform-lead',
      `/requests/${waiting[0].id}/approve`,
      { planHash: waiting[0].plan.hash },
    );
    expect(answer.status).toBe(200);
    await portal.until(waiting[0].id, 'completed');
    const { body } = await portal.post(
      'payments-dev',
      '/plans',
      boxInput('after', { spec: { size: 1 } }),
    );
    expect(warned(body)[0][1]).toContain(
      'holds 40 of 30 volume in dev; with this 41',
    );
  });

  it('should count per owner group and environment, and give back what is deleted', async () => {
    const first = await ask('mine', 30);
    expect(first.body.plan.approval.mode).toBe('auto');
    expect((await ask('more', 1)).body.state).toBe('pending');
    const theirs = await portal.ask(
      'theirs',
      { owner: 'group:default/logistics', spec: { size: 30 } },
      'logistics-dev',
    );
    expect(theirs.body.plan.approval.mode).toBe('auto');
    const prod = await ask('prod', 99, { instance: 'box-prod' });
    expect(warned(prod.body.plan)).toEqual([]);

    const { resourceId } = await portal.until(first.body.id, 'completed');
    expect(await portal.remove(resourceId)).toMatchObject({
      plan: { findings: [] },
    });
    // In quarantine it takes its room still.
    expect((await ask('again', 30)).body.plan.approval.mode).toBe('manual');
    await portal.remove(resourceId);
    expect((await ask('once-more', 30)).body.plan.approval.mode).toBe('auto');
  });

  it('should count every limit, and say each that is exceeded', async () => {
    for (let n = 0; n < 8; n += 1) {
      expect((await ask(`small-${n}`, 1)).body.plan.approval.mode).toBe('auto');
    }
    const ninth = (await ask('ninth', 23)).body;
    expect(warned(ninth.plan).map(([, message]: string[]) => message)).toEqual([
      expect.stringContaining('holds 8 of 30 volume in dev; with this 31'),
      expect.stringContaining('holds 8 of 8 boxes in dev; with this 9'),
    ]);
  });

  it('should not count its own row when a request is planned again', async () => {
    const asked = (await ask('moved', 31)).body;
    expect(asked.state).toBe('pending');
    // Put in the place of the other on purpose: the plan is another one then.
    const { servers } = portal;
    await portal.stop();
    portal.dev.clusterId = 'cluster-2';
    portal = await TestPortal.start({
      knex,
      servers,
      config: { ...CONFIG, instances: instancesWithDevOn('cluster-2') },
    });
    await portal.post('platform-lead', `/requests/${asked.id}/approve`, {
      planHash: asked.plan.hash,
    });
    const back = await eventually(
      async () => (await portal.get('auditor', `/requests/${asked.id}`)).body,
      body => body.plan.revision === 2,
    );
    expect(warned(back.plan)[0][1]).toContain(
      'holds 0 of 30 volume in dev; with this 31',
    );
  });

  it('should let a condition be true once only among many at once', async () => {
    await portal.stop();
    portal = await TestPortal.start({
      knex,
      config: {
        policies: [
          {
            name: 'the-first-box',
            when: 'usage.resources["memory-box"] == 0 && usage.totals.volume + usage.adds.volume <= 10',
            approve: 'automatically',
          },
        ],
      },
    });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => ask(`one-${n}`, 10)),
    );
    const modes = answers.map(({ body }) => body.plan.approval.mode).sort();
    expect(modes).toEqual(['auto', ...Array(5).fill('manual')]);
  });
});
