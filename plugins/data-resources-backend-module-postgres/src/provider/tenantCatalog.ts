import type { Session } from '../connection/Session';
import { DEFAULT_PRIVILEGES, schemaGrants } from '../sql/defaultPrivileges';
import { granteeName } from '../sql/grantees';
import type { GroupRoles } from '../type/names';
import type { SchemaRoles } from '../type/schemas';
import type { Privilege } from './catalog';

/** Privileges that something made later by `creator` will carry. */
export interface DefaultPrivilege extends Privilege {
  creator: string;
  kind: string;
  /** Null: in every schema. */
  schema: string | null;
}

/** A schema that people made. */
export interface TenantSchema {
  name: string;
  owner: string;
  acl: Privilege[];
  /** What is in it, in the server's words; the first of it. */
  contents: string[];
}

/** What the catalogs of one database say. */
export interface TenantCatalog {
  oid: number;
  /** Of the schema `public`; empty when it is gone. */
  publicAcl: Privilege[];
  defaults: DefaultPrivilege[];
  extensions: string[];
  /** By the names of the extensions. */
  extensionVersions: { [name: string]: string };
  schemas: TenantSchema[];
}

/** More than that is only said to be there. */
const MOST_CONTENTS = 5;

const EXTENSIONS = `
SELECT
  (SELECT oid::int8::text FROM pg_database WHERE datname = current_database()) AS oid,
  (SELECT coalesce(json_agg(extname ORDER BY extname), '[]') FROM pg_extension
    WHERE extname <> 'plpgsql') AS extensions,
  (SELECT coalesce(json_object_agg(extname, extversion), '{}') FROM pg_extension
    WHERE extname <> 'plpgsql') AS "extensionVersions"`;

const PRIVILEGES = `
${EXTENSIONS},
  (SELECT coalesce(json_agg(json_build_object(
      'grantee', ${granteeName('grantee')},
      'privilege', privilege_type)), '[]')
    FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
    WHERE nspname = 'public') AS "publicAcl",
  (SELECT coalesce(json_agg(json_build_object(
      'creator', pg_get_userbyid(defaclrole),
      'kind', CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES'
        WHEN 'n' THEN 'SCHEMAS' WHEN 'f' THEN 'FUNCTIONS' ELSE defaclobjtype::text END,
      'schema', n.nspname,
      'grantee', ${granteeName('grantee')},
      'privilege', privilege_type)), '[]')
    FROM pg_default_acl LEFT JOIN pg_namespace n ON n.oid = defaclnamespace,
      aclexplode(defaclacl)) AS defaults`;

const TENANT_CATALOG = `
${PRIVILEGES},
  (SELECT coalesce(json_agg(json_build_object('name', nspname,
      'owner', pg_get_userbyid(nspowner),
      'acl', (SELECT coalesce(json_agg(json_build_object(
          'grantee', ${granteeName('grantee')},
          'privilege', privilege_type)), '[]')
        FROM aclexplode(coalesce(nspacl, acldefault('n', nspowner)))),
      'contents', ARRAY(SELECT pg_describe_object(classid, objid, objsubid) FROM pg_depend
        WHERE refclassid = 'pg_namespace'::regclass AND refobjid = n.oid AND deptype = 'n'
        ORDER BY classid, objid LIMIT ${
          MOST_CONTENTS + 1
        })) ORDER BY nspname), '[]')
    FROM pg_namespace n
    WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema')) AS schemas`;

/** Reads a database that the session is connected to. */
export async function readTenantCatalog(
  session: Session,
): Promise<TenantCatalog> {
  const [row] = await session.read<
    Omit<TenantCatalog, 'oid'> & { oid: string }
  >('reading the database’s catalog', TENANT_CATALOG);
  return { ...row, oid: Number(row.oid) };
}

/** All of it but the schemas, for which a new connection has much to learn. */
export async function readPrivileges(
  session: Session,
): Promise<Omit<TenantCatalog, 'schemas'>> {
  const [row] = await session.read<
    Omit<TenantCatalog, 'oid' | 'schemas'> & { oid: string }
  >('reading the database’s privileges', PRIVILEGES);
  return { ...row, oid: Number(row.oid) };
}

/** The extensions of the database that the session is connected to, and which one it is. */
export async function readExtensions(
  session: Session,
): Promise<Pick<TenantCatalog, 'oid' | 'extensions' | 'extensionVersions'>> {
  const [row] = await session.read<{
    oid: string;
    extensions: string[];
    extensionVersions: { [name: string]: string };
  }>('reading the database’s extensions', EXTENSIONS);
  return { ...row, oid: Number(row.oid) };
}

/** Whether what a role creates will be open to the groups, as far as they are named. */
export function hasDefaultPrivileges(
  { defaults }: Pick<TenantCatalog, 'defaults'>,
  creator: string,
  roles: GroupRoles,
  groups: ('ro' | 'rw' | 'owner')[],
): boolean {
  const known = new Set(
    defaults
      .filter(entry => entry.creator === creator && entry.schema === null)
      .map(({ kind, grantee, privilege }) => `${kind} ${grantee} ${privilege}`),
  );
  return groups.every(group =>
    Object.entries(DEFAULT_PRIVILEGES[group]).every(([kind, privileges]) =>
      privileges.every(privilege =>
        known.has(`${kind} ${roles[group]} ${privilege}`),
      ),
    ),
  );
}

/** Whether EXECUTE on what a role creates is the groups', and not PUBLIC's. */
export function hasDefaultRoutines(
  { defaults }: Pick<TenantCatalog, 'defaults'>,
  creator: string,
  groups: string[],
): boolean {
  const known = defaults
    .filter(
      entry =>
        entry.creator === creator &&
        entry.schema === null &&
        entry.kind === 'FUNCTIONS',
    )
    .map(({ grantee }) => grantee);
  return (
    // Without an entry PUBLIC has it.
    known.length > 0 &&
    !known.includes('PUBLIC') &&
    groups.every(group => known.includes(group))
  );
}

/** Whether what roles create in a schema will be open to its groups. */
export function hasSchemaDefaults(
  { defaults }: Pick<TenantCatalog, 'defaults'>,
  creators: string[],
  schema: SchemaRoles,
): boolean {
  const key = (...parts: string[]) => JSON.stringify(parts);
  const known = new Set(
    defaults
      .filter(entry => entry.schema === schema.schema)
      .map(({ creator, kind, grantee, privilege }) =>
        key(creator, kind, grantee, privilege),
      ),
  );
  return schemaGrants(creators, schema).every(grant =>
    grant.creators.every(creator =>
      grant.privileges.every(privilege =>
        known.has(key(creator, grant.kind, grant.grantee, privilege)),
      ),
    ),
  );
}

const UPDATE_PATHS = `
SELECT name, EXISTS (SELECT FROM pg_extension_update_paths(name)
  WHERE source = "from" AND target = "to" AND path IS NOT NULL) AS "exists"
FROM json_to_recordset($1::json) AS u(name name, "from" text, "to" text)`;

/** Whether the server has scripts that lead from one version of an extension to another. */
export async function readUpdatePaths(
  session: Session,
  updates: { name: string; from: string; to: string }[],
): Promise<{ [name: string]: boolean }> {
  if (updates.length === 0) {
    return {};
  }
  const rows = await session.read<{ name: string; exists: boolean }>(
    'looking for ways from one version of an extension to another',
    UPDATE_PATHS,
    [JSON.stringify(updates)],
  );
  return Object.fromEntries(rows.map(row => [row.name, row.exists]));
}
