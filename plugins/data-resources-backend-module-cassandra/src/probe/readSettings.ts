import { isProviderError } from '@data-resources/plugin-data-resources-node';
import { quoteLiteral } from '../cql/quote';
import type { CassandraSession } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';
import { compareGuardrails } from './compareGuardrails';
import type {
  AutoSnapshot,
  Guardrails,
  Listed,
  Permitted,
  Thresholds,
  Validity,
} from './facts';

const THRESHOLDS: { readonly [name in keyof Required<Thresholds>]: string } = {
  keyspacesWarn: 'keyspaces_warn_threshold',
  keyspacesFail: 'keyspaces_fail_threshold',
  minimumReplicationFactorWarn: 'minimum_replication_factor_warn_threshold',
  minimumReplicationFactorFail: 'minimum_replication_factor_fail_threshold',
  maximumReplicationFactorWarn: 'maximum_replication_factor_warn_threshold',
  maximumReplicationFactorFail: 'maximum_replication_factor_fail_threshold',
  tablesWarn: 'tables_warn_threshold',
  tablesFail: 'tables_fail_threshold',
  columnsPerTableWarn: 'columns_per_table_warn_threshold',
  columnsPerTableFail: 'columns_per_table_fail_threshold',
  secondaryIndexesPerTableWarn: 'secondary_indexes_per_table_warn_threshold',
  secondaryIndexesPerTableFail: 'secondary_indexes_per_table_fail_threshold',
  fieldsPerUdtWarn: 'fields_per_udt_warn_threshold',
  fieldsPerUdtFail: 'fields_per_udt_fail_threshold',
  vectorDimensionsWarn: 'vector_dimensions_warn_threshold',
  vectorDimensionsFail: 'vector_dimensions_fail_threshold',
};

const PERMITTED: { readonly [name in keyof Required<Permitted>]: string } = {
  dropKeyspaceEnabled: 'drop_keyspace_enabled',
  alterTableEnabled: 'alter_table_enabled',
  dropTruncateTableEnabled: 'drop_truncate_table_enabled',
  secondaryIndexesEnabled: 'secondary_indexes_enabled',
  uncompressedTablesEnabled: 'uncompressed_tables_enabled',
  vectorTypeEnabled: 'vector_type_enabled',
  zeroTtlOnTwcsEnabled: 'zero_ttl_on_twcs_enabled',
  readBeforeWriteListOperationsEnabled:
    'read_before_write_list_operations_enabled',
  allowFilteringEnabled: 'allow_filtering_enabled',
  userTimestampsEnabled: 'user_timestamps_enabled',
  useStatementsEnabled: 'use_statements_enabled',
};

const LISTED: { readonly [name in keyof Required<Listed>]: string } = {
  tablePropertiesWarned: 'table_properties_warned',
  tablePropertiesIgnored: 'table_properties_ignored',
  tablePropertiesDisallowed: 'table_properties_disallowed',
  readConsistencyLevelsDisallowed: 'read_consistency_levels_disallowed',
  writeConsistencyLevelsDisallowed: 'write_consistency_levels_disallowed',
};

const VALIDITY: { readonly [name in keyof Validity]: string } = {
  roles: 'roles_validity',
  permissions: 'permissions_validity',
  credentials: 'credentials_validity',
};

const AUTO_SNAPSHOT = 'auto_snapshot';
const AUTO_SNAPSHOT_TTL = 'auto_snapshot_ttl';
const NETWORK_AUTHORIZER = 'network_authorizer';
const SEEDS = 'seed_provider.parameters';

/** By which setting each guardrail is set. */
export const GUARDRAILS: {
  readonly [name in keyof Required<Guardrails>]: string;
} = { ...THRESHOLDS, ...PERMITTED, ...LISTED };

/** What a node says of its own configuration. */
export interface ServerSettings {
  guardrails: Guardrails;
  /** Which guardrails the nodes have set differently, with what each has; absent where none. */
  differing?: string[];
  /** The class, without its package; absent before Cassandra has one. */
  networkAuthorizer?: string;
  /** Where nodes look for others when they start; absent where it is not told. */
  seeds?: string[];
  /** Absent where not all of it is told. */
  validity?: Validity;
  autoSnapshot?: AutoSnapshot;
}

/** The names of all settings that are read. */
export const SETTINGS: readonly string[] = [
  ...Object.values(GUARDRAILS),
  ...Object.values(VALIDITY),
  AUTO_SNAPSHOT,
  AUTO_SNAPSHOT_TTL,
  NETWORK_AUTHORIZER,
  SEEDS,
];

/** So long a probe waits for what others say of themselves where some node has answered. */
const OTHERS_MS = 1_000;

/**
 * Settings of one node, with the strictest of the guardrails of all that answer; undefined when the portal may not
 * read them.
 */
export async function readSettings(
  session: CassandraSession,
  deadline: Deadline,
): Promise<ServerSettings | undefined> {
  try {
    const { answers } = await session.readFromEveryNode(
      [
        `SELECT name, value FROM system_views.settings WHERE name IN (${SETTINGS.map(
          quoteLiteral,
        ).join(', ')})`,
      ],
      deadline,
      OTHERS_MS,
    );
    const nodes = answers.map(({ address, rows: [rows] }) => ({
      address,
      settings: toSettings(
        new Map(rows.map(row => [row.name, row.value ?? ''])),
      ),
    }));
    return {
      ...nodes[0].settings,
      ...compareGuardrails(
        nodes.map(({ address, settings: { guardrails } }) => ({
          address,
          guardrails,
        })),
        GUARDRAILS,
      ),
    };
  } catch (error) {
    if (isProviderError(error) && error.reason === 'Unauthorized') {
      return undefined;
    }
    throw error;
  }
}

/** @param settings - by their names; older versions do not have all of them */
export function toSettings(
  settings: ReadonlyMap<string, string>,
): ServerSettings {
  const guardrails: Guardrails = {};
  for (const [name, setting] of entriesOf(THRESHOLDS)) {
    const value = Number(settings.get(setting) ?? -1);
    // -1 switches a threshold off.
    if (value > 0) {
      guardrails[name] = value;
    }
  }
  for (const [name, setting] of entriesOf(PERMITTED)) {
    if (settings.get(setting) === 'false') {
      guardrails[name] = false;
    }
  }
  for (const [name, setting] of entriesOf(LISTED)) {
    // As Java shows a set: [one, two].
    const values = (settings.get(setting) ?? '')
      .replace(/^\[|\]$/g, '')
      .split(',')
      .map(value => value.trim())
      .filter(value => value !== '' && value !== 'null');
    if (values.length > 0) {
      guardrails[name] = values.sort();
    }
  }
  const networkAuthorizer = /\w+(?=\W*$)/.exec(
    classNameOf(settings.get(NETWORK_AUTHORIZER) ?? ''),
  )?.[0];
  const seeds = /\bseeds=([^=}]+)\}/
    .exec(settings.get(SEEDS) ?? '')?.[1]
    .split(',')
    .map(seed => seed.trim())
    .filter(seed => seed !== '');
  return {
    guardrails,
    ...(networkAuthorizer ? { networkAuthorizer } : {}),
    ...(seeds?.length ? { seeds } : {}),
    ...validityOf(settings),
    ...autoSnapshotOf(settings),
  };
}

function validityOf(
  settings: ReadonlyMap<string, string>,
): Pick<ServerSettings, 'validity'> {
  const entries = entriesOf(VALIDITY).map(
    ([name, setting]) => [name, settings.get(setting)] as const,
  );
  return entries.every(([, value]) => value)
    ? { validity: Object.fromEntries(entries) as Validity }
    : {};
}

function autoSnapshotOf(
  settings: ReadonlyMap<string, string>,
): Pick<ServerSettings, 'autoSnapshot'> {
  const ttl = settings.get(AUTO_SNAPSHOT_TTL);
  switch (settings.get(AUTO_SNAPSHOT)) {
    case 'true':
      return { autoSnapshot: { on: true, ...(ttl ? { ttl } : {}) } };
    case 'false':
      return { autoSnapshot: { on: false } };
    default:
      return {};
  }
}

/** From 5.0 on, the class comes together with its parameters. */
function classNameOf(setting: string): string {
  return /class_name[=:\s]+'?([\w.$]+)/.exec(setting)?.[1] ?? setting;
}

function entriesOf<K extends string>(record: {
  readonly [name in K]: string;
}): [K, string][] {
  return Object.entries(record) as [K, string][];
}
