import { ident } from './identifiers';

/** Everybody, as privileges are told. */
export const PUBLIC = 'PUBLIC';

/**
 * A role may be called `PUBLIC` in capitals and is not everybody. Where both can stand its name is in
 * quotes, as in SQL, and so that it can be taken back a name that has such quotes gets another pair.
 */
const CONFUSABLE = /^"*PUBLIC"*$/;

/** An expression for the name of whom an `aclitem` is for, by the oid, or `PUBLIC`. */
export function granteeName(oid: string): string {
  const name = `pg_get_userbyid(${oid})::text`;
  return `CASE WHEN ${oid} = 0 THEN '${PUBLIC}'
    WHEN ${name} LIKE '%${PUBLIC}%' THEN regexp_replace(${name}, '^("*${PUBLIC}"*)$', '"\\1"')
    ELSE ${name} END`;
}

/** How {@link granteeName} tells of a role. */
export function granteeOf(role: string): string {
  return CONFUSABLE.test(role) ? `"${role}"` : role;
}

/** The role that {@link granteeName} tells of; undefined for everybody. */
export function roleOfGrantee(grantee: string): string | undefined {
  if (grantee === PUBLIC) {
    return undefined;
  }
  return CONFUSABLE.test(grantee) ? grantee.slice(1, -1) : grantee;
}

/** Whom a statement gives to or takes from. */
export function granteeText(name: string): string {
  const role = roleOfGrantee(name);
  return role === undefined ? PUBLIC : ident(role);
}
