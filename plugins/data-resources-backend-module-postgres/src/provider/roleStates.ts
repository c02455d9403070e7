import type { Session } from '../connection/Session';
import { allowedParameters } from '../type/parameters';

/** A group role, or a login of the portal. */
export interface RoleState {
  name: string;
  /** What it may beyond what it is made for, e.g. `CREATEDB`. */
  attributes: string[];
  /** `name=value`, in one database or, where that is null, in all. */
  settings: { database: string | null; setting: string }[];
}

/** A way in, or what changes one, that somebody gave a role by hand. */
export interface RoleChange {
  right: string;
  via: string;
}

/** How the logins of all portals are called: see `loginSlots`. */
export const PORTAL_LOGIN = '_[0-9a-f]{10}_[ab]$';
const IS_LOGIN = new RegExp(PORTAL_LOGIN);

/** How what is told of a role by hand begins. */
export const ATTRIBUTE_OF = 'attribute of ';
export const SETTING_OF = 'setting of ';

/** Those of whom there is something to tell: of thousands of roles it is few. */
const ROLE_STATES = `
WITH setting AS MATERIALIZED (
  SELECT setrole, json_agg(json_build_object('database', datname, 'setting', setting)
    ORDER BY datname, setting) AS settings
  FROM pg_db_role_setting LEFT JOIN pg_database d ON d.oid = setdatabase,
    unnest(setconfig) AS setting
  WHERE setrole <> 0 AND (setdatabase = 0 OR datname = ANY ($2::name[]))
  GROUP BY setrole),
state AS (
  SELECT rolname AS name, oid,
    array_remove(ARRAY[CASE WHEN rolsuper THEN 'SUPERUSER' END,
      CASE WHEN rolcanlogin AND rolname !~ '${PORTAL_LOGIN}' THEN 'LOGIN' END,
      CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END,
      CASE WHEN rolreplication THEN 'REPLICATION' END,
      CASE WHEN rolbypassrls THEN 'BYPASSRLS' END], NULL) AS attributes
  FROM pg_roles WHERE rolname = ANY ($1::name[]))
SELECT name, attributes, coalesce(settings, '[]') AS settings
FROM state LEFT JOIN setting ON setrole = oid
WHERE attributes <> '{}' OR settings IS NOT NULL`;

/** Whether a role is called as the portal calls logins. */
export function isPortalLogin(role: string): boolean {
  return IS_LOGIN.test(role);
}

/** Roles by their names, with what they may and what is set for them in the databases. */
export async function readRoleStates(
  session: Session,
  roles: readonly string[],
  databases: readonly string[],
): Promise<Map<string, RoleState>> {
  const rows = await session.read<RoleState>(
    'reading what is set for roles',
    ROLE_STATES,
    [roles, databases],
  );
  return new Map(rows.map(row => [row.name, row]));
}

/**
 * What somebody did to a role by hand. What a database may be given as a parameter, a login may be
 * given for itself; every other setting changes what its statements mean or as whom they run.
 *
 * @param worksAs - whether an owner's login is to work as a group
 */
export function changesByHand(
  { name, attributes, settings }: RoleState,
  database: string,
  worksAs: (group: string) => boolean,
): RoleChange[] {
  const told = settings.filter(each => {
    const [key, value] = partsOf(each.setting);
    const isOurs =
      key === 'role' && each.database === database && worksAs(value);
    return (
      [null, database].includes(each.database) &&
      !isOurs &&
      !allowedParameters.includes(key)
    );
  });
  return [
    ...attributes.map(right => ({ right, via: `${ATTRIBUTE_OF}${name}` })),
    ...told.map(({ database: where, setting }) => {
      const [key, value] = partsOf(setting);
      return {
        right: `SET ${key}`,
        via: `${SETTING_OF}${name} in ${
          where === null ? 'all databases' : `database ${where}`
        }${
          // What an application made up itself may hold a secret.
          key.includes('.') ? '' : `: ${value}`
        }`,
      };
    }),
  ];
}

function partsOf(setting: string): [string, string] {
  const at = setting.indexOf('=');
  return [setting.slice(0, at).toLowerCase(), setting.slice(at + 1)];
}
