import type { Client } from 'pg';
import { POSTGRES_16, render } from '../sql/dialect';
import { ident } from '../sql/identifiers';
import type { GroupRoles } from '../type/names';
import { PostgresBench } from './PostgresBench';

/** All that statements about what is there could change: a line each. */
const LOOK = `
SELECT line FROM (
  SELECT concat_ws(' ', 'role', rolname, rolcanlogin, rolvaliduntil) FROM pg_roles
  UNION ALL SELECT concat_ws(' ', 'database', datname, 'of', (SELECT rolname FROM pg_authid WHERE oid = datdba), datallowconn, datconnlimit)
    FROM pg_database
  UNION ALL SELECT concat_ws(' ', 'on', datname, CASE WHEN grantee = 0 THEN 'everybody' ELSE (SELECT rolname FROM pg_authid WHERE oid = grantee) END, privilege_type)
    FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE grantee <> datdba
  UNION ALL SELECT concat_ws(' ', 'in', (SELECT rolname FROM pg_authid WHERE oid = roleid), (SELECT rolname FROM pg_authid WHERE oid = member)) FROM pg_auth_members
  UNION ALL SELECT concat_ws(' ', 'set', datname, (SELECT rolname FROM pg_authid WHERE oid = nullif(setrole, 0)), unnest(setconfig))
    FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase
  UNION ALL SELECT concat_ws(' ', 'comment', description) FROM pg_shdescription
  UNION ALL SELECT DISTINCT concat_ws(' ', 'later', (SELECT rolname FROM pg_authid WHERE oid = defaclrole), (SELECT rolname FROM pg_authid WHERE oid = grantee))
    FROM pg_default_acl, aclexplode(defaclacl) WHERE grantee <> defaclrole
  UNION ALL SELECT DISTINCT concat_ws(' ', 'table', nspname, relname, (SELECT rolname FROM pg_authid WHERE oid = relowner), (SELECT rolname FROM pg_authid WHERE oid = grantee))
    FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace, aclexplode(coalesce(relacl, acldefault('r', relowner)))
    WHERE relkind = 'r' AND nspname !~ '^(pg_|information_schema)'
  UNION ALL SELECT DISTINCT concat_ws(' ', 'schema', nspname, (SELECT rolname FROM pg_authid WHERE oid = nspowner), (SELECT rolname FROM pg_authid WHERE oid = grantee))
    FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
    WHERE nspname !~ '^(pg_|information_schema)' AND grantee <> 0
) AS found(line)
-- What other tests drop meanwhile is not all in the snapshot.
WHERE line !~ '\\mt_[0-9a-f]{12}|^database drop '`;

/** A database to which a test gives any name, in transactions that are undone. */
export class HostileScene {
  readonly server: PostgresBench;
  /** Connected to another database than the one of the scenes, as a superuser. */
  readonly client: Client;
  /** Who that is. */
  readonly me: string;
  readonly #databases: [string, string];

  private constructor(
    server: PostgresBench,
    client: Client,
    databases: [string, string],
  ) {
    this.server = server;
    this.client = client;
    this.me = server.server.admin.user;
    this.#databases = databases;
  }

  static async create(): Promise<HostileScene> {
    const server = await PostgresBench.create();
    const [here, other] = [server.uniqueName(), server.uniqueName()];
    await server.sql(`CREATE DATABASE ${here}`);
    await server.sql(`CREATE DATABASE ${other}`);
    const { user, password } = server.server.admin;
    const client = await server.login(user, password, here);
    return new HostileScene(server, client, [here, other]);
  }

  /** A database and group roles of a name, which differ in one letter, and what makes them. */
  of(name: string): { database: string; roles: GroupRoles; first: string[] } {
    const roles = {
      dba: `d${name}`,
      owner: `o${name}`,
      rw: `w${name}`,
      ro: `r${name}`,
    };
    const database = `b${name}`;
    return {
      database,
      roles,
      first: [
        ...Object.values(roles).map(role => `CREATE ROLE ${ident(role)}`),
        `ALTER DATABASE ${this.#databases[1]} RENAME TO ${ident(database)}`,
        `ALTER DATABASE ${ident(database)} OWNER TO ${ident(roles.dba)}`,
      ],
    };
  }

  /** Runs in a transaction that is undone, after what makes the scene; what came and what went. */
  async within(
    first: string[],
    sql: string,
  ): Promise<{ made: string[]; gone: string[] }> {
    const { client } = this;
    // What other tests make meanwhile is not seen.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    try {
      for (const statement of first) {
        await client.query(render(statement, POSTGRES_16));
      }
      const known = await this.#seen();
      await client.query(render(sql, POSTGRES_16));
      const after = await this.#seen();
      return {
        made: after.filter(line => !known.includes(line)).sort(),
        gone: known.filter(line => !after.includes(line)).sort(),
      };
    } finally {
      await client.query('ROLLBACK');
    }
  }

  async #seen(): Promise<string[]> {
    const { rows } = await this.client.query<{ line: string }>(LOOK);
    return rows.map(({ line }) => line);
  }

  async close(): Promise<void> {
    await this.client.end();
    for (const database of this.#databases) {
      await this.server.remove(database);
    }
    await this.server.close();
  }
}

/** What changes nothing. */
export const NOTHING = { made: [], gone: [] };
