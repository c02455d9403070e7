import type {
  Change,
  PlannedStep,
} from '@data-resources/plugin-data-resources-node';
import { shapeOf } from '../../cql/schema/shapes';
import type { SchemaStatement } from '../../cql/schema/statements';
import { writeStatement } from '../../cql/schema/writeStatement';
import { revokeTable } from '../../cql/statements';
import type { KeyspaceSpec } from '../keyspaceSpec';
import { schemaOf } from '../schemaOf';
import { step } from './step';

/**
 * The steps that make a first schema, one for each object, in the order in which it gives them.
 *
 * @param version - of the cluster; left out where it is not known yet
 */
export function schemaSteps(
  keyspace: string,
  spec: KeyspaceSpec,
  version: string | undefined,
): PlannedStep[] {
  return schemaOf(spec).statements.map(statement => {
    const { kind, name } = statement;
    const cql = writeStatement(withKindOfIndex(statement, version), keyspace);
    return step(
      'create-object',
      `Create the ${kind} ${name}`,
      [cql],
      { kind, name, cql, shape: shapeOf(statement) },
      `${kind}:${name}`,
    );
  });
}

/** The step after which the portal's role holds nothing on tables that it has just made. */
export function releaseTableSteps(
  keyspace: string,
  spec: KeyspaceSpec,
  provisioner: string,
): PlannedStep[] {
  const tables = tablesOf(spec);
  return tables.length === 0
    ? []
    : [
        step(
          'release-tables',
          `Take from the portal's role what Cassandra gives it on tables that it makes`,
          tables.map(table => revokeTable(keyspace, table, provisioner)),
          { tables },
        ),
      ];
}

/** What a first schema makes. */
export function schemaChanges(spec: KeyspaceSpec): Change[] {
  return schemaOf(spec).statements.map(statement => ({
    path: `schema.${statement.kind}.${statement.name}`,
    to: describe(statement),
    kind: 'create',
  }));
}

/** From 5.0 on, clusters may have another kind of index where none is named (`default_secondary_index`), or none. */
function withKindOfIndex(
  statement: SchemaStatement,
  version = '',
): SchemaStatement {
  return statement.kind === 'index' &&
    !statement.isSai &&
    Number(version.split('.')[0]) >= 5
    ? { ...statement, isLegacy: true }
    : statement;
}

function tablesOf(spec: KeyspaceSpec): string[] {
  return schemaOf(spec)
    .statements.filter(({ kind }) => kind === 'table')
    .map(({ name }) => name);
}

function describe(statement: SchemaStatement): string {
  return shapeOf(statement).join(', ');
}
