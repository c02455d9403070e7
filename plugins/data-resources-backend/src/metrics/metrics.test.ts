import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { MetricsBench, type Sample } from '../__testUtils__/MetricsBench';
import { eventually, TestPortal } from '../__testUtils__/Portal';
import { usedBox } from '../__testUtils__/usedBox';
import { definitions, prometheusName } from './definitions';
import { readLedger, STATEMENT } from './LedgerReadings';

jest.setTimeout(90_000);

const OPERATIONS = path.resolve(__dirname, '../../../../docs/operations');
/** Labels that the exporter adds to every series, and those of a histogram's buckets. */
const FOREIGN_LABELS = new Set(['otel_scope_name', 'le']);

describe('metrics', () => {
  const databases = testDatabases();
  let knex: Knex;
  let bench: MetricsBench;
  let portal: TestPortal;

  beforeAll(async () => {
    bench = MetricsBench.install();
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({
      knex,
      features: [bench.feature],
      config: {
        drift: { interval: { seconds: 1 } },
        liveUse: { interval: { seconds: 1 } },
      },
    });
  });
  afterAll(async () => {
    await portal.stop();
    await bench.remove();
  });

  /** Waits until a scrape shows the value: gauges of the ledger are a few seconds old. */
  const until = (
    name: string,
    labels: Record<string, string>,
    isExpected: (value: number | undefined) => boolean,
  ) => eventually(() => bench.value(name, labels), isExpected, 20_000);

  it('should time what was carried out, from the first step and from the approval', async () => {
    await portal.readyBox('timed');
    const labels = {
      engine: 'memory',
      engine_instance: 'box-dev',
      type: 'memory-box',
      action: 'create',
      outcome: 'completed',
    };
    for (const name of ['execution', 'approval_to_end']) {
      const metric = `data_resources_request_${name}_duration_seconds`;
      await until(`${metric}_count`, labels, count => count! >= 1);
      expect(await bench.value(`${metric}_sum`, labels)).toBeLessThan(30);
    }
  });

  it('should show what waits for a person, and since when', async () => {
    const asked = await portal.ask('waits', { spec: { size: 50 } });
    await knex('requests')
      .where({ id: asked.body.id })
      .update({ created_at: knex.raw("now() - interval '2 hours'") });
    const labels = {
      state: 'pending',
      engine_instance: 'box-dev',
      action: 'create',
    };
    await until('data_resources_requests', labels, count => count === 1);
    expect(
      await bench.value('data_resources_requests_oldest_age_seconds', labels),
    ).toBeGreaterThanOrEqual(7_200);
  });

  it('should count by reason what an engine did not do, and a failed request until it is mended', async () => {
    portal.dev.faults.set('create', {
      error: new ProviderError('Rejected', 'disk full'),
      times: 1,
    });
    const asked = await portal.ask('refused');
    await portal.until(asked.body.id, 'failed');
    await until(
      'data_resources_engine_step_errors_total',
      { engine_instance: 'box-dev', kind: 'create', reason: 'Rejected' },
      count => count === 1,
    );
    const failed = { state: 'failed', engine_instance: 'box-dev' };
    await until('data_resources_requests', failed, count => count === 1);
    await portal.post('payments-dev', `/requests/${asked.body.id}/retry`);
    const mended = await portal.until(asked.body.id, 'completed');
    expect(mended.waiting).toBeUndefined();
    await until('data_resources_requests', failed, count => count === 0);
  });

  it('should show an instance that does not answer, its queue and why its requests wait', async () => {
    const asked = await portal.ask('later', { spec: { size: 51 } });
    portal.dev.down = true;
    await portal.post('platform-lead', `/requests/${asked.body.id}/approve`, {
      planHash: asked.body.plan.hash,
    });
    await until(
      'data_resources_requests_waiting',
      { engine_instance: 'box-dev', reason: 'Unreachable' },
      count => count === 1,
    );
    await until(
      'data_resources_instance_reachable',
      { engine_instance: 'box-dev' },
      value => value === 0,
    );
    expect(
      await bench.value('data_resources_instance_reachable', {
        engine_instance: 'box-prod',
      }),
    ).toBe(1);
    expect(
      await bench.value('data_resources_engine_call_duration_seconds_count', {
        engine_instance: 'box-dev',
        operation: 'identify',
        outcome: 'Unreachable',
      }),
    ).toBeGreaterThan(0);
    portal.dev.down = false;
    await portal.until(asked.body.id, 'completed');
    await until(
      'data_resources_requests_waiting',
      { engine_instance: 'box-dev' },
      count => !count,
    );
  });

  it('should count drift by reason until it is mended', async () => {
    await portal.readyBox('drifting');
    const labels = { engine_instance: 'box-dev', type: 'memory-box' };
    const box = portal.dev.boxes.get('drifting')!;
    box.spec = { size: 4 };
    await until(
      'data_resources_resources_drifted',
      { ...labels, reason: 'Changed' },
      count => count === 1,
    );
    box.spec = { size: 3 };
    await until('data_resources_resources_drifted', labels, count => !count);
    expect(
      await bench.value('data_resources_drift_pass_age_seconds', {
        engine_instance: 'box-dev',
      }),
    ).toBeLessThan(60);
  });

  it('should count issued and refused credentials', async () => {
    const id = await portal.readyBox('secret');
    const issue = (caller: string) =>
      portal.post(caller, `/resources/${id}/credentials`, {
        principal: 'component:default/payments-api',
      });
    expect((await issue('payments-dev')).status).toBe(200);
    expect((await issue('platform-lead')).status).toBe(403);
    const of = (outcome: string) =>
      bench.value('data_resources_credentials_issues_total', {
        engine_instance: 'box-dev',
        outcome,
      });
    expect(await of('issued')).toBe(1);
    expect(await of('refused')).toBe(1);
  });

  it('should count work whose lease somebody else has taken', async () => {
    const taken = { engine_instance: 'box-dev' };
    expect(await bench.value('data_resources_leases_lost_total', taken)).toBe(
      0,
    );
    portal.dev.beforeAct = async () => {
      portal.dev.beforeAct = async () => {};
      await knex('resources')
        .where({ name: 'stolen' })
        .update({ lease_ticket: knex.raw('gen_random_uuid()') });
    };
    const asked = await portal.ask('stolen');
    await until(
      'data_resources_leases_lost_total',
      taken,
      count => count === 1,
    );
    await knex('resources')
      .where({ name: 'stolen' })
      .update({ lease_until: knex.fn.now() });
    await portal.until(asked.body.id, 'completed');
  });

  it('should count every event of the audit trail once', async () => {
    const rows = await eventually(
      async () =>
        knex('audit').where({ event: 'request.created' }).select('position'),
      found => found.every(({ position }) => position !== null),
    );
    expect(
      await bench.value('data_resources_audit_events_total', {
        event: 'request.created',
      }),
    ).toBe(rows.length);
  });

  it('should show how far behind the logs and their readers are', async () => {
    await portal.stop();
    // Nobody numbers any more.
    await knex('outbox').whereNull('position').delete();
    await knex('outbox').insert({
      id: knex.raw('gen_random_uuid()'),
      kind: 'request',
      subject_id: knex.raw('gen_random_uuid()'),
      created_at: knex.raw("now() - interval '1 minute'"),
    });
    await knex('feed_cursors')
      .where({ consumer: 'notifications' })
      .update({ position: knex.raw('position - 3') });
    const readings = await readLedger(knex);
    const of = (metric: string, labels: object) =>
      readings.find(
        reading =>
          reading.metric === metric &&
          JSON.stringify(reading.labels) === JSON.stringify(labels),
      )?.value;
    try {
      expect(of('unnumbered', { log: 'outbox' })).toBe(1);
      expect(of('unnumberedAge', { log: 'outbox' })).toBeGreaterThanOrEqual(60);
      expect(of('unnumbered', { log: 'audit' })).toBeDefined();
      expect(
        of('consumerLag', { consumer: 'notifications' }),
      ).toBeGreaterThanOrEqual(3);
    } finally {
      portal = await TestPortal.start({ knex, features: [bench.feature] });
    }
  });

  it('should export all that is defined, with no label but the defined ones, and nothing that names anybody', async () => {
    await portal.readyBox('last');
    Object.assign(portal.dev.boxes.get('last')!, usedBox());
    await portal.ask('open', { spec: { size: 52 } });
    await knex('resources')
      .where({ name: 'last' })
      .update({
        conditions: JSON.stringify([
          { type: 'Drifted', status: 'true', reason: 'Gone', message: '' },
        ]),
      });
    await knex('requests')
      .where({ name: 'open' })
      .update({ waiting_reason: 'Unreachable' });
    await until('data_resources_requests_waiting', {}, count => count === 1);
    await until('data_resources_use_lag_records', {}, lag => lag === 17);
    const samples = await bench.scrape();
    for (const definition of Object.values(definitions)) {
      const name = prometheusName(definition);
      const series = samples.filter(
        sample =>
          sample.name ===
          (definition.kind === 'histogram' ? `${name}_count` : name),
      );
      expect([name, series.length > 0]).toEqual([name, true]);
      for (const { labels } of series) {
        expect(definition.labels).toEqual(
          expect.arrayContaining(ownLabels(labels)),
        );
      }
    }
    // What the dashboard, the rules and the documents name is there to be asked for.
    const exported = new Set(samples.map(({ name }) => name));
    for (const file of [
      'dashboard.json',
      'alerts.yaml',
      'metrics.md',
      'README.md',
    ]) {
      const text = readFileSync(path.join(OPERATIONS, file), 'utf8');
      const named = text.match(/\bdata_resources_\w+/g)!;
      expect(
        named.filter(
          name => !exported.has(name) && !exported.has(`${name}_count`),
        ),
      ).toEqual([]);
    }
    const ours = samples.filter(({ name }) => name.startsWith('data_resour'));
    for (const { labels } of ours) {
      for (const value of Object.values(labels)) {
        expect(value).not.toMatch(/[0-9a-f]{8}-|user:|group:|component:/);
        expect(['timed', 'waits', 'last', 'open']).not.toContain(value);
      }
    }
  });

  it('should go on showing this process while the ledger cannot be read', async () => {
    await knex.schema.renameTable('drift_passes', 'elsewhere');
    try {
      await until(
        'data_resources_ledger_reads_total',
        { outcome: 'failed' },
        count => count! > 0,
      );
      expect(await bench.value('data_resources_queue_depth')).toBeNaN();
      expect(
        await bench.value('data_resources_instance_reachable', {
          engine_instance: 'box-dev',
        }),
      ).toBe(1);
    } finally {
      await knex.schema.renameTable('elsewhere', 'drift_passes');
    }
  });

  it('should read the gauges of a large ledger without a walk through its history', async () => {
    await knex.raw(
      `INSERT INTO requests (id, action, state, input, type, engine, instance, environment, name,
         owner, requested_by, input_hash, plan_revision, plan_hash, expires_at)
       SELECT gen_random_uuid(), 'create', 'completed', '{}', 'memory-box', 'memory', 'box-dev',
         'dev', 'old-' || n, 'group:default/payments', 'user:default/x', '', 1, '', now()
       FROM generate_series(1, 50000) n`,
    );
    await knex.raw('ANALYZE requests');
    const { rows } = await knex.raw(`EXPLAIN (FORMAT JSON) ${STATEMENT}`);
    const plan = JSON.stringify(rows);
    expect(plan).toContain('requests_state_created_at_id_index');
    expect(plan).not.toMatch(
      /"Node Type":"Seq Scan"[^{}]*"Relation Name":"requests"/,
    );
  });

  function ownLabels(labels: Sample['labels']): string[] {
    return Object.keys(labels).filter(label => !FOREIGN_LABELS.has(label));
  }
});
