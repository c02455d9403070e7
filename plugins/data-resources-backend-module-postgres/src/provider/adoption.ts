import type { Session } from '../connection/Session';
import { administers } from '../sql/dialect';
import { PORTAL_LOGIN } from './roleStates';
import type { GroupRoles } from '../type/names';
import type { AdoptionFacts } from './facts';

/** That something was not made by `CREATE EXTENSION`, whose right to give it is the extension's. */
const notOfExtension = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_depend
    WHERE classid = '${catalog}'::regclass AND objid = ${oid} AND deptype = 'e')`;

/** Schemas that people made. */
const PEOPLES_SCHEMAS = `
SELECT n.oid, nspname::text AS name,
  -- The owner of a database stands for this role in it, and only there.
  CASE WHEN nspowner = 'pg_database_owner'::regrole THEN datdba ELSE nspowner END AS owner
FROM pg_namespace n, pg_database
WHERE datname = current_database() AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND ${notOfExtension('pg_namespace', 'n.oid')}`;

/** What people made in them, as far as the group roles have privileges on its kind. */
const RELATIONS = `
SELECT c.oid, relnamespace, relowner AS owner, relkind = 'S' AS sequence
FROM pg_class c WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND ${notOfExtension('pg_class', 'c.oid')}`;

/** A role, in the words of `OwningRole`. */
const OWNING_ROLE = `'name', rolname, 'superuser', rolsuper, 'self', rolname = session_user,
  'administered', ${administers('r.oid')}`;

const ADOPTION = `
WITH schemas AS (${PEOPLES_SCHEMAS}),
owned AS (
  SELECT owner, name AS schema FROM schemas
  UNION SELECT c.owner, s.name FROM (${RELATIONS}) c JOIN schemas s ON s.oid = c.relnamespace)
SELECT datistemplate AS "isTemplate",
  EXISTS (SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba)))
    WHERE grantee = 0 AND privilege_type = 'CONNECT') AS "isPublic",
  (SELECT json_build_object(${OWNING_ROLE}) FROM pg_roles r WHERE r.oid = datdba) AS owner,
  (SELECT coalesce(json_agg(o ORDER BY o->>'name'), '[]') FROM (
    SELECT json_build_object(${OWNING_ROLE}, 'schemas',
      (SELECT json_agg(schema ORDER BY schema) FROM owned WHERE owner = r.oid)) AS o
    FROM pg_roles r WHERE r.oid IN (SELECT owner FROM owned)) AS owners) AS owners,
  (SELECT coalesce(json_agg(json_build_object('name', name, 'owner', pg_get_userbyid(owner))
    ORDER BY name), '[]') FROM schemas) AS schemas,
  (SELECT coalesce(json_agg(extname ORDER BY extname), '[]') FROM pg_extension
    WHERE extname <> 'plpgsql') AS extensions
FROM pg_database WHERE datname = current_database()`;

/** Looks at the database that the session is connected to, and changes nothing. */
export async function readAdoption(
  session: Session,
): Promise<AdoptionFacts & { extensions: string[] }> {
  const [row] = await session.read<AdoptionFacts & { extensions: string[] }>(
    'looking at a database that could be adopted',
    ADOPTION,
  );
  return row;
}

const CREATORS = `
WITH schemas AS (${PEOPLES_SCHEMAS}),
owned AS (
  SELECT owner FROM schemas
  UNION SELECT c.owner FROM (${RELATIONS}) c JOIN schemas s ON s.oid = c.relnamespace
  UNION SELECT datdba FROM pg_database WHERE datname = current_database())
SELECT rolname AS name FROM owned JOIN pg_roles r ON r.oid = owner
WHERE NOT rolsuper AND rolname <> session_user AND rolname !~ '${PORTAL_LOGIN}'
  AND ${administers('r.oid')}
ORDER BY 1`;

/**
 * Who makes objects in an adopted database, and as whom the provisioner may act: those whose objects
 * an adoption opens. Not the portal's own logins, which grants look after.
 */
export async function readCreators(session: Session): Promise<string[]> {
  const rows = await session.read<{ name: string }>(
    'looking who makes objects in an adopted database',
    CREATORS,
  );
  return rows.map(({ name }) => name);
}

/** Privileges that the groups lack on what is there already, of all that they should have. */
const MISSING = `
WITH schemas AS (${PEOPLES_SCHEMAS}),
groups AS (SELECT * FROM json_to_recordset($3::json)
  AS g(role text, schemas text[], tables text[], sequences text[]))
SELECT (SELECT oid::int8::text FROM pg_database WHERE datname = current_database()) AS oid,
  EXISTS (SELECT FROM schemas s, groups g, unnest(g.schemas) AS privilege
    WHERE s.name = ANY ($1::text[]) AND NOT has_schema_privilege(g.role, s.oid, privilege))
  OR EXISTS (SELECT FROM (${RELATIONS}) c JOIN schemas s ON s.oid = c.relnamespace, groups g,
      unnest(CASE WHEN c.sequence THEN g.sequences ELSE g.tables END) AS privilege
    WHERE pg_get_userbyid(c.owner) = ANY ($2::name[])
      AND NOT CASE WHEN c.sequence THEN has_sequence_privilege(g.role, c.oid, privilege)
        ELSE has_table_privilege(g.role, c.oid, privilege) END) AS missing`;

/** Whether the groups lack privileges in the database that the session is connected to. */
export async function readMissing(
  session: Session,
  options: {
    schemas: string[];
    creators: string[];
    roles: GroupRoles;
    privileges: {
      [group in 'owner' | 'rw' | 'ro']: { [kind: string]: readonly string[] };
    };
  },
): Promise<{ oid: number; missing: boolean }> {
  const { schemas, creators, roles, privileges } = options;
  const groups = (['owner', 'rw', 'ro'] as const).map(group => ({
    role: roles[group],
    schemas: privileges[group].SCHEMAS,
    tables: privileges[group].TABLES,
    sequences: privileges[group].SEQUENCES,
  }));
  const [row] = await session.read<{ oid: string; missing: boolean }>(
    'reading what an adopted database is open to',
    MISSING,
    [schemas, creators, JSON.stringify(groups)],
  );
  return { oid: Number(row.oid), missing: row.missing };
}
