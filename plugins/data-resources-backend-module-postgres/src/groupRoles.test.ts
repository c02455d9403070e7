import {
  ContractBench,
  Killed,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';

jest.setTimeout(60_000);

/** Group roles whose making was not heard of: which of those that are there are ours? */
describe.each(TESTED_SERVERS)('group roles of %s', name => {
  let server: PostgresBench;
  let bench: ContractBench;

  beforeAll(async () => {
    server = await PostgresBench.create(name);
    bench = new ContractBench(databaseFixture(server, {}));
  });
  afterEach(() => bench.cleanUp());
  afterAll(() => server.close());

  const rolesOf = (database: string) =>
    server.sql(
      `SELECT rolname FROM pg_roles WHERE rolname LIKE '${database}\\_%' ORDER BY 1`,
    );

  /** Ends the process when the roles have been made, and before it can write that down. */
  async function begun() {
    const subject = bench.subject();
    const operation = await bench.plan(subject, 'create', {
      add: [bench.grant('reader')],
    });
    const [{ key }] = operation.steps;
    const run = bench.execute(operation, {
      onMoment: ({ at, keys }) => {
        if (at === 'acted' && keys.some(each => each.endsWith(key))) {
          throw new Killed();
        }
      },
    });
    await expect(run).rejects.toBeInstanceOf(Killed);
    expect(await rolesOf(subject.name)).toHaveLength(4);
    return { subject, operation };
  }

  /** As another program would that has the same login. */
  async function byProvisioner(...statements: string[]) {
    const { user, password } = server.server.provisioner;
    const client = await server.login(user, password, 'postgres');
    try {
      for (const each of statements) {
        await client.query(each);
      }
    } finally {
      await client.end();
    }
  }

  it('should all be known again', async () => {
    const { subject, operation } = await begun();
    const before = await rolesOf(subject.name);
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    expect(await rolesOf(subject.name)).toEqual(before);
  });

  it.each(['ro', 'dba'])(
    'should not be taken for ours where %s was made by somebody else since, though with our login',
    async group => {
      const { subject, operation } = await begun();
      const role = `${subject.name}_${group}`;
      await byProvisioner(`DROP ROLE ${role}`, `CREATE ROLE ${role}`);

      const result = await bench.execute(operation);

      expect(result).toMatchObject({
        state: 'failed',
        error: {
          reason: 'Conflict',
          message: expect.stringContaining(role),
        },
      });
      expect(
        await server.sql(
          `SELECT 1 FROM pg_database WHERE datname = '${subject.name}'`,
        ),
      ).toEqual([]);
    },
  );

  it('should be made where one is missing', async () => {
    const { subject, operation } = await begun();
    await byProvisioner(`DROP ROLE ${subject.name}_ro`);
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    expect(await rolesOf(subject.name)).toHaveLength(4);
  });
});
