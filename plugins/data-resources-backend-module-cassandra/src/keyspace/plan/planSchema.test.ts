import {
  planInput,
  type PlanInputOverrides,
} from '../../__testUtils__/planInput';
import type { Guardrails } from '../../probe/facts';
import { planKeyspace } from './planKeyspace';

const SCHEMA = `
  CREATE TYPE line (sku text, amount int);
  CREATE TABLE by_day (day date, id uuid, lines list<frozen<line>>, PRIMARY KEY (day, id))
    WITH compaction = {'class': 'TimeWindowCompactionStrategy'} AND gc_grace_seconds = 3600;
  CREATE INDEX ON by_day (id);
`;

function plan(overrides: PlanInputOverrides = {}) {
  return planKeyspace(
    planInput({ ...overrides, spec: { schema: SCHEMA, ...overrides.spec } }),
  );
}

function denials(overrides: PlanInputOverrides = {}) {
  return plan(overrides).findings.filter(({ effect }) => effect === 'deny');
}

describe('the plan of a first schema', () => {
  it('should make each object after the keyspace and before anybody gets in', () => {
    const { steps, changes } = plan();
    expect(steps.map(({ id }) => id)).toEqual([
      'create-keyspace',
      'create-object:type:line',
      'create-object:table:by_day',
      'create-object:index:by_day_id_idx',
      'release-tables',
      'create-group-roles',
      'grant-permissions',
    ]);
    expect(steps[4].call).toBe(
      'REVOKE ALL PERMISSIONS ON TABLE "orders"."by_day" FROM "portal";',
    );
    expect(changes.filter(({ path }) => path.startsWith('schema.'))).toEqual([
      {
        path: 'schema.type.line',
        to: '"sku" text, "amount" int',
        kind: 'create',
      },
      {
        path: 'schema.table.by_day',
        to: '"day" date as part 1 of the partition key, "id" uuid as clustering column 1 ASC, "lines" list<"line">',
        kind: 'create',
      },
      {
        path: 'schema.index.by_day_id_idx',
        to: 'on "by_day" ("id")',
        kind: 'create',
      },
    ]);
  });

  it('should name the usual kind of index where a cluster may have another', () => {
    const call = (version: string) =>
      plan({ version }).steps.find(({ id }) => id.includes(':index:'))?.call;
    // A cluster of 5.0 with default_secondary_index: sai made one of those, which is then another than was asked for.
    expect(call('5.0.9')).toContain(
      `ON "orders"."by_day" ("id") USING 'legacy_local_table'`,
    );
    expect(call('4.1.8')).not.toContain('USING');
  });

  it('should be what it was where none is asked for', () => {
    const without = planKeyspace(planInput());
    expect(without.steps.map(({ id }) => id)).toEqual([
      'create-keyspace',
      'create-group-roles',
      'grant-permissions',
    ]);
    expect(without.findings).toEqual([]);
  });

  it('should refuse another keyspace, and say where it stands', () => {
    const schema = 'CREATE TABLE\n  Orders.t (id int PRIMARY KEY)';
    expect(denials({ spec: { schema } })).toEqual([]);
    expect(denials({ name: 'Orders', spec: { schema } })).toEqual([
      {
        policy: 'cassandra/schema-keyspace',
        effect: 'deny',
        path: 'spec.schema',
        message:
          'line 2, column 3: found the keyspace "orders"; a first schema is for its own keyspace alone. Leave the keyspace out before names, or write "Orders"',
      },
    ]);
  });

  it.each<[Guardrails, 'deny' | 'warn', RegExp]>([
    [{ tablesFail: 7 }, 'deny', /8 tables; the guardrail tables_fail_thresh/],
    [{ tablesWarn: 7 }, 'warn', /tables_warn_threshold is 7/],
    [{ columnsPerTableFail: 2 }, 'deny', /"by_day" has 3 columns/],
    [{ columnsPerTableWarn: 2 }, 'warn', /columns_per_table_warn_threshold/],
    [{ fieldsPerUdtFail: 1 }, 'deny', /"line" has 2 fields/],
    [{ secondaryIndexesEnabled: false }, 'deny', /secondary_indexes_enabled/],
    [{ tablePropertiesDisallowed: ['gc_grace_seconds'] }, 'deny', /names it/],
    [{ tablePropertiesIgnored: ['compaction'] }, 'warn', /sets compaction/],
    [{ tablePropertiesWarned: ['compaction'] }, 'warn', /properties_warned/],
    [{ zeroTtlOnTwcsEnabled: false }, 'deny', /takes a default_time_to_live/],
    [
      { readBeforeWriteListOperationsEnabled: false },
      'warn',
      /the list "lines".*read_before_write_list_operations_enabled/,
    ],
  ])(
    'should tell what the guardrail %j makes of it',
    (guardrails, effect, text) => {
      expect(
        plan({ guardrails, userTables: 7 }).findings.filter(
          ({ path }) => path === 'spec.schema',
        ),
      ).toEqual([
        expect.objectContaining({
          effect,
          path: 'spec.schema',
          message: expect.stringMatching(text),
        }),
        expect.objectContaining({ policy: 'cassandra/schema-owner' }),
      ]);
    },
  );

  it('should let pass what guardrails allow', () => {
    expect(
      denials({
        userTables: 7,
        guardrails: {
          tablesFail: 8,
          columnsPerTableFail: 3,
          fieldsPerUdtFail: 2,
          secondaryIndexesPerTableFail: 1,
          uncompressedTablesEnabled: false,
          vectorTypeEnabled: false,
        },
      }),
    ).toEqual([]);
  });

  it.each<[string, Guardrails, RegExp]>([
    [
      `CREATE TABLE t (id int PRIMARY KEY) WITH compression = {'enabled': false}`,
      { uncompressedTablesEnabled: false },
      /the table "t": its guardrail uncompressed_tables_enabled is false/,
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, v vector<float, 9>)',
      { vectorTypeEnabled: false },
      /the vector "v"/,
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, v vector<float, 9>)',
      { vectorDimensionsFail: 8 },
      /9 dimensions; the guardrail vector_dimensions_fail_threshold is 8/,
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, a int, b int); CREATE INDEX ON t (a); CREATE INDEX ON t (b)',
      { secondaryIndexesPerTableFail: 1 },
      /"t" has 2 indexes/,
    ],
  ])(
    'should refuse %j where the guardrail %j does',
    (schema, guardrails, text) => {
      expect(denials({ spec: { schema }, guardrails })).toEqual([
        expect.objectContaining({ message: expect.stringMatching(text) }),
      ]);
    },
  );

  it('should know what an older cluster lacks', () => {
    const schema = `CREATE TABLE t (id int PRIMARY KEY, a frozen<list<vector<float, 2>>>, b int)
        WITH compaction = {'class': 'UnifiedCompactionStrategy'};
      CREATE CUSTOM INDEX i ON t (b) USING 'sai'`;
    const texts = (version: string) =>
      denials({ spec: { schema }, version }).map(({ message }) => message);
    expect(texts('5.0.9')).toEqual([]);
    expect(texts('4.1.5')).toEqual([
      expect.stringContaining('"t" uses the type vector'),
      expect.stringContaining('"t" uses UnifiedCompactionStrategy'),
      expect.stringContaining('"i" uses storage-attached indexes'),
    ]);
  });

  it('should be agreed on once', () => {
    const update = (current: string | undefined, schema: string | undefined) =>
      planKeyspace({
        ...planInput({ action: 'update', seen: {}, spec: { schema } }),
        current: {
          replication: { east: 3 },
          durableWrites: true,
          schema: current,
        },
      });
    expect(update(SCHEMA, SCHEMA)).toEqual({
      changes: [],
      steps: [],
      findings: [],
      risk: 'low',
    });
    for (const [current, schema] of [
      [SCHEMA, undefined],
      [SCHEMA, 'CREATE TABLE t (id int PRIMARY KEY)'],
      [undefined, SCHEMA],
    ]) {
      expect(update(current, schema)).toMatchObject({
        changes: [],
        steps: [],
        findings: [
          {
            policy: 'cassandra/schema-once',
            effect: 'deny',
            path: 'spec.schema',
          },
        ],
      });
    }
  });
});
