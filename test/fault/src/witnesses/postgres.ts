import { sqlAsAdmin } from '@data-resources/test-engines';
import type { Witness } from './Witness';

/** Of the whole server. */
const SERVER = `
  SELECT format('database %s owner=%s limit=%s open=%s access=%s', datname,
           pg_get_userbyid(datdba), datconnlimit, datallowconn,
           (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(datacl) a)) AS line
  FROM pg_database
  UNION ALL
  SELECT format('role %s login=%s inherit=%s limit=%s password=%s', rolname, rolcanlogin,
           rolinherit, rolconnlimit, rolpassword IS NOT NULL)
  FROM pg_authid WHERE rolname NOT LIKE 'pg\\_%'
  UNION ALL
  SELECT format('member %s of %s by %s admin=%s inherit=%s set=%s', pg_get_userbyid(member),
           pg_get_userbyid(roleid), pg_get_userbyid(grantor), admin_option, inherit_option,
           set_option)
  FROM pg_auth_members WHERE pg_get_userbyid(roleid) NOT LIKE 'pg\\_%'
  UNION ALL
  SELECT format('setting %s %s %s', d.datname, pg_get_userbyid(s.setrole), s.setconfig)
  FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase`;

/** Of what is inside a database. */
const INSIDE = `
  SELECT format('schema %s access=%s', nspname,
           (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(nspacl) a)) AS line
  FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
  UNION ALL
  SELECT format('default of %s type=%s access=%s', pg_get_userbyid(defaclrole), defaclobjtype,
           (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(defaclacl) a))
  FROM pg_default_acl
  UNION ALL
  SELECT format('extension %s', extname) FROM pg_extension`;

/** SQL as the superuser. */
export const postgresWitness: Witness = async ({ engines }) => {
  const server = engines['postgres-dev']!;
  const lines = (await sqlAsAdmin<{ line: string }>(server, SERVER)).map(
    ({ line }) => line,
  );
  const open = await sqlAsAdmin<{ name: string }>(
    server,
    `SELECT datname AS name FROM pg_database
     WHERE datallowconn AND datname NOT IN ('postgres', 'template1')`,
  );
  for (const { name } of open) {
    const inside = await sqlAsAdmin<{ line: string }>(server, INSIDE, {
      database: name,
    });
    lines.push(...inside.map(({ line }) => `in ${name}: ${line}`));
  }
  return lines;
};
