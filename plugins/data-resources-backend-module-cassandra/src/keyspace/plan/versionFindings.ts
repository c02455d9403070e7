import type {
  Finding,
  InstanceProbe,
} from '@data-resources/plugin-data-resources-node';
import type { SchemaStatement } from '../../cql/schema/statements';
import { columnsOf, typesWithin } from './schemaParts';

const NEW_OPTIONS = ['allow_auto_snapshot', 'incremental_backups'];

/** What came with Cassandra 5.0, told to older clusters beforehand. */
export function versionFindings(
  statements: readonly SchemaStatement[],
  { version }: InstanceProbe,
): Finding[] {
  const major = Number(version?.split('.')[0]);
  if (!(major < 5)) {
    return [];
  }
  return statements.flatMap(statement => {
    const { kind, name } = statement;
    const newer = [
      ...(kind === 'index' && statement.isSai
        ? ['storage-attached indexes']
        : []),
      ...(kind === 'index' && statement.isLegacy
        ? ["USING 'legacy_local_table'"]
        : []),
      ...(kind === 'table'
        ? statement.options.flatMap(option =>
            NEW_OPTIONS.includes(option.name)
              ? [`the option ${option.name}`]
              : [],
          )
        : []),
      ...(columnsOf(statement).some(({ type }) =>
        typesWithin(type).some(each => each.kind === 'vector'),
      )
        ? ['the type vector']
        : []),
      ...(kind === 'table' &&
      JSON.stringify(statement.options).includes('UnifiedCompactionStrategy')
        ? ['UnifiedCompactionStrategy']
        : []),
    ];
    return newer.map(what => ({
      policy: 'cassandra/schema-version',
      effect: 'deny' as const,
      path: 'spec.schema',
      message: `The ${kind} "${name}" uses ${what}, which came with Cassandra 5.0; this cluster runs ${version}`,
    }));
  });
}
