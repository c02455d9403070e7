import {
  type PlannedGrant,
  SharedReads,
} from '@data-resources/plugin-data-resources-node';
import {
  ContractBench,
  expectNoDeny,
  type Operation,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';
import { SuperuserLock } from './__testUtils__/SuperuserLock';

jest.setTimeout(60_000);

/** What administrators do by hand to what no spec says, on the real server. */
describe.each(TESTED_SERVERS)('a database of %s', name => {
  let server: PostgresBench;
  let bench: ContractBench;
  let reader: PlannedGrant;
  let owner: PlannedGrant;
  let grants: PlannedGrant[];
  let subject: Subject;
  let db: string;

  beforeAll(async () => {
    server = await PostgresBench.create(name);
  });
  beforeEach(async () => {
    bench = new ContractBench(databaseFixture(server, {}));
    reader = bench.grant('reader');
    owner = bench.grant('owner');
    grants = [reader, owner];
    subject = await bench.create(...grants);
    db = subject.name;
  });
  afterEach(() => bench.cleanUp());
  afterAll(() => server.close());

  const inside = (sql: string) => server.sql(sql, { database: db });
  const update = () => bench.plan(subject, 'update', { keep: grants });
  const paths = ({ plan }: Operation) => plan.changes.map(({ path }) => path);
  const run = async (operation: Operation) => {
    expectNoDeny(operation.plan);
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
  };

  /** All privileges on the database, its schema `public`, and what will be made. */
  async function privileges(): Promise<string[]> {
    const rows = await server.sql<{ privilege: string }>(
      `SELECT concat_ws(' ', what, grantee::regrole, privilege_type) AS privilege FROM (
         SELECT 'database' AS what, datacl AS acl FROM pg_database WHERE datname = $1
         UNION ALL SELECT 'schema', nspacl FROM pg_namespace WHERE nspname = 'public'
         UNION ALL SELECT concat_ws(' ', defaclrole::regrole, defaclobjtype), defaclacl FROM pg_default_acl) AS a,
         aclexplode(acl) ORDER BY 1`,
      { database: db, values: [db] },
    );
    return rows.map(({ privilege }) => privilege);
  }

  it('should be given again exactly what somebody took', async () => {
    const guest = `guest_${db}`;
    await server.sql(`CREATE ROLE ${guest}`);
    await server.sql(`GRANT CONNECT ON DATABASE ${db} TO PUBLIC, ${guest}`);
    const before = await privileges();
    expect(paths(await update())).toEqual([]);

    await server.sql(`REVOKE CONNECT ON DATABASE ${db} FROM ${db}_ro`);
    await inside(
      `REVOKE USAGE ON SCHEMA public FROM ${db}_rw;
       ALTER DEFAULT PRIVILEGES FOR ROLE ${db}_owner REVOKE SELECT, DELETE ON TABLES FROM ${db}_ro, ${db}_rw`,
    );
    const mending = await update();
    expect(paths(mending)).toEqual([
      `access.${db}_ro.CONNECT on database`,
      `access.${db}_rw.USAGE on schema public`,
      `access.${db}_rw.SELECT on TABLES of ${db}_owner`,
      `access.${db}_rw.DELETE on TABLES of ${db}_owner`,
      `access.${db}_ro.SELECT on TABLES of ${db}_owner`,
    ]);
    await run(mending);
    expect(await privileges()).toEqual(before);
    expect(paths(await update())).toEqual([]);

    // Without which the portal could look inside no more.
    await server.sql(
      `REVOKE CONNECT ON DATABASE ${db} FROM PUBLIC, data_resources`,
    );
    const own = await update();
    expect(paths(own)).toEqual(['access.data_resources.CONNECT on database']);
    await run(own);

    await inside(`DROP OWNED BY ${db}_ro`);
    await server.sql(
      `DROP ROLE ${db}_ro; DROP OWNED BY ${guest}; DROP ROLE ${guest}`,
    );
    const anew = await update();
    expect(paths(anew)[0]).toBe(`access.${db}_ro.group role`);
    await run(anew);
    await run(await bench.plan(subject, 'grant', { add: grants }));
    expect(await privileges()).toEqual(
      before.filter(
        each =>
          !each.endsWith(`${guest} CONNECT`) && each !== 'database - CONNECT',
      ),
    );
    expect(paths(await update())).toEqual([]);
    expect((await bench.rights(subject, reader)).a).toContain('CONNECT');
    expect(await bench.leftovers(subject)).not.toContainEqual(
      expect.stringContaining('membership'),
    );
  });

  it('should be noticed by what the shared catalogs tell, though its spec is as declared', async () => {
    const objects = [{ name: db, identity: subject.identity }];
    const pass = async () => {
      const context = { ...bench.context(), reads: new SharedReads() };
      const declared = objects.map(each => ({ ...each, declared: bench.spec }));
      const observed = await bench.provider.observe(declared, context);
      await bench.provider.access(objects, context);
      const found = await bench.provider.fingerprints!(objects, context);
      return { facts: observed.get(db)!.facts, print: found.get(db) };
    };
    let { facts, print } = await pass();
    expect(facts).not.toHaveProperty('missing');
    for (const [sql, missing] of [
      [
        `REVOKE USAGE ON SCHEMA public FROM ${db}_ro`,
        { schema: [{ grantee: `${db}_ro`, privileges: ['USAGE'] }] },
      ],
      [
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${db}_owner REVOKE ALL ON SEQUENCES FROM ${db}_ro`,
        {
          defaults: [
            { grantee: `${db}_ro`, kind: 'SEQUENCES', privileges: ['SELECT'] },
          ],
        },
      ],
      [
        `REVOKE TEMPORARY ON DATABASE ${db} FROM ${db}_rw`,
        { database: [{ grantee: `${db}_rw`, privileges: ['TEMPORARY'] }] },
      ],
    ] as const) {
      await inside(sql);
      const next = await pass();
      expect(next.print).not.toBe(print);
      expect(next.facts.missing).toMatchObject(missing);
      ({ facts, print } = next);
    }
  });

  it('should say what only an administrator puts back, before anything is tried', async () => {
    const lock = await SuperuserLock.take(server.server);
    try {
      const cases: [string, string][] = [
        [
          `ALTER DATABASE ${db} OWNER TO postgres`,
          `ALTER DATABASE "${db}" OWNER TO "${db}_dba";`,
        ],
        [`ALTER ROLE ${db}_rw SUPERUSER`, `ALTER ROLE "${db}_rw" NOSUPERUSER;`],
        [
          `ALTER ROLE ${db}_ro RENAME TO ${db}_rx`,
          `ALTER ROLE "${db}_rx" RENAME TO "${db}_ro";`,
        ],
        ...(server.isOld
          ? []
          : [
              [
                `REVOKE ADMIN OPTION FOR ${db}_dba FROM data_resources GRANTED BY postgres`,
                `GRANT "${db}_dba" TO "data_resources" WITH ADMIN true, INHERIT false, SET false;`,
              ] as [string, string],
            ]),
      ];
      for (const [broken, mended] of cases) {
        await server.sql(broken);
        for (const action of ['update', 'quarantine', 'delete'] as const) {
          const { plan } = await bench.plan(
            subject,
            action,
            action === 'update' ? { keep: grants } : { remove: grants },
          );
          expect(plan.findings).toContainEqual(
            expect.objectContaining({
              effect: 'deny',
              retryable: true,
              message: expect.stringContaining(mended),
            }),
          );
        }
        await server.sql(mended);
        const whole = await update();
        expectNoDeny(whole.plan);
        expect(paths(whole)).toEqual([]);
      }
    } finally {
      await lock.release();
    }
  });

  it('should be opened again where others closed it, and tell it until then', async () => {
    await server.sql(`ALTER DATABASE ${db} ALLOW_CONNECTIONS false`);
    const opening = await update();
    expect(opening.plan.changes).toEqual([
      {
        path: 'access.connections',
        from: 'refused',
        to: 'allowed',
        kind: 'in-place',
      },
    ]);
    await run(opening);
    expect((await bench.rights(subject, reader)).a).toContain('CONNECT');

    await run(await bench.plan(subject, 'quarantine', { remove: grants }));
    expect(paths(await update())).toEqual([]);
    await run(await bench.plan(subject, 'restore', { keep: grants }));
    await server.sql(`ALTER DATABASE ${db} ALLOW_CONNECTIONS false`);
    expect(paths(await update())).toEqual(['access.connections']);
  });

  it('should go though it is a template, and its roles have something elsewhere', async () => {
    const other = await bench.create();
    await server.sql(
      `ALTER DATABASE ${db} IS_TEMPLATE true;
       GRANT CONNECT ON DATABASE ${other.name} TO ${db}_ro, ${reader.login.a}`,
    );
    await server.sql(
      `SET ROLE ${other.name}_owner; CREATE TABLE kept (i int); INSERT INTO kept VALUES (1);
       GRANT SELECT ON kept TO ${db}_ro; RESET ROLE;
       CREATE TABLE theirs (i int); ALTER TABLE theirs OWNER TO ${db}_owner;
       GRANT USAGE ON SCHEMA public TO ${reader.login.b}`,
      { database: other.name },
    );
    await run(await bench.plan(subject, 'delete', { remove: grants }));
    expect(await bench.leftovers(subject)).toEqual([]);
    const tables = await server.sql(
      `SELECT tablename AS name, tableowner AS owner FROM pg_tables
       WHERE schemaname = 'public' ORDER BY 1`,
      { database: other.name },
    );
    expect(tables).toEqual(
      ['kept', 'theirs'].map(table => ({
        name: table,
        owner: `${other.name}_owner`,
      })),
    );
    expect(paths(await bench.plan(other, 'update'))).toEqual([]);
  });

  if (name === 'postgres-dev') {
    it('should leave the provisioner no member where it grants itself what it makes', async () => {
      await server.sql(
        `ALTER ROLE data_resources SET createrole_self_grant = 'set, inherit'`,
      );
      try {
        // Sessions that are open were begun without it.
        const fresh = new ContractBench(databaseFixture(server, {}));
        const made = await fresh.create(fresh.grant('reader'));
        expect(
          await server.sql(
            `SELECT roleid::regrole::text FROM pg_auth_members
             WHERE member = 'data_resources'::regrole AND (inherit_option OR set_option)
               AND roleid::regrole::text LIKE '${made.name}%'`,
          ),
        ).toEqual([]);
        await fresh.cleanUp();
      } finally {
        await server.sql(
          'ALTER ROLE data_resources RESET createrole_self_grant',
        );
      }
    });
  }
});
