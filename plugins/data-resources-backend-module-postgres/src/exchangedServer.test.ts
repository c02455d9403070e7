import type { EngineInstance } from '@data-resources/plugin-data-resources-node';
import { sqlAsAdmin, testEngine } from '@data-resources/test-engines';
import { PostgresBench } from './__testUtils__/PostgresBench';
import { contextOf } from './__testUtils__/contextOf';

jest.setTimeout(60_000);

const PASSWORD = 'the-same-on-both';

/** The address of one server leads to another one while connections to the first live on. */
describe('a server that is exchanged behind its address', () => {
  let bench: PostgresBench;
  let role: string;
  let instance: EngineInstance;

  const ids = async () =>
    Promise.all(
      (['postgres-dev', 'postgres-prod'] as const).map(async name => {
        const [{ id }] = await sqlAsAdmin<{ id: string }>(
          name,
          'SELECT system_identifier::text AS id FROM pg_control_system()',
        );
        return id;
      }),
    );
  const onBoth = (sql: string) =>
    Promise.all(
      (['postgres-dev', 'postgres-prod'] as const).map(name =>
        sqlAsAdmin(name, sql),
      ),
    );

  beforeEach(async () => {
    bench = await PostgresBench.create();
    role = bench.uniqueName();
    await onBoth(
      `CREATE ROLE ${role} LOGIN CREATEROLE CREATEDB PASSWORD '${PASSWORD}'`,
    );
    await onBoth(`GRANT CONNECT ON DATABASE postgres TO ${role}`);
    instance = bench.openInstance({
      admin: { user: role, password: PASSWORD },
    });
  });
  afterEach(async () => {
    await instance?.close();
    await onBoth(`REVOKE ALL ON DATABASE postgres FROM ${role}`);
    await onBoth(`DROP ROLE ${role}`);
    await bench?.close();
  });

  const identity = async () => instance.identify(contextOf());

  it('should not be used by any connection, old or new, until it is told or is back', async () => {
    const [own, other] = await ids();
    expect(await identity()).toEqual({ state: 'known', id: own });
    instance.bind!(own);
    await instance.probe(contextOf());

    bench.proxy.redirect(testEngine('postgres-prod'));
    // More at once than there are connections.
    const looks = await Promise.allSettled(
      Array.from({ length: 6 }, () => instance.probe(contextOf())),
    );
    expect(
      looks.flatMap(look =>
        look.status === 'fulfilled' ? [look.value.clusterId] : [],
      ),
    ).not.toContain(other);
    expect(
      looks.flatMap(look =>
        look.status === 'rejected' ? [look.reason.message] : [],
      ),
    ).toContainEqual(
      expect.stringContaining(
        `its system identifier is ${other}, and not ${own}`,
      ),
    );
    await expect(instance.probe(contextOf())).rejects.toMatchObject({
      reason: 'Unreachable',
    });
    expect(await identity()).toEqual({ state: 'known', id: other });

    bench.proxy.redirect(bench.server);
    expect(await identity()).toEqual({ state: 'known', id: own });
    expect((await instance.probe(contextOf())).clusterId).toBe(own);
  });
});
