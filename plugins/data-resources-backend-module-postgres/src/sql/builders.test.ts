import fc from 'fast-check';
import { Client } from 'pg';
import { hostileText as text } from '../__testUtils__/hostile';
import { PostgresBench } from '../__testUtils__/PostgresBench';
import { alterExtensions } from './alterations';
import { POSTGRES_16, render } from './dialect';
import { ident } from './identifiers';
import { createSchemas, dropSchemas, grantSchemaOwner } from './schemas';
import { createLogins, enableLogin, limitLogins } from './logins';
import {
  addExtensions,
  addExtensionsInAnyOrder,
  createDatabase,
  createGroupRoles,
  dropRoles,
} from './statements';

jest.setTimeout(120_000);

const RUNS = 2_000;

/**
 * Every statement that makes databases, schemas, roles and extensions, with hostile names and
 * values, on the real server: it is one of its kind, or refused as such, and nothing
 * but what was meant is there afterwards.
 */
describe('statements with hostile names and values', () => {
  let server: PostgresBench;
  let client: Client;
  let database: string;

  beforeAll(async () => {
    server = await PostgresBench.create();
    database = server.uniqueName();
    await server.sql(`CREATE DATABASE ${database}`);
    const { user, password } = server.server.admin;
    client = await server.login(user, password, database);
  });
  afterAll(async () => {
    await client.end();
    await server.remove(database);
    await server.close();
  });

  /** Runs in a transaction that is undone, and looks at what it made and what is gone within it. */
  async function within(
    sql: string,
    look: string,
    first: string[] = [],
  ): Promise<{ made: string[]; gone: string[] }> {
    // Roles that other tests make meanwhile are not seen.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    try {
      for (const statement of first) {
        await client.query(render(statement, POSTGRES_16));
      }
      const seen = async () =>
        (await client.query<{ name: string }>(look)).rows.map(
          ({ name }) => name,
        );
      const known = await seen();
      await client.query(render(sql, POSTGRES_16));
      const after = await seen();
      return {
        made: after.filter(name => !known.includes(name)),
        gone: known.filter(name => !after.includes(name)),
      };
    } finally {
      await client.query('ROLLBACK');
    }
  }

  const ROLES = 'SELECT rolname AS name FROM pg_roles';

  it('should make the schemas and roles of any name, and no others', async () => {
    const look = `SELECT name FROM (
        SELECT 'role ' || rolname FROM pg_roles
        UNION ALL SELECT 'schema ' || nspname || ' of ' || pg_get_userbyid(nspowner) FROM pg_namespace
        UNION ALL SELECT 'default of ' || pg_get_userbyid(defaclrole) || ' in ' || n.nspname
          FROM pg_default_acl JOIN pg_namespace n ON n.oid = defaclnamespace GROUP BY 1
        UNION ALL SELECT 'comment ' || description FROM pg_shdescription
      ) AS found(name)`;
    const roles = {
      dba: 'b_dba',
      owner: 'b_owner',
      rw: 'b_rw',
      ro: 'b_ro',
    };
    await fc.assert(
      fc.asyncProperty(text, text, text, async (name, marker, login) => {
        const schema = {
          schema: `s${name}`,
          owner: `o${name}`,
          rw: `w${name}`,
          ro: `r${name}`,
        };
        const { made } = await within(
          `${createSchemas({
            database,
            roles,
            schemas: [schema],
            missing: [schema.owner, schema.rw, schema.ro],
            marker: `m${marker}`,
            logins: [`l${login}`],
          })}\n${grantSchemaOwner(database, schema, [`l${login}`])}`,
          look,
          [
            ...Object.values(roles).map(role => `CREATE ROLE ${ident(role)}`),
            `ALTER DATABASE ${database} OWNER TO b_dba`,
            createLogins([`l${login}`]),
          ],
        );
        expect(made.sort()).toEqual(
          [
            `role ${schema.owner}`,
            `role ${schema.rw}`,
            `role ${schema.ro}`,
            `schema ${schema.schema} of b_dba`,
            `default of b_owner in ${schema.schema}`,
            `default of ${schema.owner} in ${schema.schema}`,
            `default of l${login} in ${schema.schema}`,
            ...[1, 2, 3].map(() => `comment m${marker}`),
          ].sort(),
        );
      }),
      { numRuns: RUNS / 4 },
    );
  });

  it('should drop the schemas and roles of any name, and no others', async () => {
    const look = `SELECT name FROM (SELECT 'role ' || rolname FROM pg_roles
        UNION ALL SELECT 'schema ' || nspname FROM pg_namespace) AS found(name)`;
    await fc.assert(
      fc.asyncProperty(text, async name => {
        const { made, gone } = await within(
          dropSchemas(
            { dba: 'b_dba', owner: 'b_owner', rw: 'b_rw', ro: 'b_ro' },
            [`s${name}`],
            [`o${name}`],
          ),
          look,
          [
            'CREATE ROLE b_dba; CREATE ROLE b_owner',
            `CREATE ROLE ${ident(`o${name}`)}`,
            `CREATE SCHEMA ${ident(`s${name}`)}`,
          ],
        );
        expect(made).toEqual([]);
        expect(gone.sort()).toEqual(
          [`role o${name}`, `schema s${name}`].sort(),
        );
      }),
      { numRuns: RUNS / 4 },
    );
  });

  it('should make and limit logins of any name, with verifiers and ends of any text', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (name, value) => {
        const login = `l${name}`;
        expect(
          await within(
            `${createLogins([login], 5)}
             ${limitLogins([{ name: login, connectionLimit: 2 }])}
             ${enableLogin(login, value, { connectionLimit: 3 })}`,
            ROLES,
          ),
        ).toEqual({ made: [login], gone: [] });
        // No end of a password: refused as one, before anything else is done.
        await expect(
          within(
            limitLogins([{ name: login, validUntil: `no${value}` }]),
            ROLES,
            [createLogins([login])],
          ),
        ).rejects.toMatchObject({
          code: expect.stringMatching(/^22007|22008$/),
        });
      }),
      { numRuns: RUNS / 4 },
    );
  });

  it('should make extensions that a spec orders by name, those that are required too', async () => {
    const { made } = await within(
      addExtensionsInAnyOrder('b_dba', ['earthdistance', 'cube@1.4']),
      `SELECT concat_ws(' ', extname, extversion, extnamespace::regnamespace) AS name FROM pg_extension`,
      // As h3_postgis stands before postgis; neither it nor earthdistance is trusted.
      ['CREATE ROLE b_dba SUPERUSER'],
    );
    expect(made.sort()).toEqual([
      'cube 1.4 public',
      'earthdistance 1.2 public',
    ]);
  });

  it('should take an extension or a version that there is not for nothing else', async () => {
    const roles = { dba: 'b_dba', owner: 'b_owner', rw: 'b_rw', ro: 'b_ro' };
    const before = [
      createGroupRoles({
        names: Object.values(roles),
        marker: 'mark',
        become: [],
      }),
      `ALTER DATABASE ${database} OWNER TO b_dba`,
    ];
    await fc.assert(
      fc.asyncProperty(text, text, async (name, version) => {
        for (const sql of [
          addExtensions('b_dba', [`citext@x${version}`]),
          addExtensionsInAnyOrder('b_dba', [`citext@x${version}`]),
          alterExtensions(roles, [], [`citext@x${version}`]),
          alterExtensions(roles, [], [], [{ name: `x${name}`, to: version }]),
        ]) {
          // There is no such file, no such object, or it is no name of a version.
          await expect(within(sql, ROLES, before)).rejects.toMatchObject({
            code: expect.stringMatching(/^(58P01|42704|22023|0A000)$/),
          });
        }
      }),
      { numRuns: RUNS / 10 },
    );
  });

  it('should make databases from what a template, a locale or an owner of any name would be', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (name, locale) => {
        for (const options of [
          { template: `t${name}` },
          { localeProvider: 'builtin' as const, locale: `x1${locale}` },
          { owner: `o${name}` },
          { encoding: `e${name}` },
        ]) {
          await expect(
            client.query(
              createDatabase({
                database: `d${name}`,
                owner: server.server.admin.user,
                encoding: 'UTF8',
                connectionLimit: 1,
                ...options,
              }),
            ),
          ).rejects.toMatchObject({
            code: expect.stringMatching(/^(3D000|42704|22023|42809|22000)$/),
          });
        }
      }),
      { numRuns: RUNS / 20 },
    );
    const { rows } = await client.query(
      `SELECT datname FROM pg_database WHERE datname LIKE 'd%' AND datdba = (
         SELECT oid FROM pg_roles WHERE rolname = session_user) AND datconnlimit = 1`,
    );
    expect(rows).toEqual([]);
  });

  it('should drop the roles of any name', async () => {
    await fc.assert(
      fc.asyncProperty(text, async name => {
        expect(
          await within(dropRoles([`r${name}`]), ROLES, [
            createGroupRoles({
              names: [`r${name}`, 'stays'],
              marker: name,
              become: [],
            }),
          ]),
        ).toEqual({ made: [], gone: [`r${name}`] });
      }),
      { numRuns: RUNS / 10 },
    );
  });
});
