import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type { CassandraSession } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';
import type { Guardrails } from './facts';

type Threshold = Exclude<keyof Guardrails, 'dropKeyspaceEnabled'>;

const THRESHOLDS: { [setting: string]: Threshold } = {
  keyspaces_warn_threshold: 'keyspacesWarn',
  keyspaces_fail_threshold: 'keyspacesFail',
  minimum_replication_factor_warn_threshold: 'minimumReplicationFactorWarn',
  minimum_replication_factor_fail_threshold: 'minimumReplicationFactorFail',
  maximum_replication_factor_warn_threshold: 'maximumReplicationFactorWarn',
  maximum_replication_factor_fail_threshold: 'maximumReplicationFactorFail',
};
const DROP_KEYSPACE = 'drop_keyspace_enabled';

/** Guardrails of the node that answers; undefined when the portal may not read them. */
export async function readGuardrails(
  session: CassandraSession,
  deadline: Deadline,
): Promise<Guardrails | undefined> {
  let settings: Map<string, string>;
  try {
    const rows = await session.read(
      'SELECT name, value FROM system_views.settings WHERE name IN ?',
      deadline,
      { params: [[...Object.keys(THRESHOLDS), DROP_KEYSPACE]] },
    );
    settings = new Map(rows.map(row => [row.name, row.value]));
  } catch (error) {
    if (isProviderError(error) && error.reason === 'Unauthorized') {
      return undefined;
    }
    throw error;
  }
  const guardrails: Guardrails = {};
  for (const [setting, name] of Object.entries(THRESHOLDS)) {
    const value = Number(settings.get(setting) ?? -1);
    // -1 switches a threshold off; older versions do not have all of them.
    if (value > 0) {
      guardrails[name] = value;
    }
  }
  if (settings.get(DROP_KEYSPACE) === 'false') {
    guardrails.dropKeyspaceEnabled = false;
  }
  return guardrails;
}
