import { ContractBench } from '@data-resources/plugin-data-resources-node/testUtils';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';

jest.setTimeout(60_000);

/** Databases that are made at once. */
describe.each(TESTED_SERVERS)('many databases of %s', name => {
  let server: PostgresBench;
  let bench: ContractBench;

  beforeAll(async () => {
    server = await PostgresBench.create(name);
    bench = new ContractBench(databaseFixture(server, {}));
  });
  afterEach(() => bench.cleanUp());
  afterAll(() => server.close());

  /** Three databases, with a writer that they share and a reader of their own. */
  async function operations() {
    const writer = bench.grant('writer');
    const planned = [];
    for (let n = 0; n < 3; n += 1) {
      planned.push(
        await bench.plan(bench.subject(), 'create', {
          add: [writer, bench.grant('reader')],
        }),
      );
    }
    return planned;
  }

  it('should leave the provisioner no membership that it made them with', async () => {
    const planned = await operations();
    expect(await bench.executeAll(planned)).toEqual(
      planned.map(() => ({ state: 'done' })),
    );
    const names = planned.map(({ subject }) => subject.name);
    const groups = names.flatMap(each =>
      ['dba', 'owner', 'rw', 'ro'].map(group => `${each}_${group}`),
    );
    // What the provisioner needed to make them ended with that.
    expect(
      await server.sql(
        `SELECT roleid::regrole FROM pg_auth_members
         WHERE roleid::regrole::text = ANY ($1) AND member::regrole::text = $2
           AND ${server.isOld ? 'true' : '(set_option OR inherit_option)'}`,
        { values: [groups, server.server.provisioner.user] },
      ),
    ).toEqual([]);
  });

  it('should make the others where somebody takes a name of one at the last moment', async () => {
    const planned = await operations();
    const taken = `${planned[1].subject.name}_rw`;
    let isTaken = false;
    const results = await bench.executeAll(planned, {
      onMoment: async ({ at, keys }) => {
        if (
          !isTaken &&
          at === 'before-act' &&
          keys.some(key => key.endsWith(planned[1].steps[0].key))
        ) {
          isTaken = true;
          await server.sql(`CREATE ROLE ${taken}`);
        }
      },
    });
    expect(isTaken).toBe(true);
    expect(results.map(({ state }) => state)).toEqual([
      'done',
      'failed',
      'done',
    ]);
    expect(results[1]).toMatchObject({
      error: {
        reason: 'Conflict',
        message: expect.stringContaining(taken),
      },
    });
    // Nothing of it was made, and what somebody made is theirs.
    expect(
      await server.sql(
        `SELECT rolname FROM pg_roles WHERE rolname LIKE '${planned[1].subject.name}_%' ORDER BY 1`,
      ),
    ).toEqual([{ rolname: taken }]);
    await server.sql(`DROP ROLE ${taken}`);
  });
});
