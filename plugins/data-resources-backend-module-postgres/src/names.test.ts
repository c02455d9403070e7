import type { JsonObject } from '@backstage/types';
import {
  ContractBench,
  expectNoDeny,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';
import { specSchema } from './type/specSchema';

jest.setTimeout(60_000);

/** Names that only a server knows: beforehand it is asked for them, afterwards for how it spells them. */
describe.each(TESTED_SERVERS)('names on %s', serverName => {
  let server: PostgresBench;
  let bench: ContractBench;

  beforeAll(async () => {
    server = await PostgresBench.create(serverName);
    bench = new ContractBench(databaseFixture(server, {}));
  });
  afterEach(() => bench.cleanUp());
  afterAll(() => server.close());

  async function planned(fields: JsonObject) {
    const subject = bench.subject();
    subject.spec = specSchema.parse(fields) as JsonObject;
    return { subject, operation: await bench.plan(subject, 'create') };
  }

  async function create(fields: JsonObject) {
    const { subject, operation } = await planned(fields);
    expectNoDeny(operation.plan);
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    return subject;
  }

  it.each([
    [
      { timezone: 'Europe/Berln' },
      'no time zone of that name, but Europe/Berlin',
    ],
    [{ timezone: 'Mars/Olympus' }, 'no time zone of that name. SELECT'],
    [
      { default_text_search_config: 'englisch' },
      'no text search configuration of that name, but english',
    ],
  ])('should be refused where there is none: %j', async (parameters, text) => {
    const [name] = Object.keys(parameters);
    const { operation } = await planned({ parameters });
    expect(operation.plan.findings).toContainEqual(
      expect.objectContaining({
        policy: 'postgres/parameter-value',
        effect: 'deny',
        path: `spec.parameters.${name}`,
        message: expect.stringContaining(text),
      }),
    );
  });

  it.each([
    { timezone: 'europe/berlin', default_text_search_config: 'german' },
    { timezone: 'GMT+3', default_text_search_config: 'pg_catalog.simple' },
    { timezone: 'EST5EDT' },
  ])('should be kept where there is one: %j', async parameters => {
    const subject = await create({ parameters });
    const [told] = await server.sql(
      `SELECT current_setting('timezone') AS timezone, to_tsvector('houses')::text AS words`,
      { database: subject.name },
    );
    expect(String(told.timezone).toLowerCase()).toContain(
      parameters.timezone.toLowerCase(),
    );
    const { plan } = await bench.plan(subject, 'update');
    expect(plan).toMatchObject({ changes: [], findings: [] });
  });

  it('should be a warning where a database may have one of its own', async () => {
    const subject = await create({});
    await server.sql(
      'CREATE TEXT SEARCH CONFIGURATION public.tea (COPY = pg_catalog.simple)',
      { database: subject.name },
    );
    const desired = specSchema.parse({
      parameters: { default_text_search_config: 'public.tea' },
    }) as JsonObject;
    const update = await bench.plan(subject, 'update', {}, desired);
    expect(update.plan.findings).toContainEqual(
      expect.objectContaining({
        policy: 'postgres/parameter-value',
        effect: 'warn',
      }),
    );
    expect(await bench.execute(update)).toEqual({ state: 'done' });
    const [{ found }] = await server.sql<{ found: string }>(
      `SELECT get_current_ts_config()::text AS found`,
      { database: subject.name },
    );
    expect(found).toBe('tea');
  });

  it.each([
    ['DE-de', 'de-DE'],
    ['de-DE-u-kn-co-phonebk', 'de-DE-u-co-phonebk-kn-true'],
    ['de-u-ks-level2-ka-shifted', 'de-u-ka-shifted-ks-level2'],
    ['iw-IL', 'he-IL'],
    ['zh-hans-cn', 'zh-Hans-CN'],
  ])(
    'should be no drift where the server spells a locale of ICU in its way: %s',
    async (locale, standard) => {
      const subject = await create({ localeProvider: 'icu', locale });
      const [{ found }] = await server.sql<{ found: string }>(
        `SELECT coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale') AS found
         FROM pg_database d WHERE datname = $1`,
        { values: [subject.name] },
      );
      // 15 keeps what it was told.
      expect(found).toBe(server.isOld ? locale : standard);
      const { plan } = await bench.plan(subject, 'update');
      expect(plan).toMatchObject({ changes: [], findings: [] });
      const other = specSchema.parse({
        localeProvider: 'icu',
        locale: 'fr-FR',
      }) as JsonObject;
      expect(
        (await bench.plan(subject, 'update', {}, other)).plan,
      ).toMatchObject({ changes: [{ path: 'locale', kind: 'unsupported' }] });
    },
  );
});
