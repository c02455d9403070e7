import type {
  DataRequest,
  DataResource,
} from '@data-resources/plugin-data-resources-common';
import {
  cqlAsAdmin,
  kafkaAcls,
  kafkaTopics,
  sqlAsAdmin,
} from '@data-resources/test-engines';
import { expect, test } from '@playwright/test';
import { entityOf } from './support/catalog';
import { withCassandra } from './support/clients/cassandra';
import { consume, produce } from './support/clients/kafka';
import { withPostgres } from './support/clients/postgres';
import { components, useComponents } from './support/components';
import { eventually } from './support/eventually';
import {
  database,
  keyspace,
  ofLogistics,
  PAYMENTS,
  topic,
} from './support/inputs';
import { auditor, developer, neighbour } from './support/Person';
import {
  activeGrant,
  ask,
  completed,
  create,
  grantsOf,
  resource,
} from './support/requests';
import { issue } from './support/secrets';

const types = {
  topic: {
    make: topic,
    roles: ['producer', 'consumer'],
    policy: 'small-topics-in-dev',
  },
  keyspace: {
    make: keyspace,
    roles: ['writer'],
    policy: 'keyspaces-in-dev',
  },
  database: {
    make: database,
    roles: ['owner'],
    policy: 'small-databases-in-dev',
  },
} as const;
type Kind = keyof typeof types;
const kinds = Object.keys(types) as Kind[];

test.describe('a developer who orders a topic, a keyspace and a database', () => {
  useComponents();
  const asked = {} as Record<Kind, DataRequest>;
  const done = {} as Record<Kind, DataRequest>;
  const mine = {} as Record<Kind, DataResource>;
  const theirs = {} as Record<Kind, DataResource>;

  test.beforeAll(async () => {
    for (const kind of kinds) {
      const { make, roles } = types[kind];
      const grantsFor = (principal: string) =>
        roles.map(role => ({ principal, role }));
      asked[kind] = await ask(
        developer,
        make(undefined, { grants: grantsFor(components.api) }),
      );
      done[kind] = await completed(developer, asked[kind]);
      mine[kind] = await resource(developer, done[kind].resourceId!);
      await eventually(
        `${mine[kind].entityRef} is in the catalog`,
        () => entityOf(mine[kind]),
        entity => entity !== undefined,
        5_000,
      );
      theirs[kind] = await create(
        neighbour,
        make(undefined, {
          ...ofLogistics,
          grants: grantsFor(components.shipper),
        }),
      );
    }
  });

  for (const kind of kinds) {
    test(`should have the ${kind} made without anybody's approval`, async () => {
      const { policy } = types[kind];
      expect(asked[kind].plan.approval).toMatchObject({ mode: 'auto', policy });
      expect(done[kind].decisions).toEqual([
        expect.objectContaining({
          effect: 'approve',
          by: `policy:${policy}`,
          planHash: asked[kind].plan.hash,
        }),
      ]);
      expect(done[kind].execution.map(({ state }) => state)).toEqual(
        asked[kind].plan.steps.map(() => 'done'),
      );
      expect(mine[kind]).toMatchObject({
        phase: 'ready',
        name: asked[kind].name,
        owner: PAYMENTS,
        spec: asked[kind].input.spec,
        generation: mine[kind].observedGeneration,
      });
      expect(mine[kind].conditions).toContainEqual(
        expect.objectContaining({ type: 'Ready', status: 'true' }),
      );
    });

    test(`should find the ${kind} in the catalog`, async () => {
      const found = await entityOf(mine[kind]);
      expect(found!.spec).toMatchObject({
        type: mine[kind].type,
        owner: PAYMENTS,
        system: 'system:default/payments',
      });
      // The other side of a relation is stitched a moment later.
      const { relations } = (await eventually(
        `${components.api} is shown as a user of the ${kind}`,
        () => entityOf(mine[kind]),
        entity => entity!.relations.some(({ type }) => type === 'dependencyOf'),
      ))!;
      expect(
        relations.map(({ type, targetRef }) => `${type} ${targetRef}`),
      ).toEqual(
        expect.arrayContaining([
          `dependsOn resource:default/${mine[kind].instance}`,
          `dependencyOf ${components.api}`,
          `ownedBy ${PAYMENTS}`,
          'partOf system:default/payments',
        ]),
      );
    });
  }

  test('should find that the topic is what Kafka itself knows', async () => {
    const { name } = mine.topic;
    const described = await kafkaTopics(['--describe', '--topic', name]);
    expect(described).toContain('PartitionCount: 3');
    expect(described).toContain('ReplicationFactor: 1');
    const acls = await kafkaAcls(['--list', '--topic', name]);
    const { effectiveAccess } = await grantsOf(developer, mine.topic);
    const logins = [...acls.matchAll(/principal=(User:[^,]+),/g)].map(
      match => match[1],
    );
    expect(new Set(logins).size).toBe(2);
    // The portal's own rights and those of super users are no client's.
    const clients = effectiveAccess.items.filter(({ internal }) => !internal);
    expect(new Set(clients.map(({ login }) => login))).toEqual(new Set(logins));
    expect(clients.every(({ principal }) => principal === components.api)).toBe(
      true,
    );
  });

  test('should find that the keyspace is what Cassandra itself knows', async () => {
    const { name } = mine.keyspace;
    const [row] = await cqlAsAdmin(
      'SELECT replication, durable_writes FROM system_schema.keyspaces WHERE keyspace_name = ?',
      [name],
    );
    expect(row.replication).toEqual({
      class: 'org.apache.cassandra.locator.NetworkTopologyStrategy',
      dc1: '1',
    });
    const permissions = await cqlAsAdmin('LIST ALL PERMISSIONS');
    const { effectiveAccess } = await grantsOf(developer, mine.keyspace);
    const holders = permissions
      .filter(({ resource: on }) => String(on).includes(name))
      .map(({ role }) => String(role));
    expect(holders.length).toBeGreaterThan(0);
    expect(effectiveAccess.items.length).toBeGreaterThan(0);
  });

  test('should get a login on Cassandra that is closed until its credentials are taken', async () => {
    const made = await create(
      developer,
      keyspace(undefined, {
        grants: [{ principal: components.silent, role: 'reader' }],
      }),
    );
    const { effectiveAccess } = await grantsOf(developer, made);
    const logins = effectiveAccess.items
      .filter(({ principal }) => principal === components.silent)
      .map(({ login }) => login);
    expect(logins).toHaveLength(2);
    for (const login of logins) {
      const rows = await cqlAsAdmin(
        'SELECT can_login, is_superuser FROM system_auth.roles WHERE role = ?',
        [login],
      );
      expect(rows).toMatchObject([{ can_login: false, is_superuser: false }]);
    }
  });

  test('should find that the database is what PostgreSQL itself knows', async () => {
    const { name } = mine.database;
    const [row] = await sqlAsAdmin<{
      owner: string;
      datconnlimit: number;
      public: boolean;
    }>(
      'postgres-dev',
      `SELECT pg_get_userbyid(datdba) AS owner, datconnlimit,
         has_database_privilege('public', oid, 'CONNECT') AS public
       FROM pg_database WHERE datname = $1`,
      { values: [name] },
    );
    expect(row).toEqual({
      owner: `${name}_dba`,
      datconnlimit: 10,
      public: false,
    });
    const { effectiveAccess } = await grantsOf(developer, mine.database);
    const logins = effectiveAccess.items
      .filter(({ principal }) => principal === components.api)
      .map(({ login }) => login);
    const roles = await sqlAsAdmin<{ rolname: string; rolsuper: boolean }>(
      'postgres-dev',
      `SELECT rolname, rolsuper FROM pg_roles
       WHERE pg_has_role(oid, $1, 'MEMBER') AND rolcanlogin AND NOT rolsuper`,
      { values: [`${name}_owner`] },
    );
    const provisioner = roles.filter(({ rolname }) => logins.includes(rolname));
    expect(provisioner).toHaveLength(2);
  });

  test("should produce and consume, and be refused on somebody else's topic", async () => {
    const credentials = await issue(developer, mine.topic, components.api);

    await produce(credentials, 'hello');
    expect(await consume(credentials)).toBe('hello');

    await expect(produce(credentials, 'no', theirs.topic.name)).rejects.toThrow(
      'TOPIC_AUTHORIZATION_FAILED',
    );
    await expect(consume(credentials, theirs.topic.name)).rejects.toThrow(
      'TOPIC_AUTHORIZATION_FAILED',
    );
  });

  test("should write and read a row in Cassandra, and be refused on somebody else's keyspace", async () => {
    const { name } = mine.keyspace;
    const other = theirs.keyspace.name;
    for (const each of [name, other]) {
      await cqlAsAdmin(
        `CREATE TABLE "${each}".notes (id int PRIMARY KEY, note text)`,
      );
    }
    const credentials = await issue(developer, mine.keyspace, components.api);

    await withCassandra(credentials, async client => {
      await client.execute(
        `INSERT INTO "${name}".notes (id, note) VALUES (1, 'hello')`,
      );
      const { rows } = await client.execute(
        `SELECT note FROM "${name}".notes WHERE id = 1`,
      );
      expect(rows[0].note).toBe('hello');
      for (const refused of [
        `SELECT note FROM "${other}".notes`,
        `INSERT INTO "${other}".notes (id, note) VALUES (1, 'no')`,
        `DROP TABLE "${name}".notes`,
        `DROP KEYSPACE "${other}"`,
      ]) {
        await expect(client.execute(refused)).rejects.toThrow(
          /has no (\w+ )+permission/,
        );
      }
    });
  });

  test("should write and read a row in PostgreSQL, and be refused on somebody else's database", async () => {
    const credentials = await issue(developer, mine.database, components.api);

    await withPostgres(credentials, async client => {
      await client.query('CREATE TABLE notes (id int PRIMARY KEY, note text)');
      await client.query("INSERT INTO notes VALUES (1, 'hello')");
      const { rows } = await client.query('SELECT note FROM notes');
      expect(rows).toEqual([{ note: 'hello' }]);
    });
    await expect(
      withPostgres(
        credentials,
        client => client.query('SELECT 1'),
        theirs.database.name,
      ),
    ).rejects.toThrow('permission denied for database');
  });

  test('should let anybody look, and only its people act', async () => {
    for (const kind of kinds) {
      const asOwner = await resource(developer, mine[kind].id);
      expect(asOwner.can).toEqual(expect.arrayContaining(['delete', 'grant']));
      const grant = await activeGrant(developer, mine[kind], components.api);
      expect(grant.can.sort()).toEqual(['credentials', 'revoke']);
      expect((await resource(auditor, mine[kind].id)).can).toEqual([]);
    }
  });
});
