import fc from 'fast-check';
import { Client } from 'pg';
import { hostileText as text } from '../__testUtils__/hostile';
import { PostgresBench } from '../__testUtils__/PostgresBench';
import { adoptDatabase } from './adoption';
import {
  alterDatabase,
  closeDatabase,
  type DatabaseAlterations,
  openDatabase,
} from './alterations';
import { POSTGRES_16, render } from './dialect';
import { closeAfterDump, openForDump } from './dump';
import { ident, literal } from './identifiers';
import {
  becomeMemberOf,
  configureDatabase,
  createDatabase,
  createLogins,
  disableLogin,
  dropDatabase,
  dropLogins,
  endSessionsOf,
  grantGroup,
  grantOwner,
  handOverOwned,
  inheritFrom,
  prepareSchema,
  refuseConnections,
  revokeGroup,
  revokeOwner,
  roleMarker,
} from './statements';

jest.setTimeout(120_000);

const RUNS = 2_000;

/** All that statements about what is there could change: a line each. */
const LOOK = `
SELECT line FROM (
  SELECT concat_ws(' ', 'role', rolname, rolcanlogin, rolvaliduntil) FROM pg_roles
  UNION ALL SELECT concat_ws(' ', 'database', datname, 'of', pg_get_userbyid(datdba), datallowconn, datconnlimit)
    FROM pg_database
  UNION ALL SELECT concat_ws(' ', 'on', datname, CASE WHEN grantee = 0 THEN 'everybody' ELSE pg_get_userbyid(grantee) END, privilege_type)
    FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE grantee <> datdba
  UNION ALL SELECT concat_ws(' ', 'in', pg_get_userbyid(roleid), pg_get_userbyid(member)) FROM pg_auth_members
  UNION ALL SELECT concat_ws(' ', 'set', datname, pg_get_userbyid(nullif(setrole, 0)), unnest(setconfig))
    FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase
  UNION ALL SELECT concat_ws(' ', 'comment', description) FROM pg_shdescription
  UNION ALL SELECT DISTINCT concat_ws(' ', 'later', pg_get_userbyid(defaclrole), pg_get_userbyid(grantee))
    FROM pg_default_acl, aclexplode(defaclacl) WHERE grantee <> defaclrole
  UNION ALL SELECT DISTINCT concat_ws(' ', 'table', nspname, relname, pg_get_userbyid(relowner), pg_get_userbyid(grantee))
    FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace, aclexplode(coalesce(relacl, acldefault('r', relowner)))
    WHERE relkind = 'r' AND nspname !~ '^(pg_|information_schema)'
  UNION ALL SELECT DISTINCT concat_ws(' ', 'schema', nspname, pg_get_userbyid(nspowner), pg_get_userbyid(grantee))
    FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
    WHERE nspname !~ '^(pg_|information_schema)' AND grantee <> 0
) AS found(line)`;

/**
 * Every statement about a database and logins that are there, with hostile names and values, on the
 * real server: what it changes is what was meant, and nothing else.
 */
describe('statements about what is there, with hostile names and values', () => {
  let server: PostgresBench;
  let client: Client;
  let here: string;
  let other: string;
  let me: string;

  beforeAll(async () => {
    server = await PostgresBench.create();
    [here, other] = [server.uniqueName(), server.uniqueName()];
    await server.sql(`CREATE DATABASE ${here}`);
    await server.sql(`CREATE DATABASE ${other}`);
    const { user, password } = server.server.admin;
    me = user;
    client = await server.login(user, password, here);
  });
  afterAll(async () => {
    await client.end();
    await server.remove(here);
    await server.remove(other);
    await server.close();
  });

  /** Runs in a transaction that is undone, after what makes the scene; what came and what went. */
  async function within(first: string[], sql: string) {
    // What other tests make meanwhile is not seen.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    try {
      for (const statement of first) {
        await client.query(render(statement, POSTGRES_16));
      }
      const seen = async () =>
        (await client.query<{ line: string }>(LOOK)).rows.map(
          ({ line }) => line,
        );
      const known = await seen();
      await client.query(render(sql, POSTGRES_16));
      const after = await seen();
      return {
        made: after.filter(line => !known.includes(line)).sort(),
        gone: known.filter(line => !after.includes(line)).sort(),
      };
    } finally {
      await client.query('ROLLBACK');
    }
  }

  /** A database and group roles of a name, which differ in one letter. */
  function scene(name: string) {
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
        `ALTER DATABASE ${other} RENAME TO ${ident(database)}`,
        `ALTER DATABASE ${ident(database)} OWNER TO ${ident(roles.dba)}`,
      ],
    };
  }

  const nothing = { made: [], gone: [] };

  it('should set up and alter one database, to values of any text', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (name, value) => {
        const { database, roles, first } = scene(name);
        const { dba, owner, rw, ro } = roles;
        expect(
          await within(
            first,
            configureDatabase(database, roles, { application_name: value }),
          ),
        ).toEqual({
          made: [
            `on ${database} ${owner} CONNECT`,
            `on ${database} ${owner} CREATE`,
            `on ${database} ${owner} TEMPORARY`,
            `on ${database} ${rw} CONNECT`,
            `on ${database} ${rw} TEMPORARY`,
            `on ${database} ${ro} CONNECT`,
            `on ${database} ${me} CONNECT`,
            `set ${database} application_name=${value}`,
          ].sort(),
          gone: [
            `on ${database} everybody CONNECT`,
            `on ${database} everybody TEMPORARY`,
          ],
        });
        const set = `ALTER DATABASE ${ident(database)} SET work_mem = '8MB'`;
        expect(
          await within(
            [...first, set],
            alterDatabase(database, dba, {
              connectionLimit: 7,
              set: { application_name: value },
              reset: ['work_mem'],
            }),
          ),
        ).toEqual({
          made: [
            `database ${database} of ${dba} t 7`,
            `set ${database} application_name=${value}`,
          ],
          gone: [
            `database ${database} of ${dba} t -1`,
            `set ${database} work_mem=8MB`,
          ],
        });
      }),
      { numRuns: RUNS / 5 },
    );
  });

  it('should take a parameter that there is not for nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(text, async name => {
        const { first } = scene('base');
        const altering = (change: DatabaseAlterations) =>
          within(first, alterDatabase('bbase', 'dbase', change));
        await expect(
          altering({ set: { [`p${name}`]: '1' }, reset: [] }),
        ).rejects.toMatchObject({
          code: expect.stringMatching(/^(42704|42602|42501)$/),
        });
        expect(await altering({ set: {}, reset: [`p${name}`] })).toEqual(
          nothing,
        );
      }),
      { numRuns: RUNS / 10 },
    );
  });

  it('should close and open one database, for a dump as well', async () => {
    await fc.assert(
      fc.asyncProperty(text, async name => {
        const { database, roles, first } = scene(name);
        const { dba, owner, ro } = roles;
        const isOpen = `database ${database} of ${dba} t -1`;
        const isClosed = `database ${database} of ${dba} f -1`;
        const closed = { made: [isClosed], gone: [isOpen] };
        expect(await within(first, closeDatabase(database, dba))).toEqual(
          closed,
        );
        expect(await within(first, refuseConnections(database, dba))).toEqual({
          ...closed,
          made: [isClosed, `in ${dba} ${me}`],
        });
        expect(
          await within(
            [...first, closeDatabase(database, dba)],
            openDatabase(database, dba),
          ),
        ).toEqual({ made: [isOpen], gone: [isClosed] });

        const open = {
          dba,
          connectors: ['PUBLIC', ro],
          grantable: [ro],
          readers: [dba, owner],
        };
        const given = [
          `GRANT CONNECT ON DATABASE ${ident(database)} TO ${ident(
            ro,
          )} WITH GRANT OPTION`,
        ];
        expect(
          await within([...first, ...given], openForDump(database, open)),
        ).toEqual({
          made: [
            `in ${dba} ${me}`,
            `in ${owner} ${me}`,
            `on ${database} ${me} CONNECT`,
          ].sort(),
          gone: [
            `on ${database} ${ro} CONNECT`,
            `on ${database} everybody CONNECT`,
          ].sort(),
        });
        expect(
          await within(
            [...first, ...given],
            `${openForDump(database, open)} ${closeAfterDump(
              database,
              open,
              true,
            )}`,
          ),
        ).toEqual({ made: [`on ${database} ${me} CONNECT`], gone: [] });
      }),
      { numRuns: RUNS / 10 },
    );
  });

  it('should give roles to the logins of any name, and take them, and hand over what they own', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (name, mine) => {
        const { database, roles, first } = scene(name);
        const { owner, rw, ro } = roles;
        const login = `l${mine}`;
        const before = [...first, createLogins([login])];
        expect(await within(before, grantGroup(ro, [login]))).toEqual({
          made: [`in ${ro} ${login}`],
          gone: [],
        });
        expect(
          await within(
            before,
            `${grantGroup(ro, [login])} ${revokeGroup(database, ro, [login])}`,
          ),
        ).toEqual(nothing);
        const granting = grantOwner(database, roles, [login], {
          routines: true,
        });
        expect(await within(before, granting)).toEqual({
          made: [
            `in ${owner} ${login}`,
            ...[owner, rw, ro].map(group => `later ${login} ${group}`),
            `set ${database} ${login} role=${owner}`,
          ].sort(),
          gone: [],
        });
        const table = `CREATE TABLE public.made (i int); ALTER TABLE public.made OWNER TO ${ident(
          login,
        )}`;
        expect(
          await within(
            [...before, granting, table],
            revokeOwner(database, owner, [login]),
          ),
        ).toEqual({
          made: [`table public made ${owner} ${owner}`],
          gone: [
            `in ${owner} ${login}`,
            ...[owner, rw, ro].map(group => `later ${login} ${group}`),
            `set ${database} ${login} role=${owner}`,
            `table public made ${login} ${login}`,
          ].sort(),
        });
        expect(
          await within([...before, table], handOverOwned(owner, [login])),
        ).toEqual({
          made: [`table public made ${owner} ${owner}`],
          gone: [`table public made ${login} ${login}`],
        });
      }),
      { numRuns: RUNS / 5 },
    );
  });

  it('should end the sessions of logins, shut them and drop them, and no others', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (name, mine) => {
        const { database, first } = scene(name);
        const [login, stays] = [`l${mine}`, `k${mine}`];
        const before = [
          ...first,
          createLogins([login, stays]),
          `ALTER ROLE ${ident(login)} VALID UNTIL 'infinity'`,
        ];
        expect(await within(before, endSessionsOf([login], database))).toEqual(
          nothing,
        );
        expect(await within(before, disableLogin(login))).toEqual({
          made: [`role ${login} t -infinity`],
          gone: [`role ${login} t infinity`],
        });
        expect(await within(before, dropLogins([login]))).toEqual({
          made: [],
          gone: [`role ${login} t infinity`],
        });
        for (const become of [becomeMemberOf, inheritFrom]) {
          expect(await within(before, become(stays))).toEqual({
            made: [`in ${stays} ${me}`],
            gone: [],
          });
        }
        const marker = roleMarker(mine, database, name);
        expect(
          await within(
            before,
            `COMMENT ON ROLE ${ident(stays)} IS ${literal(marker)}`,
          ),
        ).toEqual({ made: [`comment ${marker}`], gone: [] });
      }),
      { numRuns: RUNS / 5 },
    );
  });

  it('should adopt with owners, schemas and tables of any name', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (name, theirs) => {
        const { database, roles, first } = scene(name);
        const { dba, owner, rw, ro } = roles;
        const [legacy, schema, table] = [
          `x${theirs}`,
          `s${theirs}`,
          `t${name}`,
        ];
        const before = [
          ...first,
          `CREATE ROLE ${ident(legacy)}`,
          `ALTER DATABASE ${ident(database)} OWNER TO ${ident(legacy)}`,
          `CREATE SCHEMA ${ident(schema)} AUTHORIZATION ${ident(legacy)}`,
          `CREATE TABLE ${ident(schema)}.${ident(table)} (i int)`,
          `ALTER TABLE ${ident(schema)}.${ident(table)} OWNER TO ${ident(
            legacy,
          )}`,
        ];
        const groups = [owner, rw, ro];
        expect(
          await within(
            before,
            adoptDatabase(database, {
              roles,
              owner: legacy,
              handOver: false,
              actors: [legacy],
              creators: [legacy],
              schemas: [schema],
            }),
          ),
        ).toEqual({
          made: [
            `in ${legacy} ${dba}`,
            `on ${database} ${owner} CONNECT`,
            `on ${database} ${owner} CREATE`,
            `on ${database} ${owner} TEMPORARY`,
            `on ${database} ${rw} CONNECT`,
            `on ${database} ${rw} TEMPORARY`,
            `on ${database} ${ro} CONNECT`,
            `on ${database} ${me} CONNECT`,
            ...groups.map(group => `later ${legacy} ${group}`),
            ...[rw, ro].map(group => `later ${owner} ${group}`),
            ...groups.map(group => `schema ${schema} ${legacy} ${group}`),
            ...groups.map(
              group => `table ${schema} ${table} ${legacy} ${group}`,
            ),
          ].sort(),
          gone: [],
        });
      }),
      { numRuns: RUNS / 5 },
    );
  });

  it('should open the schema public to the groups of any name, and to nobody else', async () => {
    await fc.assert(
      fc.asyncProperty(text, async name => {
        const { roles, first } = scene(name);
        const { dba, owner, rw, ro } = roles;
        // The schema belongs to whom the database does that one is connected to.
        const before = [...first, `ALTER SCHEMA public OWNER TO ${ident(dba)}`];
        expect(
          await within(before, prepareSchema(roles, [], { routines: true })),
        ).toEqual({
          made: [
            ...[rw, ro].map(group => `later ${owner} ${group}`),
            ...[owner, rw, ro].map(group => `schema public ${dba} ${group}`),
          ].sort(),
          gone: [],
        });
      }),
      { numRuns: RUNS / 10 },
    );
  });

  it('should make and drop the database of the very name', async () => {
    const names = async () =>
      (
        await server.sql<{ name: string }>(
          `SELECT datname AS name FROM pg_database WHERE datname LIKE 'drop %'`,
        )
      ).map(({ name }) => name);
    await fc.assert(
      fc.asyncProperty(text, async name => {
        const database = `drop ${name}`;
        await expect(
          client.query(dropDatabase(`none ${name}`)),
        ).rejects.toMatchObject({ code: '3D000' });
        await client.query(
          createDatabase({
            database,
            owner: me,
            encoding: 'UTF8',
            connectionLimit: 1,
          }),
        );
        expect(await names()).toEqual([database]);
        await client.query(dropDatabase(database));
        expect(await names()).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});
