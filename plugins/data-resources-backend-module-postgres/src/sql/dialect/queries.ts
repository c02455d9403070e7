import { variant } from './variant';

/** How the comments of roles begin that the portal makes. */
export const MARKED_BY_PORTAL = 'Data Resources ';

const HOLDS_ADMIN = (oid: string) => `EXISTS (SELECT FROM pg_auth_members m
      WHERE m.roleid = ${oid} AND m.member = session_user::regrole AND m.admin_option)`;

const HAS_CREATEROLE = (oid: string) => `(EXISTS (SELECT FROM pg_roles self
      WHERE self.rolname = session_user AND (self.rolsuper OR self.rolcreaterole))
    AND NOT EXISTS (SELECT FROM pg_roles s WHERE s.oid = ${oid} AND s.rolsuper))`;

/**
 * Whether the provisioner may act for a role. Until 15 CREATEROLE is enough for every role that is
 * no superuser.
 */
export function administers(oid: string): string {
  return variant('adminByMembership', HOLDS_ADMIN(oid), HAS_CREATEROLE(oid));
}

/**
 * Whether the portal made a role. Whoever makes one holds ADMIN on it; until 15 nothing tells who
 * made it, so that what is made there carries a comment.
 */
export function madeByPortal(oid: string): string {
  return variant(
    'adminByMembership',
    HOLDS_ADMIN(oid),
    `(${HAS_CREATEROLE(
      oid,
    )} AND shobj_description(${oid}, 'pg_authid') LIKE '${MARKED_BY_PORTAL}%')`,
  );
}

/**
 * The transactions in which roles were made by the provisioner, by oid: whoever makes one gets ADMIN in the name of
 * the superuser that the server began with. None until 15.
 *
 * @param names - an expression for the names of the roles
 */
export function madeInTransactions(names: string): string {
  return variant(
    'adminByMembership',
    `(SELECT coalesce(json_object_agg(m.roleid, m.xmin::text), '{}')
      FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
      WHERE r.rolname = ANY (${names}) AND m.member = session_user::regrole AND m.grantor = 10)`,
    `'{}'::json`,
  );
}
