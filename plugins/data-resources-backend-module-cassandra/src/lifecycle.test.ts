import type {
  ObjectRef,
  PlanAction,
  PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import type { Client } from 'cassandra-driver';
import { Portal } from './__testUtils__/Portal';
import { TestCluster, uniqueName } from './__testUtils__/TestCluster';
import type { KeyspaceSpec } from './keyspace/keyspaceSpec';

jest.setTimeout(120_000);

/** Keyspaces that are changed, put out of reach and brought back. */
describe('the life of a keyspace', () => {
  let cluster: TestCluster;
  let portal: Portal;
  let cleanUps: (() => Promise<unknown>)[];

  beforeAll(async () => {
    cluster = await TestCluster.create();
    portal = new Portal(cluster.instance());
  });
  beforeEach(() => {
    cleanUps = [];
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.reverse()) {
      await cleanUp();
    }
  });
  afterAll(async () => {
    await portal?.instance.close();
    await cluster?.close();
  });

  const spec = (more: Partial<KeyspaceSpec> = {}): KeyspaceSpec => ({
    replication: { [cluster.description.dataCenter]: 1 },
    durableWrites: true,
    ...more,
  });
  const me = () => `"${cluster.provisioner}"`;

  async function create(...grants: PlannedGrant[]): Promise<ObjectRef> {
    const name = uniqueName('life');
    const logins = grants.flatMap(grant => [grant.login.a, grant.login.b]);
    cleanUps.push(() => cluster.cleanUp(name, logins));
    return portal.create(name, spec(), ...grants);
  }

  async function run(
    action: PlanAction,
    object: ObjectRef,
    grants: PlannedGrant[] = [],
    wanted = spec(),
  ) {
    const plan = await portal.plan(action, object, {
      spec: wanted,
      grants: { [action === 'restore' ? 'add' : 'remove']: grants },
    });
    return { plan, result: await portal.execute(object, plan) };
  }

  async function login(username: string): Promise<Client> {
    const client = await cluster.login(username, await portal.issue(username));
    cleanUps.push(() => client.shutdown());
    return client;
  }

  const definitionOf = async ({ name }: ObjectRef) => {
    const [{ replication, durable_writes }] = await cluster.admin(
      'SELECT replication, durable_writes FROM system_schema.keyspaces WHERE keyspace_name = ?',
      [name],
    );
    return { ...replication, durable_writes };
  };
  const observe = async (object: ObjectRef) =>
    (await portal.provider.observe([object], portal.context())).get(
      object.name,
    )!;

  describe('a change', () => {
    it('should put back replicas, strategy and durability that somebody changed', async () => {
      const { dataCenter } = cluster.description;
      const object = await create();
      const agreed = await definitionOf(object);
      for (const definition of [
        `replication = {'class': 'NetworkTopologyStrategy', '${dataCenter}': 2}`,
        `replication = {'class': 'SimpleStrategy', 'replication_factor': 1}`,
        `replication = {'class': 'NetworkTopologyStrategy', '${dataCenter}': 1} AND durable_writes = false`,
      ]) {
        await cluster.admin(
          `ALTER KEYSPACE "${object.name}" WITH ${definition}`,
        );
        const { plan, result } = await run('update', object);

        expect(plan.changes).not.toEqual([]);
        expect(result).toEqual({ state: 'done' });
        expect(await definitionOf(object)).toEqual(agreed);
      }
    });

    it('should go on knowing a keyspace that it changed, also when its permissions are taken', async () => {
      const object = await create();
      const { definedAt } = object.identity!;
      const volatile = spec({ durableWrites: false });
      await run('update', object, [], volatile);
      await run('update', object);
      await cluster.admin(
        `REVOKE ALL PERMISSIONS ON KEYSPACE "${object.name}" FROM ${me()}`,
      );

      expect(object.identity).toMatchObject({ definedAt });
      expect(await observe(object)).toMatchObject({ exists: true, ours: true });
      for (const [action, wanted] of [
        ['update', volatile],
        ['quarantine', spec()],
        ['delete', spec()],
      ] as const) {
        expect((await run(action, object, [], wanted)).result).toMatchObject({
          state: 'failed',
          error: { reason: 'Unauthorized' },
        });
      }
      expect(await cluster.fingerprint(object.name)).toBeDefined();
    });

    it('should not know a keyspace that took the place of one that it changed', async () => {
      const object = await create();
      await run('update', object, [], spec({ durableWrites: false }));
      await cluster.dropKeyspace(object.name);
      await cluster.createForeign(object.name);

      expect(await observe(object)).toMatchObject({
        exists: true,
        ours: false,
      });
    });
  });

  describe('a quarantine', () => {
    const table = ({ name }: ObjectRef) => `"${name}".t`;

    /** An owner with a table, and a reader; both with an open connection. */
    async function used() {
      const [owner, reader] = [portal.grant('owner'), portal.grant('reader')];
      const object = await create(owner, reader);
      const [asOwner, asReader] = await Promise.all(
        [owner, reader].map(grant => login(grant.login.a)),
      );
      await asOwner.execute(
        `CREATE TABLE ${table(object)} (id int PRIMARY KEY)`,
      );
      await asOwner.execute(`INSERT INTO ${table(object)} (id) VALUES (1)`);
      return { owner, reader, object, asOwner, asReader };
    }

    it('should shut out connections that are open, and makers of tables, and keep the data', async () => {
      const { owner, reader, object, asOwner, asReader } = await used();
      const select = `SELECT id FROM ${table(object)}`;
      await asReader.execute(select, [], { prepare: true });
      expect((await run('quarantine', object, [owner, reader])).result).toEqual(
        { state: 'done' },
      );

      for (const [client, statement] of [
        [asReader, select],
        [asOwner, select],
        [asOwner, `INSERT INTO ${table(object)} (id) VALUES (2)`],
        [asOwner, `DROP TABLE ${table(object)}`],
        [asOwner, `CREATE TABLE "${object.name}".u (id int PRIMARY KEY)`],
        [
          asOwner,
          `GRANT SELECT ON TABLE ${table(object)} TO "${reader.login.a}"`,
        ],
      ] as const) {
        await expect(client.execute(statement)).rejects.toThrow(
          /has no \w+ permission/,
        );
      }
      await expect(
        asReader.execute(select, [], { prepare: true }),
      ).rejects.toThrow(/has no SELECT permission/);
      const access = await portal.access(object.name);
      const shutOut = [owner, reader].flatMap(grant => [
        grant.login.a,
        grant.login.b,
      ]);
      expect(access.filter(entry => shutOut.includes(entry.login))).toEqual([]);
      expect(access).toContainEqual(
        expect.objectContaining({ via: 'superuser' }),
      );

      expect((await run('restore', object, [owner, reader])).result).toEqual({
        state: 'done',
      });
      const { rows } = await asReader.execute(select);
      expect(rows.map(({ id }) => id)).toEqual([1]);
      await asOwner.execute(`INSERT INTO ${table(object)} (id) VALUES (2)`);
      await asOwner.execute(`ALTER TABLE ${table(object)} ADD v text`);
    });

    it('should take what somebody else gave a group role, and leave what others hold', async () => {
      const { owner, reader, object, asReader } = await used();
      const foreign = uniqueName('foreign');
      cleanUps.push(() => cluster.cleanUp(object.name, [foreign]));
      await cluster.admin(`CREATE ROLE "${foreign}"`);
      for (const role of [foreign, `${object.name}_ro`]) {
        await cluster.admin(
          `GRANT SELECT, MODIFY ON TABLE ${table(object)} TO "${role}"`,
        );
      }
      await run('quarantine', object, [owner, reader]);

      await expect(
        asReader.execute(`INSERT INTO ${table(object)} (id) VALUES (3)`),
      ).rejects.toThrow(/has no MODIFY permission/);
      await run('restore', object, [owner, reader]);
      await expect(
        asReader.execute(`INSERT INTO ${table(object)} (id) VALUES (3)`),
      ).rejects.toThrow(/has no MODIFY permission/);
      expect(await portal.access(object.name)).toContainEqual({
        login: foreign,
        rights: ['MODIFY', 'SELECT'],
        via: 'granted on the table t',
        givenBy: ['owner'],
      });
    });

    it('should restore what the ledger holds, though roles and members are missing', async () => {
      const { owner, reader, object, asReader } = await used();
      await run('quarantine', object, [owner, reader]);
      await cluster.admin(`DROP ROLE "${object.name}_ro"`);
      await cluster.admin(
        `REVOKE "${object.name}_owner" FROM "${owner.login.b}"`,
      );
      expect((await run('restore', object, [owner, reader])).result).toEqual({
        state: 'done',
      });

      await asReader.execute(`SELECT id FROM ${table(object)}`);
      const asOwnerB = await login(owner.login.b);
      await asOwnerB.execute(`ALTER TABLE ${table(object)} ADD w text`);
    });

    it('should have nothing to do where the keyspace is gone, or is another', async () => {
      const reader = portal.grant('reader');
      const object = await create(reader);
      await cluster.dropKeyspace(object.name);
      expect((await run('quarantine', object, [reader])).result).toEqual({
        state: 'done',
      });

      await cluster.createForeign(object.name);
      const before = await cluster.fingerprint(object.name);
      expect((await run('quarantine', object, [reader])).result).toEqual({
        state: 'done',
      });
      expect((await run('restore', object, [reader])).result).toMatchObject({
        state: 'failed',
        error: { reason: 'Conflict' },
      });
      // Somebody let our members into it: that is not ours to take, nor to overlook.
      await cluster.admin(
        `GRANT SELECT ON KEYSPACE "${object.name}" TO "${object.name}_ro"`,
      );
      expect((await run('quarantine', object, [reader])).result).toMatchObject({
        state: 'failed',
        error: { reason: 'Conflict' },
      });
      expect(await cluster.fingerprint(object.name)).toBe(before);
    });

    it('should record a definition that somebody else wrote, for the delete that follows', async () => {
      const object = await create();
      await cluster.makeVolatile(object.name);
      await run('quarantine', object);
      await cluster.admin(
        `REVOKE ALL PERMISSIONS ON KEYSPACE "${object.name}" FROM ${me()}`,
      );

      expect((await run('delete', object)).result).toMatchObject({
        state: 'failed',
        error: { reason: 'Unauthorized' },
      });
      expect(await cluster.fingerprint(object.name)).toBeDefined();
    });
  });
});
