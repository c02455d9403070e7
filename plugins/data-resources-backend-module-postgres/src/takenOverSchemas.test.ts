import type { JsonObject } from '@backstage/types';
import {
  ContractBench,
  expectNoDeny,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { Applications } from './__testUtils__/Applications';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';
import { specSchema } from './type/specSchema';

jest.setTimeout(60_000);

/** Somebody made a schema by hand, and now the spec is to name it. */
describe.each(TESTED_SERVERS)('a schema of others on %s', serverName => {
  let server: PostgresBench;
  let bench: ContractBench;
  let applications: Applications;

  beforeAll(async () => {
    server = await PostgresBench.create(serverName);
    bench = new ContractBench(databaseFixture(server, {}));
    applications = new Applications(server, bench);
  });
  afterEach(async () => {
    await applications.close();
    await bench.cleanUp();
  });
  afterAll(() => server.close());

  const naming = (schemas: string[]) =>
    specSchema.parse({ schemas }) as JsonObject;

  async function planWith(subject: Subject, schemas: string[]) {
    const desired = naming(schemas);
    const input = await bench.planInput(subject, 'update', {}, desired);
    const seen = await bench.provider.observe(
      [{ ...input.object, desired }],
      bench.context(),
    );
    return bench.operation(
      subject,
      bench.provider.plan({ ...input, observed: seen.get(subject.name)! }),
    );
  }

  /** The statement of a finding, as an administrator copies it. */
  function statementOf(findings: { policy: string; message: string }[]) {
    const { message } = findings.find(
      ({ policy }) => policy === 'postgres/schema-exists',
    )!;
    return /ALTER SCHEMA .*?;/.exec(message)![0];
  }

  it('should be taken over, with what is in it, once an administrator has run what the plan says', async () => {
    const own = bench.grant('owner');
    const subject = await bench.create(own);
    const owner = await applications.connect(subject, own);
    await owner.query(
      `CREATE SCHEMA archive; CREATE TABLE archive.old (i int); INSERT INTO archive.old VALUES (7)`,
    );
    const refused = await planWith(subject, ['archive']);
    await server.sql(statementOf(refused.plan.findings), {
      database: subject.name,
    });

    const accepted = await planWith(subject, ['archive']);
    expectNoDeny(accepted.plan);
    expect(await bench.execute(accepted)).toEqual({ state: 'done' });
    subject.spec = naming(['archive']);
    expect((await planWith(subject, ['archive'])).plan.changes).toEqual([]);

    // Owners of the database go on; whoever reads the schema reads what is made from now on.
    const read = bench.grant('reader:archive');
    const granting = await bench.plan(subject, 'grant', { add: [read] });
    expect(await bench.execute(granting)).toEqual({ state: 'done' });
    const reader = await applications.connect(subject, read);
    await owner.query(
      'CREATE TABLE archive.fresh AS SELECT * FROM archive.old',
    );
    expect((await reader.query('TABLE archive.fresh')).rows).toEqual([
      { i: 7 },
    ]);
    await expect(reader.query('TABLE archive.old')).rejects.toMatchObject({
      code: '42501',
    });
    await owner.query(
      `GRANT SELECT ON archive.old TO "${subject.name}.archive_ro"`,
    );
    expect((await reader.query('TABLE archive.old')).rows).toHaveLength(1);
    await expect(owner.query('DROP SCHEMA archive')).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('should be so in a database that was adopted', async () => {
    const subject = await bench.leftByOthers();
    expect(await bench.execute(await bench.planAdoption(subject))).toEqual({
      state: 'done',
    });
    const desired = { ...subject.spec, schemas: ['app'] };
    const plan = async () => {
      const input = await bench.planInput(subject, 'update', {}, desired);
      const seen = await bench.provider.observe(
        [{ ...input.object, desired }],
        bench.context(),
      );
      return bench.operation(
        subject,
        bench.provider.plan({ ...input, observed: seen.get(subject.name)! }),
      );
    };
    await server.sql(statementOf((await plan()).plan.findings), {
      database: subject.name,
    });
    const accepted = await plan();
    expectNoDeny(accepted.plan);
    expect(await bench.execute(accepted)).toEqual({ state: 'done' });
    expect((await plan()).plan.changes).toEqual([]);
  });
});
