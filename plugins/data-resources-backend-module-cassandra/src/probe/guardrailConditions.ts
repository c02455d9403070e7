import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import type { Guardrails } from './facts';

/** What clients run into, told in the words of the server. */
export function guardrailConditions(
  guardrails: Guardrails | undefined,
): InstanceCondition[] {
  if (guardrails === undefined) {
    return [];
  }
  const refused = refusedToClients(guardrails);
  return refused.length === 0
    ? []
    : [
        {
          type: 'Guardrails',
          status: 'ok',
          message: `The cluster's guardrails refuse everybody but superusers: ${refused.join(
            '; ',
          )}`,
        },
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
