import type { Session } from '../connection/Session';
import { DEFAULT_PRIVILEGES } from '../sql/statements';
import type { GroupRoles } from '../type/names';
import type { Privilege } from './catalog';

/** Privileges that something made later by `creator` will carry. */
export interface DefaultPrivilege extends Privilege {
  creator: string;
  kind: string;
}

/** What the catalogs of one database say. */
export interface TenantCatalog {
  oid: number;
  /** Of the schema `public`; empty when it is gone. */
  publicAcl: Privilege[];
  defaults: DefaultPrivilege[];
  extensions: string[];
}

const EXTENSIONS = `
SELECT
  (SELECT oid::int8::text FROM pg_database WHERE datname = current_database()) AS oid,
  (SELECT coalesce(json_agg(extname ORDER BY extname), '[]') FROM pg_extension
    WHERE extname <> 'plpgsql') AS extensions`;

const TENANT_CATALOG = `
${EXTENSIONS},
  (SELECT coalesce(json_agg(json_build_object(
      'grantee', CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END,
      'privilege', privilege_type)), '[]')
    FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
    WHERE nspname = 'public') AS "publicAcl",
  (SELECT coalesce(json_agg(json_build_object(
      'creator', pg_get_userbyid(defaclrole),
      'kind', CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES'
        WHEN 'n' THEN 'SCHEMAS' ELSE defaclobjtype::text END,
      'grantee', CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END,
      'privilege', privilege_type)), '[]')
    FROM pg_default_acl, aclexplode(defaclacl) WHERE defaclnamespace = 0) AS defaults`;

/** Reads a database that the session is connected to. */
export async function readTenantCatalog(
  session: Session,
): Promise<TenantCatalog> {
  const [row] = await session.read<
    Omit<TenantCatalog, 'oid'> & { oid: string }
  >('reading the database’s catalog', TENANT_CATALOG);
  return { ...row, oid: Number(row.oid) };
}

/** The extensions of the database that the session is connected to, and which one it is. */
export async function readExtensions(
  session: Session,
): Promise<Pick<TenantCatalog, 'oid' | 'extensions'>> {
  const [row] = await session.read<{ oid: string; extensions: string[] }>(
    'reading the database’s extensions',
    EXTENSIONS,
  );
  return { ...row, oid: Number(row.oid) };
}

/** Whether what a role creates will be open to the groups, as far as they are named. */
export function hasDefaultPrivileges(
  { defaults }: TenantCatalog,
  creator: string,
  roles: GroupRoles,
  groups: ('ro' | 'rw' | 'owner')[],
): boolean {
  const known = new Set(
    defaults
      .filter(entry => entry.creator === creator)
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
