import { Script, createContext } from 'node:vm';
import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import {
  ContractBench,
  exportInput,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { sqlAsAdmin, testEngine } from '@data-resources/test-engines';
import * as pg from 'pg';
import { parseAllDocuments } from 'yaml';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench } from './__testUtils__/PostgresBench';
import { databaseExports } from './exports';
import { groupRoles } from './type/names';
import type { DatabaseSpec } from './type/specSchema';

jest.setTimeout(60_000);

/** Another server, on which nothing of ours stands. */
const EMPTY = 'postgres-prod';

/** What is exported makes the same again, and real clients log in by it. */
describe('exports of a database', () => {
  let server: PostgresBench;
  let bench: ContractBench;
  let subject: Subject;
  let grants: PlannedGrant[];
  let password: string;
  const logins = () =>
    [grants[0], grants[2]].flatMap(({ login }) => [login.a, login.b]);

  beforeAll(async () => {
    server = await PostgresBench.create();
    bench = new ContractBench(
      databaseFixture(server, {
        connectionLimit: 9,
        locale: 'C.UTF-8',
        extensions: ['cube', 'pgcrypto@1.3'],
        parameters: { work_mem: '8MB' },
      }),
    );
    const owner = bench.grant('owner');
    grants = [
      owner,
      bench.grant('reader', owner.principal),
      bench.grant('writer'),
    ];
    subject = await bench.create(...grants);
    password = `Of-${owner.login.a}`;
    await bench.instance.logins.enable(
      { username: owner.login.a, password },
      bench.context(),
    );
  });
  afterAll(async () => {
    await sqlAsAdmin(EMPTY, `DROP DATABASE IF EXISTS "${subject.name}"`);
    for (const role of [
      ...logins(),
      ...Object.values(groupRoles(subject.name)),
    ]) {
      await sqlAsAdmin(EMPTY, `DROP ROLE IF EXISTS "${role}"`);
    }
    await bench.cleanUp();
    await server.close();
  });

  function render(id: string, connection: object = {}): string {
    const input = exportInput({
      instance: bench.instance,
      type: 'postgres-database',
      name: subject.name,
      spec: bench.spec,
      grants,
    });
    const format = databaseExports.find(each => each.id === id)!;
    return format.render({
      ...input,
      connection: { ...input.connection, ...connection },
      variables: { username: 'PGUSER', password: 'PGPASSWORD' },
    } as Parameters<typeof format.render>[0])!.text;
  }

  /** Where the server really is, for clients that are to log in. */
  const here = () => ({
    host: server.server.host,
    port: server.server.port,
    sslmode: 'disable',
  });
  const environment = () => ({
    PGUSER: grants[0].login.a,
    PGPASSWORD: password,
  });

  it('should be SQL that makes the same database on an empty server', async () => {
    // As psql does: one statement after the other, in the database of the last \connect.
    const [before, inside] = render('sql').split(/^\\connect .*$/m);
    for (const [part, database] of [
      [before, 'postgres'],
      [inside, subject.name],
    ]) {
      const { host, port, admin } = testEngine(EMPTY);
      const client = new pg.Client({ host, port, ...admin, database });
      await client.connect();
      for (const statements of part.split(/\n\n/)) {
        await client.query(statements);
      }
      await client.end();
    }

    const [made, ours] = await Promise.all([
      picture(sql => sqlAsAdmin(EMPTY, sql)),
      picture(sql => server.sql(sql)),
    ]);
    expect(made).toEqual(ours);
    const [madeInside, oursInside] = await Promise.all([
      contents(sql => sqlAsAdmin(EMPTY, sql, { database: subject.name })),
      contents(sql => server.sql(sql, { database: subject.name })),
    ]);
    expect(madeInside).toEqual(oursInside);
    expect(oursInside.length).toBeGreaterThan(10);
  });

  it('should be a module of Node.js that logs in', async () => {
    const text = render('node', here());
    const { pool } = new Script(`${text}\n({ pool });`).runInContext(
      createContext({
        require: (name: string) => (name === 'pg' ? pg : undefined),
        process: { env: environment() },
      }),
    ) as { pool: pg.Pool };
    const { rows } = await pool.query(
      'SELECT current_database() AS name, session_user AS who',
    );
    await pool.end();

    expect(text).not.toContain(password);
    expect(rows).toEqual([{ name: subject.name, who: grants[0].login.a }]);
  });

  it('should be a URL that logs in with the variables of libpq', async () => {
    const connectionString = render('libpq-url', here()).trim();
    expect(connectionString).not.toContain(grants[0].login.a);
    Object.assign(process.env, environment());
    const client = new pg.Client({ connectionString });
    delete process.env.PGUSER;
    delete process.env.PGPASSWORD;
    await client.connect();
    const { rows } = await client.query('SELECT current_database() AS name');
    await client.end();

    expect(rows).toEqual([{ name: subject.name }]);
  });

  it('should say the same in a service file and to JDBC, Python and Node.js', () => {
    const ca = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    const connection = { host: '::1', port: 6432, sslmode: 'verify-full', ca };

    expect(render('libpq-service', connection)).toBe(
      `[${subject.name}]\nhost=::1\nport=6432\ndbname=${subject.name}\nsslmode=verify-full\nsslrootcert=ca.pem\n`,
    );
    expect(render('libpq-url', connection)).toBe(
      `postgresql://[::1]:6432/${subject.name}?sslmode=verify-full&sslrootcert=ca.pem\n`,
    );
    expect(render('jdbc', connection)).toBe(
      [
        `spring.datasource.url=jdbc:postgresql://[::1]:6432/${subject.name}?sslmode=verify-full&sslrootcert=ca.pem`,
        'spring.datasource.username=${PGUSER}',
        'spring.datasource.password=${PGPASSWORD}',
        '',
      ].join('\n'),
    );
    expect(render('python', connection)).toContain('sslrootcert="ca.pem"');
    expect(render('ca', connection)).toBe(`${ca}\n`);
    expect(
      databaseExports
        .find(({ id }) => id === 'ca')!
        .render({
          ...exportInput({
            instance: bench.instance,
            type: 'postgres-database',
            name: subject.name,
            spec: bench.spec,
          }),
          spec: bench.spec as DatabaseSpec,
        }),
    ).toBeUndefined();
  });

  it('should name all hosts, and that the one is meant that takes changes', () => {
    const several = {
      host: '::1',
      port: 5432,
      hosts: ['[::1]:5432', 'b.example.com:5433'],
      targetSessionAttrs: 'read-write',
      sslmode: 'require',
    };
    expect(render('libpq-service', several)).toBe(
      `[${subject.name}]\nhost=::1,b.example.com\nport=5432,5433\ntarget_session_attrs=read-write\ndbname=${subject.name}\nsslmode=require\n`,
    );
    expect(render('libpq-url', several)).toBe(
      `postgresql://[::1]:5432,b.example.com:5433/${subject.name}?sslmode=require&target_session_attrs=read-write\n`,
    );
    expect(render('jdbc', several)).toContain(
      `jdbc:postgresql://[::1]:5432,b.example.com:5433/${subject.name}?sslmode=require&targetServerType=primary`,
    );
    expect(render('python', several)).toContain(
      '    host="::1,b.example.com",\n    port="5432,5433",\n    target_session_attrs="read-write",\n',
    );
  });

  it('should offer the pooler beside the server, with what it takes away', () => {
    const behind = {
      hosts: ['a:5432', 'b:5432'],
      pooler: 'pool.example.com:6432',
      poolMode: 'transaction',
      sslmode: 'require',
    };
    expect(render('libpq-url-pooled', behind)).toBe(
      `postgresql://pool.example.com:6432/${subject.name}?sslmode=require\n`,
    );
    const service = render('libpq-service', behind);
    expect(service).toMatch(
      /^# Through the pooler, which pools by transaction: SET, LISTEN/m,
    );
    expect(service).toContain(
      `[${subject.name}-pooled]\nhost=pool.example.com\nport=6432\ndbname=`,
    );
    expect(render('jdbc', behind)).toContain(
      `# spring.datasource.url=jdbc:postgresql://pool.example.com:6432/${subject.name}?sslmode=require&prepareThreshold=0\n`,
    );
    expect(render('python', behind)).toContain(
      '# host="pool.example.com", port=6432, prepare_threshold=None\n',
    );
    expect(render('node', behind)).toContain(
      '// host: "pool.example.com", port: 6432\n',
    );
    expect(render('python', { ...behind, poolMode: 'session' })).not.toContain(
      'prepare_threshold',
    );
    expect(databaseExports.map(({ id }) => id)).toContain('libpq-url-pooled');
  });

  it('should trust what the machine trusts where no authority is configured', () => {
    expect(render('libpq-service')).toContain('sslrootcert=system\n');
    expect(render('jdbc')).toContain(
      'sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory',
    );
    expect(render('node')).toContain('ssl: true,');
  });

  it('should declare for CloudNativePG the database, its roles and who is in them', () => {
    const documents = parseAllDocuments(render('cloudnative-pg')).map(each =>
      each.toJS(),
    );
    const roles = groupRoles(subject.name);

    expect(
      documents.map(({ kind, spec }) => `${kind} ${spec.name}`).sort(),
    ).toEqual(
      [
        `Database ${subject.name}`,
        ...[...Object.values(roles), ...logins()].map(
          name => `DatabaseRole ${name}`,
        ),
      ].sort(),
    );
    expect(documents.find(({ kind }) => kind === 'Database').spec).toEqual({
      cluster: { name: 'instance-dev' },
      name: subject.name,
      owner: roles.dba,
      template: 'template0',
      encoding: 'UTF8',
      localeProvider: 'libc',
      locale: 'C.UTF-8',
      connectionLimit: 9,
      extensions: [
        { name: 'cube', schema: 'public' },
        { name: 'pgcrypto', schema: 'public', version: '1.3' },
      ],
    });
    expect(
      documents.find(({ spec }) => spec.name === grants[0].login.a).spec,
    ).toMatchObject({ login: true, inRoles: [roles.owner, roles.ro] });
  });

  it('should declare for Crossplane what each group may do, by references that lead somewhere', () => {
    const documents = parseAllDocuments(render('crossplane')).map(each =>
      each.toJS(),
    );
    const names = (kind: string) =>
      documents
        .filter(each => each.kind === kind)
        .map(({ metadata }) => metadata.name);

    expect(names('Role')).toHaveLength(8);
    for (const { kind, metadata, spec } of documents) {
      expect(names(kind).filter(name => name === metadata.name)).toHaveLength(
        1,
      );
      const { roleRef, memberOfRef, ownerRef, databaseRef } = spec.forProvider;
      for (const ref of [roleRef, memberOfRef, ownerRef]) {
        expect([undefined, ...names('Role')]).toContain(ref?.name);
      }
      expect([undefined, ...names('Database')]).toContain(databaseRef?.name);
    }
    expect(
      documents
        .filter(({ spec }) => spec.forProvider.memberOfRef)
        .map(({ spec }) => spec.forProvider.memberOfRef.name),
    ).toHaveLength(6);
  });

  /** The database, its roles and memberships as text, but for those of whoever made them. */
  async function picture(
    sql: (text: string) => Promise<unknown[]>,
  ): Promise<unknown[]> {
    const like = `${subject.name.replaceAll('_', '\\_')}\\_%`;
    const list = logins()
      .map(login => `'${login}'`)
      .join(', ');
    return sql(
      `SELECT concat_ws(' ', datname, datdba::regrole, datconnlimit, datcollate, pg_encoding_to_char(encoding),
         (SELECT string_agg(concat_ws('/', coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'), privilege_type), ' ' ORDER BY grantee::regrole::text, privilege_type)
            FROM aclexplode(datacl) WHERE grantee::regrole::text LIKE '${like}' OR grantee = 0),
         (SELECT string_agg(concat_ws(':', nullif(setrole, 0)::regrole::text, setconfig::text), ' ' ORDER BY setrole::regrole::text)
            FROM pg_db_role_setting WHERE setdatabase = d.oid)) AS text
       FROM pg_database d WHERE datname = '${subject.name}'
       UNION ALL
       SELECT concat_ws(' ', rolname, rolcanlogin, rolinherit, rolsuper, rolcreaterole, rolcreatedb)
       FROM pg_roles WHERE rolname LIKE '${like}' OR rolname IN (${list})
       UNION ALL
       SELECT concat_ws(' ', member::regrole, 'in', roleid::regrole, inherit_option, set_option)
       FROM pg_auth_members WHERE member::regrole::text IN (${list})
       ORDER BY 1`,
    );
  }

  /** Privileges, default privileges and extensions in the database. */
  async function contents(
    sql: (text: string) => Promise<unknown[]>,
  ): Promise<unknown[]> {
    return sql(
      `SELECT concat_ws(' ', 'schema', nspname, grantee::regrole, privilege_type) AS text
       FROM pg_namespace, aclexplode(nspacl) WHERE nspname = 'public'
       UNION ALL
       SELECT concat_ws(' ', 'default', defaclrole::regrole, defaclobjtype, grantee::regrole, privilege_type)
       FROM pg_default_acl, aclexplode(defaclacl)
       UNION ALL
       SELECT concat_ws(' ', 'extension', extname, extversion, extnamespace::regnamespace) FROM pg_extension
       ORDER BY 1`,
    );
  }
});
