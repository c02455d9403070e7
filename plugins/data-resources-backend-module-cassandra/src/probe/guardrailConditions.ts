import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import type { Guardrails } from './facts';
import type { ServerSettings } from './readSettings';

/** What clients run into, told in the words of the server, and nodes that have others than the rest. */
export function guardrailConditions(
  settings: Pick<ServerSettings, 'guardrails' | 'differing'> | undefined,
): InstanceCondition[] {
  if (settings === undefined) {
    return [];
  }
  const { guardrails, differing } = settings;
  const refused = refusedToClients(guardrails);
  return [
    ...(refused.length === 0
      ? []
      : [
          {
            type: 'Guardrails',
            status: 'ok' as const,
            message: `The cluster's guardrails refuse everybody but superusers: ${refused.join(
              '; ',
            )}`,
          },
        ]),
    ...(differing === undefined
      ? []
      : [
          {
            type: 'GuardrailsDiffer',
            status: 'warn' as const,
            message: `What one node takes another refuses: ${differing.join(
              '; ',
            )}. Plans go by the strictest of each. Give all nodes the same guardrails in cassandra.yaml, and until a node starts anew by nodetool setguardrailsconfig`,
          },
        ]),
  ];
}

/** Each thing that guardrails refuse clients, owners included. */
export function refusedToClients(guardrails: Guardrails): string[] {
  const levels = (names: string[] | undefined, what: string, setting: string) =>
    names ? [`${what} with ${names.join(', ')} (${setting})`] : [];
  const unless = (flag: false | undefined, what: string, setting: string) =>
    flag === false ? [`${what} (${setting})`] : [];
  return [
    ...levels(
      guardrails.readConsistencyLevelsDisallowed,
      'reads',
      'read_consistency_levels_disallowed',
    ),
    ...levels(
      guardrails.writeConsistencyLevelsDisallowed,
      'writes',
      'write_consistency_levels_disallowed',
    ),
    ...unless(
      guardrails.alterTableEnabled,
      'ALTER TABLE',
      'alter_table_enabled',
    ),
    ...unless(
      guardrails.dropTruncateTableEnabled,
      'DROP TABLE and TRUNCATE',
      'drop_truncate_table_enabled',
    ),
    ...unless(
      guardrails.allowFilteringEnabled,
      'ALLOW FILTERING',
      'allow_filtering_enabled',
    ),
    ...unless(
      guardrails.userTimestampsEnabled,
      'USING TIMESTAMP',
      'user_timestamps_enabled',
    ),
    ...unless(
      guardrails.useStatementsEnabled,
      'USE, and with it drivers that are told a keyspace',
      'use_statements_enabled',
    ),
    ...unless(
      guardrails.readBeforeWriteListOperationsEnabled,
      'changes of a list by its index',
      'read_before_write_list_operations_enabled',
    ),
    ...unless(
      guardrails.dropKeyspaceEnabled,
      'DROP KEYSPACE',
      'drop_keyspace_enabled',
    ),
  ];
}
