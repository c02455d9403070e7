import type { InstanceProbe } from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from './config/readInstanceConfig';
import type { Session } from './connection/Session';
import type { ServerFacts } from './provider/facts';
import {
  conditionsOf,
  obstaclesAmong,
  type ServerState,
} from './preflight/conditions';
import { allowedParameters } from './type/parameters';

interface ProbeRow extends ServerState {
  systemIdentifier: string;
  extensions: ServerFacts['extensions'];
  parameters: string[];
  locales: string[];
  defaultLocale: string;
}

const PROBE = `
SELECT
  (SELECT system_identifier::text FROM pg_control_system()) AS "systemIdentifier",
  current_setting('server_version') AS version,
  current_setting('server_version_num')::int AS "versionNumber",
  version() LIKE '%-YB-%' AS yugabyte,
  session_user::text AS user,
  rolsuper AS "isSuperuser",
  rolsuper OR rolcreaterole AS "canCreateRoles",
  rolsuper OR rolcreatedb AS "canCreateDatabases",
  rolinherit AS inherits,
  pg_has_role('pg_read_all_stats', 'USAGE') AS "seesStatistics",
  pg_is_in_recovery() AS "inRecovery",
  current_setting('transaction_read_only') = 'on' AS "readOnly",
  pg_backend_pid() AS "backendPid",
  current_setting('search_path') AS "searchPath",
  coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted,
  coalesce(host(inet_client_addr()) ~ '^(127\\.|::1$)', true) AS local,
  ARRAY(SELECT datname::text FROM pg_database,
      aclexplode(coalesce(datacl, acldefault('d', datdba)))
    WHERE datname IN ('postgres', 'template1') AND datallowconn
      AND grantee = 0 AND privilege_type = 'CONNECT' ORDER BY 1) AS "openDatabases",
  (SELECT coalesce(json_agg(json_build_object(
      'name', e.name, 'creatable', rolsuper OR v.trusted OR NOT v.superuser,
      'requires', coalesce(v.requires, '{}')) ORDER BY e.name), '[]')
    FROM pg_available_extensions e JOIN pg_available_extension_versions v
      ON v.name = e.name AND v.version = e.default_version) AS extensions,
  ARRAY(SELECT lower(name) FROM pg_settings WHERE lower(name) = ANY ($1::text[])
    ORDER BY 1) AS parameters,
  ARRAY(SELECT DISTINCT collcollate::text FROM pg_collation
    WHERE collprovider = 'c' AND collcollate IS NOT NULL ORDER BY 1) AS locales,
  (SELECT datcollate::text FROM pg_database WHERE datname = 'template0') AS "defaultLocale"
FROM pg_roles WHERE rolname = session_user`;

/** Looks at a server as a whole: who it is, what it has, what is wrong with it. One query. */
export async function probeServer(
  session: Session,
  { admin, client }: Pick<InstanceConfig, 'admin' | 'client'>,
): Promise<InstanceProbe> {
  const [row] = await session.read<ProbeRow>('probing the server', PROBE, [
    allowedParameters,
  ]);
  const conditions = conditionsOf(row, {
    announcedPid: session.announcedPid,
    sslmode: admin.sslmode,
    client,
  });
  const obstacles = obstaclesAmong(conditions);
  const facts: Omit<ServerFacts, 'model'> = {
    extensions: row.extensions,
    parameters: row.parameters,
    locales: row.locales,
    defaultLocale: row.defaultLocale,
    provisioner: row.user,
    server: { versionNumber: row.versionNumber, yugabyte: row.yugabyte },
    ...(obstacles.length > 0 ? { obstacles } : {}),
  };
  return {
    clusterId: row.systemIdentifier,
    version: row.version.split(' ')[0],
    topology: {},
    conditions,
    facts,
  };
}
