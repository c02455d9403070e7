import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { MetricsBench } from '../__testUtils__/MetricsBench';
import { eventually, TestPortal } from '../__testUtils__/Portal';
import { usedBox } from '../__testUtils__/usedBox';

jest.setTimeout(90_000);

const DEV = { engine_instance: 'box-dev', type: 'memory-box' };
const PROD = { engine_instance: 'box-prod', type: 'memory-box' };
const DAY_MS = 24 * 60 * 60 * 1_000;

describe('metrics of live use', () => {
  const databases = testDatabases();
  let knex: Knex;
  let bench: MetricsBench;
  let portal: TestPortal;

  const start = (interval: string, servers?: TestPortal['servers']) =>
    TestPortal.start({
      knex,
      servers,
      features: [bench.feature],
      config: { liveUse: { interval } },
    });
  const box = (name: string) => portal.dev.boxes.get(name)!;
  const daysAgo = (days: number) =>
    new Date(Date.now() - days * DAY_MS).toISOString();
  const of = (name: string, labels: Record<string, string> = DEV) =>
    bench.value(`data_resources_use_${name}`, labels);
  /** Gauges of the ledger are a few seconds old. */
  const until = (
    name: string,
    labels: Record<string, string>,
    isExpected: (value: number | undefined) => boolean,
  ) => eventually(() => of(name, labels), isExpected, 20_000);
  const row = (instance: string) => knex('use_passes').where({ instance });
  const turns = () => new Promise(resolve => setTimeout(resolve, 2_500));

  beforeAll(async () => {
    bench = MetricsBench.install();
    knex = await databases.init('POSTGRES_18');
    portal = await start('1 second');
    for (const name of ['busy', 'quiet', 'forgotten']) {
      await portal.readyBox(name);
    }
    Object.assign(box('busy'), usedBox());
    Object.assign(box('quiet'), {
      users: [{ name: 'billing', kind: 'consumer group', count: 1 }],
      measures: [
        { name: 'size', title: 'Size', value: 1_000, unit: 'bytes' },
        { name: 'last-record-age', title: 'Age', value: 7, unit: 'seconds' },
        {
          name: 'lag',
          title: 'Lag',
          value: 30,
          unit: 'count',
          labels: { group: 'billing' },
        },
      ],
      lastUsedAt: daysAgo(29),
    });
    box('forgotten').lastUsedAt = daysAgo(31);
  });
  afterAll(async () => {
    await TestPortal.stopAll();
    await bench.remove();
  });
  afterEach(() => {
    portal.dev.down = false;
    portal.dev.inspectFault = undefined;
    portal.dev.unseen = [];
  });

  it('should add up who uses the resources of an instance, and how much', async () => {
    await until('lag_records', DEV, lag => lag === 12 + 5 + 30);
    expect(await of('lag_max_records')).toBe(30);
    expect(await of('resources', { ...DEV, state: 'used' })).toBe(2);
    expect(await of('resources', { ...DEV, state: 'unused' })).toBe(1);
    expect(await of('resources', { ...DEV, state: 'unknown' })).toBe(0);
    expect(await of('idle')).toBe(1);
    expect(await of('unseen')).toBe(0);
    // `billing` is one group that reads two boxes.
    const groups = { ...DEV, kind: 'consumer group' };
    expect(await of('users', groups)).toBe(2);
    expect(await of('clients', groups)).toBe(5);
    expect(await of('clients', { ...DEV, kind: 'producer' })).toBe(2);
    expect(await of('bytes')).toBe(5_096);
    expect(await of('amount', { ...DEV, measure: 'records' })).toBe(20);
    expect(await of('rate_per_second')).toBe(2.5);
    expect(await of('longest_seconds')).toBe(40);
    expect(await of('pass_age_seconds')).toBeLessThan(60);
    expect(await of('resources', { ...PROD, state: 'used' })).toBe(0);
  });

  it('should name neither resources, nor groups, nor parts of them', async () => {
    const lines = (await bench.text())
      .split('\n')
      .filter(line => line.startsWith('data_resources_use_'));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.join('\n')).not.toMatch(
      /busy|quiet|forgotten|billing|audit|secret|part|ratio/,
    );
  });

  it('should say of what it could not see everything, and why', async () => {
    portal.dev.unseen = ['Readers of snapshots: needs the right PEEK'];
    await until('unseen', DEV, unseen => unseen === 3);
    expect(await of('resources', { ...DEV, state: 'unknown' })).toBe(1);
    expect(await of('resources', { ...DEV, state: 'unused' })).toBe(0);
    expect(await row('box-dev')).toMatchObject([
      { unseen: portal.dev.unseen, message: null },
    ]);
    portal.dev.unseen = [];
    await until('unseen', DEV, unseen => unseen === 0);
  });

  it('should keep the last figures, and let their age grow, while an engine does not let it look; others go on', async () => {
    await until('lag_records', DEV, lag => lag === 47);
    portal.dev.inspectFault = new ProviderError('Unauthorized', 'No PEEK');
    const [failed] = await eventually(
      () => row('box-dev'),
      ([{ message }]) => message !== null,
    );
    expect(failed.message).toBe('No PEEK');
    await knex('use_passes')
      .where({ instance: 'box-dev' })
      .update({ ended_at: knex.raw("ended_at - interval '2 hours'") });
    await until('pass_age_seconds', DEV, age => age! > 7_200);
    expect(await of('lag_records')).toBe(47);
    expect(await of('pass_age_seconds', PROD)).toBeLessThan(60);
    portal.dev.inspectFault = undefined;
    await until('pass_age_seconds', DEV, age => age! < 60);
    expect(await row('box-dev')).toMatchObject([{ message: null }]);
  });

  it('should look at the others while an engine does not answer, and at it again when it does', async () => {
    portal.dev.down = true;
    await eventually(
      () => row('box-dev'),
      ([{ message }]) => message !== null,
    );
    const [before] = await row('box-prod');
    await eventually(
      () => row('box-prod'),
      ([{ ended_at }]) => ended_at > before.ended_at,
    );
    const [down] = await row('box-dev');
    expect(down.message).toBe('The memory server is down');
    portal.dev.down = false;
    await eventually(
      () => row('box-dev'),
      ([{ message, ended_at }]) => message === null && ended_at > down.ended_at,
    );
  });

  it('should say nothing of an instance that is not configured any more', async () => {
    const old = { engine_instance: 'box-old', type: 'memory-box' };
    const [{ figures, ended_at }] = await row('box-dev');
    await knex('use_passes').insert({
      instance: 'box-old',
      type: 'memory-box',
      due_at: ended_at,
      ended_at,
      figures: JSON.stringify(figures),
    });
    box('quiet').users = [];
    await until('resources', { ...DEV, state: 'used' }, used => used === 1);
    expect(await of('pass_age_seconds', old)).toBeUndefined();
    expect(await of('resources', old)).toBeUndefined();
  });

  it('should look once per interval, in batches of 500, however many replicas there are', async () => {
    await portal.stop();
    await knex.raw(
      `INSERT INTO resources
       SELECT (jsonb_populate_record(r, jsonb_build_object(
         'id', gen_random_uuid(), 'name', 'many-' || n))).*
       FROM resources r, generate_series(1, 1100) n WHERE r.name = 'quiet'`,
    );
    await knex('use_passes').delete();
    portal.dev.inspected.length = 0;
    const { servers } = portal;
    portal = await start('1 hour', servers);
    const other = await start('1 hour', servers);
    const ended = await eventually(
      () => row('box-dev').whereNotNull('ended_at'),
      rows => rows.length === 1,
    );
    const figures = ended[0].figures.filter(
      ({ metric }: any) => metric === 'useResources',
    );
    expect(
      figures.reduce((sum: number, { value }: any) => sum + value, 0),
    ).toBe(1_103);
    // Other turns of both loops: nothing is due.
    await turns();
    expect(portal.dev.inspected).toEqual([500, 500, 103]);
    // Both see that it is due, and one looks.
    await knex('use_passes').update({ due_at: knex.fn.now() });
    await turns();
    expect(portal.dev.inspected).toEqual([500, 500, 103, 500, 500, 103]);
    await other.stop();
  });
});
