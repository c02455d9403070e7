import type { JsonObject } from '@backstage/types';
import {
  ContractBench,
  expectNoDeny,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench } from './__testUtils__/PostgresBench';
import { specSchema } from './type/specSchema';

jest.setTimeout(60_000);

/** What is fixed when a database is made, and versions of extensions, on the real server. */
describe('a PostgreSQL database that is asked for in detail', () => {
  let server: PostgresBench;
  let bench: ContractBench;
  let template: string;

  beforeAll(async () => {
    server = await PostgresBench.create();
    template = server.uniqueName();
    await server.sql(
      `CREATE DATABASE ${template} TEMPLATE template0 IS_TEMPLATE true`,
    );
    await server.sql(
      `CREATE EXTENSION dblink;
       CREATE FUNCTION public.from_template() RETURNS int LANGUAGE sql AS 'SELECT 7'`,
      { database: template },
    );
    bench = new ContractBench({
      ...databaseFixture(server, {}),
      createInstance: () =>
        server.openInstance({ limits: { templates: [template] } }),
    });
  });
  afterEach(() => bench.cleanUp());
  afterAll(async () => {
    await server.sql(`ALTER DATABASE ${template} IS_TEMPLATE false`);
    await server.sql(`DROP DATABASE ${template}`);
    await server.close();
  });

  async function create(fields: JsonObject) {
    const subject = bench.subject();
    subject.spec = specSchema.parse(fields) as JsonObject;
    const operation = await bench.plan(subject, 'create');
    expectNoDeny(operation.plan);
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    return subject;
  }

  it.each([
    [{ localeProvider: 'icu', locale: 'de-DE' }, 'i de-DE'],
    [
      { localeProvider: 'icu', locale: 'de-DE-u-co-phonebk' },
      'i de-DE-u-co-phonebk',
    ],
    [{ localeProvider: 'builtin', locale: 'C.UTF-8' }, 'b C.UTF-8'],
    [{ localeProvider: 'libc', locale: 'C' }, 'c'],
    [{ localeProvider: 'libc' }, 'c'],
  ])('should have the locale of its provider: %j', async (fields, expected) => {
    const subject = await create(fields);
    const [{ found }] = await server.sql<{ found: string }>(
      `SELECT concat_ws(' ', datlocprovider, datlocale) AS found FROM pg_database WHERE datname = $1`,
      { values: [subject.name] },
    );
    expect(found).toBe(expected);
    const { plan } = await bench.plan(subject, 'update');
    expect(plan).toMatchObject({ changes: [], findings: [] });
    // Another portal would adopt it as it is.
    await server.sql(`ALTER DATABASE ${subject.name} OWNER TO data_resources`);
    const seen = await bench.provider.observe(
      [{ name: subject.name }],
      bench.context(),
    );
    expect(seen.get(subject.name)?.spec).toMatchObject(
      fields.localeProvider === 'libc' ? {} : fields,
    );
  });

  it('should begin with what is in its template, also what only a superuser makes', async () => {
    const subject = await create({ template });
    const rows = await server.sql(
      `SELECT extname, public.from_template() AS answer FROM pg_extension WHERE extname = 'dblink'`,
      { database: subject.name },
    );
    expect(rows).toEqual([{ extname: 'dblink', answer: 7 }]);
    expect((await bench.plan(subject, 'update')).plan.changes).toEqual([]);
  });

  it('should have an extension in the version that is asked for, and be updated', async () => {
    const subject = await create({ extensions: ['citext@1.4'] });
    const version = async () =>
      (
        await server.sql<{ version: string }>(
          `SELECT extversion AS version FROM pg_extension WHERE extname = 'citext'`,
          { database: subject.name },
        )
      ).map(row => row.version);
    expect(await version()).toEqual(['1.4']);
    expect((await bench.plan(subject, 'update')).plan.changes).toEqual([]);

    const planned = async (entry: string) => {
      const desired = specSchema.parse({ extensions: [entry] }) as JsonObject;
      const input = await bench.planInput(subject, 'update', {}, desired);
      const seen = await bench.provider.observe(
        [{ ...input.object, desired }],
        bench.context(),
      );
      const observed = seen.get(subject.name)!;
      return bench.operation(
        subject,
        bench.provider.plan({ ...input, observed }),
      );
    };
    const update = await planned('citext@1.6');
    expect(update.plan.findings).toEqual([]);
    expect(await bench.execute(update)).toEqual({ state: 'done' });
    expect(await version()).toEqual(['1.6']);

    const back = await planned('citext@1.5');
    expect(back.plan.findings).toEqual([
      expect.objectContaining({
        effect: 'deny',
        policy: 'postgres/extension-no-update',
        message: expect.stringContaining('Leave it at citext@1.6'),
      }),
    ]);
    expect(await bench.execute(back)).toMatchObject({ state: 'failed' });
    expect(await version()).toEqual(['1.6']);
    expect((await planned('citext@9.9')).plan.findings).toEqual([
      expect.objectContaining({
        policy: 'postgres/extension-version',
        message: expect.stringMatching(/has 1\.4, 1\.5, 1\.6/),
      }),
    ]);
  });

  it.each([
    { statement_timeout: '24d' },
    { max_parallel_workers_per_gather: 1024 },
    { work_mem: '64kB', jit: false, random_page_cost: 1.1 },
    { effective_cache_size: '1GB' },
    { default_transaction_isolation: 'serializable' },
  ])('should not be refused what the server takes: %j', async parameters => {
    const subject = await create({ parameters });
    const { plan } = await bench.plan(subject, 'update');
    expect(plan).toMatchObject({ changes: [], findings: [] });
  });
});
