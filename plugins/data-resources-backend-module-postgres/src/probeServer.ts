import type {
  InstanceCondition,
  InstanceProbe,
} from '@data-resources/plugin-data-resources-node';
import type { Session } from './connection/Session';
import type { ServerFacts } from './provider/facts';
import { ident } from './sql/identifiers';
import { allowedParameters } from './type/parameters';

/** Memberships with INHERIT and SET of their own came with 16; the steps rely on them. */
const OLDEST_VERSION = 160_000;

interface ProbeRow {
  systemIdentifier: string;
  version: string;
  versionNumber: number;
  user: string;
  isSuperuser: boolean;
  canCreateRoles: boolean;
  canCreateDatabases: boolean;
  openDatabases: string[];
  inRecovery: boolean;
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
  session_user::text AS user,
  rolsuper AS "isSuperuser",
  rolsuper OR rolcreaterole AS "canCreateRoles",
  rolsuper OR rolcreatedb AS "canCreateDatabases",
  pg_is_in_recovery() AS "inRecovery",
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
export async function probeServer(session: Session): Promise<InstanceProbe> {
  const [row] = await session.read<ProbeRow>('probing the server', PROBE, [
    allowedParameters,
  ]);
  const facts: Omit<ServerFacts, 'model'> = {
    extensions: row.extensions,
    parameters: row.parameters,
    locales: row.locales,
    defaultLocale: row.defaultLocale,
    provisioner: row.user,
  };
  return {
    clusterId: row.systemIdentifier,
    version: row.version.split(' ')[0],
    topology: {},
    conditions: conditionsOf(row),
    facts,
  };
}

function conditionsOf(row: ProbeRow): InstanceCondition[] {
  const user = ident(row.user);
  return [
    row.versionNumber >= OLDEST_VERSION
      ? ok('Version', `PostgreSQL ${row.version}`)
      : {
          type: 'Version',
          status: 'error',
          message: `PostgreSQL ${row.version} was found; 16 or newer is needed, for older ones know no membership WITH INHERIT and SET`,
        },
    row.inRecovery
      ? {
          type: 'Writable',
          status: 'error',
          message:
            'The server is a standby and takes no changes; point admin.host at the primary',
        }
      : ok('Writable', 'The server takes changes'),
    right(row.canCreateRoles, 'CREATEROLE', row.user, user),
    right(row.canCreateDatabases, 'CREATEDB', row.user, user),
    row.isSuperuser
      ? {
          type: 'Superuser',
          status: 'warn',
          message: `${row.user} is a superuser, which is more than is needed; mend it with: ALTER ROLE ${user} NOSUPERUSER CREATEROLE CREATEDB;`,
        }
      : ok('Superuser', `${row.user} is no superuser`),
    row.openDatabases.length > 0
      ? {
          type: 'PublicConnect',
          status: 'warn',
          message: `Every login may connect to ${row.openDatabases.join(
            ' and ',
          )}; an administrator closes that with: REVOKE CONNECT ON DATABASE ${ident(
            ...row.openDatabases,
          )} FROM PUBLIC; GRANT CONNECT ON DATABASE postgres TO ${user};`,
        }
      : ok('PublicConnect', 'PUBLIC may not connect to postgres or template1'),
  ];
}

function right(
  has: boolean,
  name: string,
  user: string,
  quoted: string,
): InstanceCondition {
  return has
    ? ok(name, `${user} has ${name}`)
    : {
        type: name,
        status: 'error',
        message: `${user} lacks ${name}; an administrator gives it with: ALTER ROLE ${quoted} ${name};`,
      };
}

function ok(type: string, message: string): InstanceCondition {
  return { type, status: 'ok', message };
}
