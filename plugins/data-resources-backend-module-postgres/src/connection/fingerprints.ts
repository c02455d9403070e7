import { madeByPortal, variant } from '../sql/dialect';
import type { Session } from './Session';

/** What the shared catalogs know of one database, as texts that change with it. */
export interface Fingerprint {
  /**
   * Of what may change when something changes inside: which database it is, whose it is, who may
   * connect, and of each object in it that is not a superuser's who owns it and who else has
   * privileges on it.
   */
  inside: string;
  /**
   * Of all that they know besides: limits, settings, the roles that own something or have a privilege
   * there, and everybody who is a member of those, at any remove.
   */
  whole: string;
}

const USABLE = variant(
  'membershipOptions',
  '(m.inherit_option OR m.set_option)',
  'true',
);

/**
 * In one query, however many databases there are. A hash of rows, summed up, changes with any of
 * them and in no order.
 */
const FINGERPRINTS = `
WITH RECURSIVE dependency AS MATERIALIZED (
  SELECT dbid, classid, objid, objsubid, refclassid, refobjid, deptype FROM pg_shdepend
  WHERE dbid <> 0 OR classid = 'pg_database'::regclass),
known AS (
  SELECT dbid, count(*) AS count, sum(hash_record_extended(d, 0)) AS sum
  FROM dependency d WHERE dbid <> 0 GROUP BY dbid),
setting AS (
  SELECT setdatabase, sum(hash_record_extended(ROW(setrole, setconfig), 0)) AS sum
  FROM pg_db_role_setting WHERE setdatabase <> 0 GROUP BY setdatabase),
everywhere AS (
  SELECT setrole, sum(hash_record_extended(ROW(setconfig), 0)) AS sum
  FROM pg_db_role_setting
  WHERE setdatabase = 0 AND setrole <> 0 AND setrole <> session_user::regrole GROUP BY setrole),
reach AS (
  SELECT m.roleid AS role, m.member, ${variant(
    'membershipOptions',
    'hash_record_extended(ROW(m.grantor, m.inherit_option, m.set_option), 0)',
    '0::int8',
  )} AS how
  FROM pg_auth_members m WHERE ${USABLE}
  UNION
  SELECT reach.role, m.member, 0 FROM pg_auth_members m JOIN reach ON reach.member = m.roleid
  WHERE ${USABLE}),
role AS MATERIALIZED (
  SELECT r.oid, hash_record_extended(ROW(r.rolname, r.rolsuper, r.rolinherit, r.rolcreaterole,
      r.rolcreatedb, r.rolcanlogin, r.rolreplication, r.rolbypassrls, r.rolconnlimit,
      r.rolvaliduntil, everywhere.sum, ${madeByPortal('r.oid')}), 0) AS hash
  FROM pg_roles r LEFT JOIN everywhere ON setrole = r.oid),
members AS (
  SELECT reach.role, sum(hash_record_extended(ROW(member, how, hash), 0)) AS sum
  FROM reach JOIN role ON role.oid = member GROUP BY reach.role),
concerned AS (
  SELECT DISTINCT CASE dbid WHEN 0 THEN objid ELSE dbid END AS dbid, refobjid AS role
  FROM dependency WHERE refclassid = 'pg_authid'::regclass),
roles AS (
  SELECT dbid, sum(hash_record_extended(ROW(role.oid, hash, members.sum), 0)) AS sum
  FROM concerned JOIN role ON role.oid = concerned.role
    LEFT JOIN members ON members.role = concerned.role
  GROUP BY dbid)
SELECT datname AS name,
  md5(concat_ws(' ', d.oid, datdba, datallowconn, datacl::text, known.count, known.sum)) AS inside,
  md5(concat_ws(' ', d.oid, datconnlimit, setting.sum, roles.sum,
    (SELECT sum(hash_record_extended(ROW(rolname), 0)) FROM pg_roles WHERE rolsuper))) AS whole
FROM pg_database d LEFT JOIN known ON known.dbid = d.oid LEFT JOIN setting ON setdatabase = d.oid
  LEFT JOIN roles ON roles.dbid = d.oid
WHERE NOT datistemplate`;

/** Of all databases of a server that are no templates, by their names. */
export async function readFingerprints(
  session: Session,
): Promise<Map<string, Fingerprint>> {
  const rows = await session.read<Fingerprint & { name: string }>(
    'looking which databases may have changed',
    FINGERPRINTS,
  );
  return new Map(
    rows.map(({ name, inside, whole }) => [name, { inside, whole }]),
  );
}
