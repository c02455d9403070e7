import type {
  Finding,
  InstanceProbe,
} from '@data-resources/plugin-data-resources-node';
import type { JsonObject } from '@backstage/types';
import { ContractBench } from '@data-resources/plugin-data-resources-node/testUtils';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';
import { SuperuserLock } from './__testUtils__/SuperuserLock';

jest.setTimeout(60_000);

const OLD_CREATEROLE =
  'PostgreSQL 15: CREATEROLE reaches every role that is no superuser, those of others and built-in ones such as pg_execute_server_program too, so that the password of data_resources is worth a superuser’s. From PostgreSQL 16 on it reaches only what data_resources made';

/** What a server tells about itself, and what plans make of it. */
describe.each(TESTED_SERVERS)('the server %s', serverName => {
  let server: PostgresBench;
  let bench: ContractBench;
  const roles: string[] = [];
  let lock: SuperuserLock | undefined;

  beforeAll(async () => {
    server = await PostgresBench.create(serverName);
    bench = new ContractBench(databaseFixture(server, {}));
  });
  afterEach(async () => {
    await bench.cleanUp();
    for (const role of roles.splice(0)) {
      await server.sql(`REVOKE ALL ON DATABASE postgres FROM ${role}`);
      await server.sql(`DROP ROLE ${role}`);
    }
    await lock?.release();
    lock = undefined;
  });
  afterAll(() => server.close());

  async function probeAs(attributes: string): Promise<InstanceProbe> {
    const role = server.uniqueName();
    roles.push(role);
    await server.sql(
      `CREATE ROLE ${role} LOGIN ${attributes} PASSWORD 'probe'; GRANT CONNECT ON DATABASE postgres TO ${role}`,
    );
    return probeAgain(role);
  }

  async function probeAgain(role: string): Promise<InstanceProbe> {
    const instance = server.openInstance({
      admin: { user: role, password: 'probe' },
    });
    try {
      return await instance.probe(bench.context());
    } finally {
      await instance.close();
    }
  }

  function condition(probe: InstanceProbe, type: string) {
    return probe.conditions.find(entry => entry.type === type);
  }

  it('should identify itself and be fit for use', async () => {
    const probe = await bench.instance.probe(bench.context());
    const [{ id }] = await server.sql<{ id: string }>(
      'SELECT system_identifier::text AS id FROM pg_control_system()',
    );

    expect(probe.clusterId).toBe(id);
    expect(probe.version).toMatch(server.isOld ? /^15\./ : /^18\./);
    expect(
      probe.conditions
        .filter(({ status }) => status !== 'ok')
        .map(({ type, status, message }) => [type, status, message]),
    ).toEqual(server.isOld ? [['Dialect', 'warn', OLD_CREATEROLE]] : []);
    expect(condition(probe, 'Statistics')?.message).toContain(
      'GRANT pg_read_all_stats TO "data_resources";',
    );
    expect(condition(probe, 'Encryption')?.message).toContain(
      'does not leave the machine',
    );
  });

  it('should say what the version makes of a provisioner that does not inherit', async () => {
    const probe = await probeAs('CREATEROLE CREATEDB NOINHERIT');
    const found = condition(probe, 'Inherit');
    expect([
      found?.status,
      found?.message.includes(`"${roles[0]}" INHERIT;`),
    ]).toEqual(server.isOld ? ['error', true] : [undefined, undefined]);
  });

  it('should deny beforehand what the provisioner lacks the right to', async () => {
    const role = server.uniqueName();
    roles.push(role);
    await server.sql(
      `CREATE ROLE ${role} LOGIN CREATEROLE PASSWORD 'probe'; GRANT CONNECT ON DATABASE postgres TO ${role}`,
    );
    const instance = server.openInstance({
      admin: { user: role, password: 'probe' },
    });
    const { facts } = await instance.probe(bench.context());
    await instance.close();
    const input = await bench.planInput(bench.subject(), 'create');
    const plan = bench.provider.plan({
      ...input,
      instance: { ...input.instance, facts },
    });
    expect(plan.findings).toEqual([
      expect.objectContaining({
        policy: 'postgres/server',
        effect: 'deny',
        path: 'instance',
        retryable: true,
        message: expect.stringContaining(`ALTER ROLE "${role}" CREATEDB;`),
      }),
    ]);
    await server.sql(`ALTER ROLE ${role} CREATEDB`);
    expect(condition(await probeAgain(role), 'CREATEDB')?.status).toBe('ok');
  });

  it('should tell of a server that takes no changes', async () => {
    const role = server.uniqueName();
    roles.push(role);
    await server.sql(
      `CREATE ROLE ${role} LOGIN CREATEROLE CREATEDB PASSWORD 'probe';
       ALTER ROLE ${role} SET default_transaction_read_only = on;
       GRANT CONNECT ON DATABASE postgres TO ${role}`,
    );
    expect(condition(await probeAgain(role), 'Writable')).toMatchObject({
      status: 'error',
      message: expect.stringContaining('Transactions are read-only'),
    });
  });

  it('should say what the provisioner lacks or has too much of, with the statement', async () => {
    const poor = await probeAs('');
    for (const right of ['CREATEROLE', 'CREATEDB']) {
      expect(condition(poor, right)).toMatchObject({
        status: 'error',
        message: expect.stringContaining(`ALTER ROLE "${roles[0]}" ${right};`),
      });
    }
    lock = await SuperuserLock.take(server.server);
    const rich = await probeAs('SUPERUSER');
    expect(condition(rich, 'Superuser')).toMatchObject({
      status: server.isOld ? 'warn' : 'error',
      message: expect.stringContaining('NOSUPERUSER'),
    });
    expect((rich.facts as { obstacles?: string[] }).obstacles).toEqual(
      server.isOld ? undefined : [condition(rich, 'Superuser')?.message],
    );
    expect(condition(rich, 'CREATEROLE')?.status).toBe('ok');
  });

  it('should warn when PUBLIC may connect to the server’s own databases', async () => {
    await server.sql('GRANT CONNECT ON DATABASE template1 TO PUBLIC');
    try {
      const probe = await bench.instance.probe(bench.context());
      const { message } = condition(probe, 'PublicConnect')!;
      expect(condition(probe, 'PublicConnect')?.status).toBe('warn');
      const [statement] = /REVOKE [^;]+;/.exec(message)!;
      await server.sql(statement);
    } finally {
      await server.sql('REVOKE CONNECT ON DATABASE template1 FROM PUBLIC');
    }
    const mended = await bench.instance.probe(bench.context());
    expect(condition(mended, 'PublicConnect')?.status).toBe('ok');
  });

  async function findings(
    spec: JsonObject,
    name = server.uniqueName(),
  ): Promise<Finding[]> {
    const input = await bench.planInput(bench.subject(name), 'create');
    const desired = bench.type.specSchema.parse(spec) as JsonObject;
    return bench.provider.plan({ ...input, desired }).findings;
  }

  it.each([
    [
      { extensions: ['hstore'] },
      'extension-not-allowed',
      /allowed: citext, cube/,
    ],
    [{ extensions: ['pg_nosuch'] }, 'extension-not-available', /install/],
    [
      { extensions: ['dblink'] },
      'extension-not-trusted',
      /CREATE EXTENSION "dblink" SCHEMA public;/,
    ],
    [{ connectionLimit: 101 }, 'connection-limit', /allows 1 to 100/],
    [{ connectionLimit: -1 }, 'connection-limit', /allows 1 to 100/],
    [{ locale: 'tlh_KX.UTF-8' }, 'unknown-locale', /it has C/],
    [
      { encoding: 'LATIN1' },
      'encoding-and-locale',
      /does not fit the locale C/,
    ],
    [
      { encoding: 'LATIN1', locale: 'C.UTF-8' },
      'encoding-and-locale',
      /give a locale of that encoding, or C/,
    ],
  ])('should deny %j: %s', async (spec, rule, message) => {
    expect(await findings(spec)).toEqual([
      expect.objectContaining({
        policy: `postgres/${rule}`,
        effect: 'deny',
        path: expect.stringMatching(/^spec\./),
        message: expect.stringMatching(message),
      }),
    ]);
  });

  it.each(['postgres', 'template1', 'pg_orders', 'all'])(
    'should deny the name %s',
    async name => {
      const input = await bench.planInput(
        { name: server.uniqueName(), logins: new Set() },
        'create',
      );
      const plan = bench.provider.plan({ ...input, object: { name } });
      expect(plan.findings).toEqual([
        expect.objectContaining({
          policy: 'postgres/reserved-name',
          effect: 'deny',
          path: 'name',
        }),
      ]);
    },
  );

  it('should deny a name whose group roles belong to somebody else', async () => {
    const name = server.uniqueName();
    await server.sql(`CREATE ROLE ${name}_rw`);
    expect(await findings({}, name)).toEqual([
      expect.objectContaining({
        policy: 'postgres/role-exists',
        path: 'name',
        message: expect.stringContaining(`${name}_rw`),
      }),
    ]);
    const subject = bench.subject(name);
    const result = await bench.execute(await bench.plan(subject, 'create'));
    expect(result).toMatchObject({ error: { reason: 'Conflict' } });
  });

  it('should really make what it did not deny', async () => {
    const specs: JsonObject[] = [
      { encoding: 'LATIN1', locale: 'C' },
      { encoding: 'SQL_ASCII', locale: 'C' },
      { locale: 'C.utf8' },
      { locale: 'C.UTF-8', connectionLimit: 100 },
      { extensions: ['cube', 'citext'] },
      {
        parameters: {
          statement_timeout: 0,
          work_mem: '1GB',
          jit: true,
          default_transaction_isolation: 'repeatable read',
          random_page_cost: 1.1,
          timezone: 'UTC',
          default_text_search_config: 'pg_catalog.english',
          // Since 17.
          ...(server.isOld ? {} : { transaction_timeout: '1h' }),
        },
      },
    ];
    for (const spec of specs) {
      const subject = bench.subject();
      const input = await bench.planInput(subject, 'create');
      const desired = bench.type.specSchema.parse(spec) as JsonObject;
      const plan = bench.provider.plan({ ...input, desired });
      expect(plan.findings.map(({ policy }) => policy)).toEqual(
        spec.extensions ? ['postgres/extension-trusted'] : [],
      );
      expect({
        spec,
        result: await bench.execute(bench.operation(subject, plan)),
      }).toEqual({ spec, result: { state: 'done' } });
      const seen = await bench.provider.observe([subject], bench.context());
      const { locale, ...rest } = desired;
      expect(seen.get(subject.name)?.spec).toMatchObject(rest);
    }
  });

  it('should tell clients their own address, not the portal’s', () => {
    expect(bench.provider.connection('orders')).toEqual({
      engine: 'postgres',
      host: 'db.example.com',
      port: 6432,
      database: 'orders',
      sslmode: 'verify-full',
    });
    expect(bench.instance.limits).toMatchObject({ connectionLimit: 100 });
  });
});
