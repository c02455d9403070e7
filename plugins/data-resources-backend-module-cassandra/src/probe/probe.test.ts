import { Portal } from '../__testUtils__/Portal';
import { TestCluster, uniqueName } from '../__testUtils__/TestCluster';
import { CassandraSession } from '../session/CassandraSession';
import { Deadline } from '../session/Deadline';
import { MetaKeyspace } from './MetaKeyspace';
import { SETTINGS } from './readSettings';

jest.setTimeout(120_000);

describe('probe', () => {
  let cluster: TestCluster;
  let cleanUps: (() => Promise<unknown>)[];

  beforeAll(async () => {
    cluster = await TestCluster.create();
  });
  beforeEach(() => {
    cleanUps = [];
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.reverse()) {
      await cleanUp();
    }
  });
  afterAll(() => cluster?.close());

  async function probe(overrides: Parameters<TestCluster['instance']>[0] = {}) {
    const portal = new Portal(cluster.instance(overrides));
    try {
      return await portal.instance.probe(portal.context());
    } finally {
      await portal.instance.close();
    }
  }

  /** Another role that a portal could work as. */
  async function provisioner() {
    const name = uniqueName('provisioner');
    await cluster.addProvisioner(name, 'secret');
    cleanUps.push(() => cluster.forget(name));
    return { name, admin: { username: name, password: 'secret' } };
  }

  it('should tell the cluster’s version, topology and facts', async () => {
    const seen = await probe({ limits: { replicas: '2' } });
    const [local] = await cluster.admin(
      'SELECT cluster_name, release_version FROM system.local',
    );

    expect(seen).toMatchObject({
      version: local.release_version,
      topology: { dataCenters: { [cluster.description.dataCenter]: 1 } },
      facts: {
        provisioner: cluster.provisioner,
        racks: { [cluster.description.dataCenter]: { rack1: 1 } },
        guardrails: {},
        validity: { roles: '0ms', permissions: '0ms', credentials: '0ms' },
        autoSnapshot: { on: false },
        limits: { replicas: 2 },
      },
    });
    expect(
      seen.conditions.map(({ type, status }) => `${type}: ${status}`),
    ).toEqual([
      'Version: ok',
      'Provisioner: ok',
      'SystemAuthReplication: ok',
      'SchemaAgreement: ok',
      'Installation: ok',
    ]);
    expect(seen.clusterId.startsWith(`${local.cluster_name}/`)).toBe(true);
  });

  it('should ask for settings that a server of this version has', async () => {
    const rows = await cluster.admin('SELECT name FROM system_views.settings');
    const known = new Set(rows.map(({ name }) => name));
    expect(SETTINGS.filter(name => !known.has(name))).toEqual([]);
  });

  it('should tell the same cluster by the same id, whoever asks', async () => {
    const { admin } = await provisioner();
    const ids = await Promise.all([probe(), probe(), probe({ admin })]);

    expect(new Set(ids.map(({ clusterId }) => clusterId)).size).toBe(1);
  });

  it('should refuse a second portal on the same role', async () => {
    const { admin, name } = await provisioner();
    await probe({ admin, installationId: 'first-portal' });
    const second = await probe({ admin, installationId: 'second-portal' });

    expect(second.conditions).toContainEqual({
      type: 'Installation',
      status: 'error',
      message: expect.stringMatching(
        new RegExp(`"${name}".*'first-portal'.*'second-portal'`),
      ),
    });
  });

  it('should name each missing permission with the statement that gives it', async () => {
    const { admin, name } = await provisioner();
    const statements = [
      `CREATE ON ALL KEYSPACES`,
      `CREATE ON ALL ROLES`,
      `DESCRIBE ON ALL ROLES`,
    ];
    const before = await probe({ admin });
    for (const permission of statements) {
      await cluster.admin(`REVOKE ${permission} FROM "${name}"`);
    }
    // DESCRIBE is what lets it read its own wide permissions in the first place.
    const { conditions, clusterId } = await probe({ admin });
    expect(clusterId).toBe(before.clusterId);
    const condition = conditions.find(({ type }) => type === 'Provisioner');
    expect(condition?.status).toBe('error');
    for (const permission of statements) {
      expect(condition?.message).toContain(`GRANT ${permission} TO "${name}"`);
      await cluster.admin(`GRANT ${permission} TO "${name}"`);
    }
    expect((await probe({ admin })).conditions).toContainEqual(
      expect.objectContaining({ type: 'Provisioner', status: 'ok' }),
    );
  });

  it('should warn of a role that could do more than it must', async () => {
    const { admin, name } = await provisioner();
    await cluster.admin(`GRANT DROP ON ALL KEYSPACES TO "${name}"`);
    expect((await probe({ admin })).conditions).toContainEqual({
      type: 'Provisioner',
      status: 'warn',
      message: expect.stringContaining(
        `REVOKE DROP ON ALL KEYSPACES FROM "${name}"`,
      ),
    });

    await cluster.admin(`ALTER ROLE "${name}" WITH SUPERUSER = true`);
    expect((await probe({ admin })).conditions).toContainEqual({
      type: 'Provisioner',
      status: 'warn',
      message: expect.stringContaining(
        `ALTER ROLE "${name}" WITH SUPERUSER = false`,
      ),
    });
  });

  it('should warn of what it cannot see, and go on', async () => {
    const { admin, name } = await provisioner();
    for (const permission of [
      'SELECT ON KEYSPACE system_views',
      'SELECT ON TABLE system_auth.role_members',
    ]) {
      await cluster.admin(`REVOKE ${permission} FROM "${name}"`);
      expect((await probe({ admin })).conditions).toContainEqual(
        expect.objectContaining({
          status: 'warn',
          message: expect.stringContaining(`GRANT ${permission} TO "${name}"`),
        }),
      );
    }
  });

  it('should ask for a share in the keyspace that another portal made', async () => {
    const { admin, name } = await provisioner();
    await probe();
    await cluster.admin(
      `REVOKE ALL PERMISSIONS ON KEYSPACE data_resources_meta FROM "${name}"`,
    );
    const permission =
      'CREATE, SELECT, MODIFY ON KEYSPACE "data_resources_meta"';

    expect((await probe({ admin })).conditions).toContainEqual({
      type: 'Installation',
      status: 'error',
      message: expect.stringContaining(`GRANT ${permission} TO "${name}"`),
    });
    // Which cluster it is cannot be told then, which does not make another one of it.
    const portal = new Portal(cluster.instance({ admin }));
    cleanUps.push(() => portal.instance.close());
    expect(await portal.instance.identify(portal.context())).toEqual({
      state: 'hidden',
      why: expect.stringContaining(`GRANT ${permission} TO "${name}"`),
    });
    await cluster.admin(`GRANT ${permission} TO "${name}"`);
    const { conditions, clusterId } = await probe({ admin });
    expect(conditions).toContainEqual(
      expect.objectContaining({ type: 'Installation', status: 'ok' }),
    );
    expect(await portal.instance.identify(portal.context())).toEqual({
      state: 'known',
      id: clusterId,
    });
  });

  it('should make its keyspace at the first use, also when several backends come at once', async () => {
    const keyspace = uniqueName('meta');
    cleanUps.push(() => cluster.dropKeyspace(keyspace));
    const sessions = Array.from({ length: 3 }, () =>
      CassandraSession.create({
        name: 'cassandra-test',
        admin: {
          contactPoints: cluster.description.contactPoints,
          port: cluster.description.port,
          tls: false,
          username: cluster.provisioner,
          password: cluster.password,
          callTimeoutMs: 10_000,
        },
      }),
    );
    const look = () =>
      MetaKeyspace.create({
        session: sessions[0],
        installationId: 'x',
        keyspace,
      }).clusterId(
        Deadline.start({ signal: new AbortController().signal }, 10_000),
      );
    expect(await look()).toEqual({ state: 'none' });
    const facts = await Promise.all(
      sessions.map(session =>
        MetaKeyspace.create({ session, installationId: 'x', keyspace }).facts(
          { [cluster.description.dataCenter]: 1 },
          Deadline.start({ signal: new AbortController().signal }, 30_000),
        ),
      ),
    );
    expect(await look()).toEqual({ state: 'kept', id: facts[0].clusterId });
    await Promise.all(sessions.map(session => session.close()));

    expect(new Set(facts.map(({ clusterId }) => clusterId)).size).toBe(1);
    expect(facts.map(({ condition }) => condition.status)).toEqual([
      'ok',
      'ok',
      'ok',
    ]);
    const rows = await cluster.admin(
      `SELECT name, value FROM ${keyspace}.facts`,
    );
    expect(rows.map(({ name, value }) => `${name}=${value}`).sort()).toEqual([
      `cluster=${facts[0].clusterId}`,
      `provisioner:${cluster.provisioner}=x`,
    ]);
    expect(await cluster.fingerprint(keyspace)).toContain(cluster.provisioner);
  });
});
