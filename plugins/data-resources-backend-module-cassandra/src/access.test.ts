import {
  type EffectiveAccess,
  SharedReads,
} from '@data-resources/plugin-data-resources-node';
import { Portal } from './__testUtils__/Portal';
import { TestCluster, uniqueName } from './__testUtils__/TestCluster';

jest.setTimeout(120_000);

/** Ways into a keyspace that are not the portal's. */
describe('the access to a keyspace', () => {
  let cluster: TestCluster;
  let portal: Portal;
  let cleanUps: (() => Promise<unknown>)[];

  beforeAll(async () => {
    cluster = await TestCluster.create();
  });
  beforeEach(() => {
    cleanUps = [];
    portal = new Portal(cluster.instance());
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.reverse()) {
      await cleanUp();
    }
    await portal.instance.close();
  });
  afterAll(() => cluster?.close());

  async function createRole(role: string) {
    await cluster.admin(`CREATE ROLE "${role}"`);
    cleanUps.push(() => cluster.admin(`DROP ROLE "${role}"`));
  }

  it('should tell who may let others in by a permission on a group role', async () => {
    const name = uniqueName('access');
    const grant = portal.grant('writer');
    cleanUps.push(() => cluster.cleanUp(name, [grant.login.a, grant.login.b]));
    await portal.create(
      name,
      {
        replication: { [cluster.description.dataCenter]: 1 },
        durableWrites: true,
      },
      grant,
    );
    const [friend, steward] = [uniqueName('friend'), uniqueName('steward')];
    for (const role of [friend, steward]) {
      await createRole(role);
    }
    await cluster.admin(`GRANT AUTHORIZE ON ROLE "${name}_rw" TO "${friend}"`);
    await cluster.admin(`GRANT ALTER ON ALL ROLES TO "${steward}"`);
    await cluster.admin(`GRANT "${steward}" TO "${friend}"`);
    const seen = [
      {
        login: friend,
        rights: ['AUTHORIZE'],
        via: `granted on the role ${name}_rw`,
      },
      {
        login: friend,
        rights: ['ALTER'],
        via: `member of ${steward}, granted on all roles`,
        formerly: `member of ${steward}`,
      },
      { login: steward, rights: ['ALTER'], via: 'granted on all roles' },
    ];
    const ofThem = (entries: EffectiveAccess[]) =>
      entries.filter(({ login }) => [friend, steward].includes(login));
    expect(ofThem(await portal.access(name))).toEqual(seen);

    // The drift pass reads all at once, and sees the same.
    const together = await portal.provider.access([{ name }], {
      ...portal.context(),
      reads: new SharedReads(),
    });
    expect(together.get(name)).toEqual(await portal.access(name));
    // A way in for others is no use of one's own.
    const users = await portal.provider.inspect([{ name }], portal.context());
    expect(users.get(name)!.users).toEqual([]);
  });
});
