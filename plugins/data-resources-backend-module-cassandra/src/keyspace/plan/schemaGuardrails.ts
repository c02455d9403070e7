import type { Finding } from '@data-resources/plugin-data-resources-node';
import type {
  CreateTable,
  OptionValue,
  SchemaStatement,
} from '../../cql/schema/statements';
import type { ClusterFacts, Guardrails } from '../../probe/facts';
import { columnsOf, typesWithin } from './schemaParts';
import { count } from './specFindings';
import { thresholdFinding } from './thresholdFinding';

const path = 'spec.schema';

/** What the server's guardrails say to a first schema: it would refuse in the middle of it. */
export function schemaGuardrails(
  statements: readonly SchemaStatement[],
  facts: ClusterFacts,
): Finding[] {
  const { guardrails, userTables } = facts;
  const tables = statements.filter(({ kind }) => kind === 'table').length;
  const after = (userTables ?? 0) + tables;
  return [
    ...(tables === 0 || userTables === undefined
      ? []
      : thresholdFinding({
          guardrails,
          guardrail: 'tables',
          value: after,
          policy: 'cassandra/guardrail-tables',
          found: `The cluster would have ${count(after, 'table')}`,
          path,
        })),
    ...statements.flatMap(statement => [
      ...sizeFindings(statement, statements, guardrails),
      ...vectorFindings(statement, guardrails),
      ...(statement.kind === 'table'
        ? tableFindings(statement, guardrails)
        : []),
    ]),
  ];
}

function sizeFindings(
  statement: SchemaStatement,
  statements: readonly SchemaStatement[],
  guardrails: Guardrails,
): Finding[] {
  const { kind, name } = statement;
  const columns = columnsOf(statement).length;
  if (kind === 'type') {
    return thresholdFinding({
      guardrails,
      guardrail: 'fieldsPerUdt',
      value: columns,
      policy: 'cassandra/guardrail-fields',
      found: `The type "${name}" has ${count(columns, 'field')}`,
      path,
    });
  }
  if (kind === 'index') {
    return guardrails.secondaryIndexesEnabled === false
      ? [refused(`the index "${name}"`, 'secondary_indexes_enabled is false')]
      : [];
  }
  const indexes = statements.filter(
    each => each.kind === 'index' && each.table.name === name,
  ).length;
  return [
    ...thresholdFinding({
      guardrails,
      guardrail: 'columnsPerTable',
      value: columns,
      policy: 'cassandra/guardrail-columns',
      found: `The table "${name}" has ${count(columns, 'column')}`,
      path,
    }),
    ...thresholdFinding({
      guardrails,
      guardrail: 'secondaryIndexesPerTable',
      value: indexes,
      policy: 'cassandra/guardrail-indexes',
      found: `The table "${name}" has ${indexes} indexes`,
      path,
    }),
  ];
}

function vectorFindings(
  statement: SchemaStatement,
  guardrails: Guardrails,
): Finding[] {
  const vectors = columnsOf(statement).flatMap(({ name, type }) =>
    typesWithin(type).flatMap(each =>
      each.kind === 'vector' ? [{ name, dimensions: each.dimensions }] : [],
    ),
  );
  return vectors.flatMap(({ name, dimensions }) =>
    guardrails.vectorTypeEnabled === false
      ? [refused(`the vector "${name}"`, 'vector_type_enabled is false')]
      : thresholdFinding({
          guardrails,
          guardrail: 'vectorDimensions',
          value: dimensions,
          policy: 'cassandra/guardrail-vector',
          found: `The vector "${name}" has ${dimensions} dimensions`,
          path,
        }),
  );
}

function tableFindings(table: CreateTable, guardrails: Guardrails): Finding[] {
  const { name, options } = table;
  const subject = `the table "${name}"`;
  const valueOf = (option: string): OptionValue | undefined =>
    options.find(each => each.name === option)?.value;
  const lists = table.columns.filter(({ type }) => type.kind === 'list');
  const ttl = valueOf('default_time_to_live');
  return [
    ...propertyFindings(table, guardrails),
    ...(guardrails.uncompressedTablesEnabled === false &&
    isUncompressed(valueOf('compression'))
      ? [refused(subject, 'uncompressed_tables_enabled is false')]
      : []),
    ...(guardrails.zeroTtlOnTwcsEnabled === false &&
    /TimeWindow/.test(classOf(valueOf('compaction'))) &&
    Number(ttl?.kind === 'number' ? ttl.text : 0) === 0
      ? [
          refused(
            subject,
            'zero_ttl_on_twcs_enabled is false, so TimeWindowCompactionStrategy takes a default_time_to_live',
          ),
        ]
      : []),
    ...(guardrails.readBeforeWriteListOperationsEnabled === false &&
    lists.length > 0
      ? [
          {
            policy: 'cassandra/guardrail-lists',
            effect: 'warn' as const,
            path,
            message: `The table "${name}" has the list "${lists[0].name}", and the cluster's guardrail read_before_write_list_operations_enabled is false: clients cannot set or remove items of it by their index. A set, or a frozen list, does without`,
          },
        ]
      : []),
  ];
}

function propertyFindings(
  { name, options }: CreateTable,
  guardrails: Guardrails,
): Finding[] {
  const {
    tablePropertiesDisallowed: disallowed = [],
    tablePropertiesIgnored: ignored = [],
    tablePropertiesWarned: warned = [],
  } = guardrails;
  return options.flatMap(option => {
    if (disallowed.includes(option.name)) {
      return [
        refused(
          `the option ${option.name} of the table "${name}"`,
          'table_properties_disallowed names it',
        ),
      ];
    }
    const setting =
      (ignored.includes(option.name) && 'ignored') ||
      (warned.includes(option.name) && 'warned');
    return setting
      ? [
          {
            policy: 'cassandra/guardrail-schema',
            effect: 'warn' as const,
            path,
            message: `The table "${name}" sets ${option.name}; the cluster's guardrail table_properties_${setting} names it`,
          },
        ]
      : [];
  });
}

function isUncompressed(value: OptionValue | undefined): boolean {
  return (
    value?.kind === 'map' &&
    value.entries.some(
      ([key, each]) =>
        (key === 'enabled' && each.kind !== 'map' && each.text === 'false') ||
        (key === 'sstable_compression' &&
          each.kind !== 'map' &&
          each.text === ''),
    )
  );
}

function classOf(value: OptionValue | undefined): string {
  const named =
    value?.kind === 'map' && value.entries.find(([key]) => key === 'class');
  return named && named[1].kind === 'text' ? named[1].text : '';
}

function refused(what: string, why: string): Finding {
  return {
    policy: 'cassandra/guardrail-schema',
    effect: 'deny',
    path,
    message: `The cluster refuses ${what}: its guardrail ${why}`,
  };
}
