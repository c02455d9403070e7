import { Portal } from '../__testUtils__/Portal';
import { TestCluster, uniqueName } from '../__testUtils__/TestCluster';

jest.setTimeout(120_000);

/** Plain clients' logins on a cluster that limits them. */
describe('logins that are limited to data centres', () => {
  let cluster: TestCluster;
  let portals: Portal[];
  let cleanUps: (() => Promise<unknown>)[];

  beforeAll(async () => {
    cluster = await TestCluster.create();
  });
  beforeEach(() => {
    cleanUps = [];
    portals = [];
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.reverse()) {
      await cleanUp();
    }
    for (const { instance } of portals) {
      await instance.close();
    }
  });
  afterAll(() => cluster?.close());

  function portalWith(client: { dataCenters?: string }): Portal {
    const portal = new Portal(cluster.instance({ client }));
    portals.push(portal);
    return portal;
  }

  async function create(portal: Portal) {
    const name = uniqueName('limited');
    const grant = portal.grant('reader');
    cleanUps.push(() => cluster.cleanUp(name, [grant.login.a, grant.login.b]));
    await portal.create(
      name,
      {
        replication: { [cluster.description.dataCenter]: 1 },
        durableWrites: true,
      },
      grant,
    );
    return grant;
  }

  /** As if the cluster had another data centre, and the login were limited to that. */
  async function limitElsewhere(login: string) {
    await cluster.admin(
      `UPDATE system_auth.network_permissions SET dcs = {'elsewhere'} WHERE role = 'roles/${login}'`,
    );
  }

  it('should be made so, and come in through those alone', async () => {
    const { dataCenter } = cluster.description;
    const portal = portalWith({ dataCenters: dataCenter });
    const { login } = await create(portal);
    const rows = await cluster.admin(
      'SELECT role, dcs FROM system_auth.network_permissions WHERE role IN ?',
      [[`roles/${login.a}`, `roles/${login.b}`]],
    );
    expect(rows.map(({ dcs }) => dcs)).toEqual([[dataCenter], [dataCenter]]);

    const password = await portal.issue(login.a);
    expect(await cluster.canLogin(login.a, password)).toBe(true);
    await limitElsewhere(login.a);
    await expect(cluster.login(login.a, password)).rejects.toThrow(
      /You do not have access to this datacenter/,
    );
  });

  it('should not be handed out where they were made before', async () => {
    const { dataCenter } = cluster.description;
    const { login } = await create(portalWith({}));
    const portal = portalWith({ dataCenters: dataCenter });
    const limit = `ALTER ROLE "${login.a}" WITH ACCESS TO DATACENTERS {'${dataCenter}'}`;

    await expect(portal.issue(login.a)).rejects.toMatchObject({
      reason: 'Conflict',
      message: expect.stringContaining(limit),
    });
    const seen = await portal.instance.logins.observe(
      [login.a],
      portal.context(),
    );
    expect(seen.get(login.a)).toEqual({ exists: true, enabled: false });

    await cluster.admin(limit);
    const password = await portal.issue(login.a);
    expect(await cluster.canLogin(login.a, password)).toBe(true);
  });

  it('should be drift where they can come in elsewhere, and be mended by who may', async () => {
    const { dataCenter } = cluster.description;
    const { role, login, principal } = await create(portalWith({}));
    await portals[0].issue(login.a);
    const portal = portalWith({ dataCenters: dataCenter });
    const name = uniqueName('limited');
    cleanUps.push(() => cluster.cleanUp(name));
    const object = await portal.create(name, {
      replication: { [dataCenter]: 1 },
      durableWrites: true,
    });
    const plan = await portal.plan('grant', object, {
      grants: { add: [portal.grant(role, principal)] },
    });
    const [{ kind, args }] = plan.steps;
    const look = async () =>
      (
        await portal.provider.check(
          [{ key: 'it', kind, args, object }],
          portal.context(),
        )
      ).get('it');

    expect(await look()).toMatchObject({
      state: 'pending',
      changes: [
        {
          path: `access.${login.a}.dataCenters`,
          from: 'all',
          to: [dataCenter],
          kind: 'in-place',
        },
      ],
    });
    expect(await portal.execute(object, plan)).toMatchObject({
      state: 'failed',
      error: {
        reason: 'Unauthorized',
        message: expect.stringContaining(
          `An administrator runs: ALTER ROLE "${login.a}" WITH ACCESS TO DATACENTERS {'${dataCenter}'};`,
        ),
      },
    });

    await cluster.admin(
      `ALTER ROLE "${cluster.provisioner}" WITH SUPERUSER = true`,
    );
    try {
      expect(await portal.execute(object, plan)).toEqual({ state: 'done' });
    } finally {
      await cluster.admin(
        `ALTER ROLE "${cluster.provisioner}" WITH SUPERUSER = false`,
      );
    }
    const [{ dcs }] = await cluster.admin(
      'SELECT dcs FROM system_auth.network_permissions WHERE role = ?',
      [`roles/${login.a}`],
    );
    expect(dcs).toEqual([dataCenter]);
    expect(await look()).toEqual({ state: 'satisfied' });
  });

  it('should be told by the preflight', async () => {
    const conditions = async (dataCenters?: string) => {
      const portal = portalWith({ dataCenters });
      const probe = await portal.instance.probe(portal.context());
      return probe.conditions.filter(({ type }) => type === 'LoginDataCenters');
    };
    const { dataCenter } = cluster.description;
    expect(await conditions()).toEqual([]);
    expect(await conditions(dataCenter)).toMatchObject([{ status: 'ok' }]);
    expect(await conditions(`${dataCenter},elsewhere`)).toMatchObject([
      { status: 'error', message: expect.stringContaining('names elsewhere') },
    ]);
  });
});
