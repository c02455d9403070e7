import { createContext, Script } from 'node:vm';
import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import { exportInput } from '@data-resources/plugin-data-resources-node/testUtils';
import { cqlAsAdmin } from '@data-resources/test-engines';
import * as driver from 'cassandra-driver';
import { Portal } from './__testUtils__/Portal';
import { TestCluster, uniqueName } from './__testUtils__/TestCluster';
import { keyspaceExports } from './keyspace/exports';
import type { KeyspaceSpec } from './keyspace/keyspaceSpec';

jest.setTimeout(120_000);

/** What is exported makes the same again, and a real client logs in by it. */
describe('exports of a keyspace', () => {
  let cluster: TestCluster;
  let portal: Portal;
  let spec: KeyspaceSpec;
  const made: { name: string; grants: PlannedGrant[] }[] = [];

  beforeAll(async () => {
    cluster = await TestCluster.create();
    portal = new Portal(cluster.instance());
    spec = {
      replication: { [cluster.description.dataCenter]: 1 },
      durableWrites: true,
      schema: `CREATE TYPE line (sku text);
        CREATE TABLE by_day (day date PRIMARY KEY, lines list<frozen<line>>) WITH comment = 'it''s ours';
        CREATE INDEX ON by_day (lines);`,
    };
  });
  afterAll(async () => {
    for (const { name, grants } of made) {
      await cluster.cleanUp(
        name,
        grants.flatMap(({ login }) => [login.a, login.b]),
      );
    }
    await portal?.instance.close();
    await cluster?.close();
  });

  function subject() {
    const writer = portal.grant('writer');
    const grants = [
      portal.grant('owner'),
      portal.grant('reader', writer.principal),
      writer,
    ];
    const one = { name: uniqueName('exports'), grants };
    made.push(one);
    return one;
  }

  function render(
    id: string,
    { name, grants }: { name: string; grants: PlannedGrant[] },
    connection: object = {},
  ): string {
    const input = exportInput({
      instance: portal.instance,
      type: 'cassandra-keyspace',
      name,
      spec,
      grants,
    });
    return keyspaceExports
      .find(format => format.id === id)!
      .render({
        ...input,
        spec,
        connection: { ...input.connection, ...connection },
        variables: {
          username: 'CASSANDRA_USERNAME',
          password: 'CASSANDRA_PASSWORD',
        },
      })!.text;
  }

  /** Statements one after the other, as `cqlsh -f` sends them. */
  async function asAdmin(text: string): Promise<void> {
    const statements = text
      .replace(/^--.*$/gm, '')
      .split(/;\n/)
      .map(statement => statement.trim())
      .filter(Boolean);
    for (const statement of statements) {
      await cqlAsAdmin(statement);
    }
  }

  /** All that the cluster says of a keyspace and its roles, with its names made alike. */
  async function picture({
    name,
    grants,
  }: {
    name: string;
    grants: PlannedGrant[];
  }) {
    const rows = [
      ...(await cqlAsAdmin(
        'SELECT replication, durable_writes FROM system_schema.keyspaces WHERE keyspace_name = ?',
        [name],
      )),
      ...(await cqlAsAdmin(
        'SELECT role, can_login, is_superuser, member_of FROM system_auth.roles',
      )),
      ...(await cqlAsAdmin(
        'SELECT role, resource, permissions FROM system_auth.role_permissions',
      )),
      ...(await cqlAsAdmin(
        'SELECT keyspace_name, column_name, type FROM system_schema.columns WHERE keyspace_name = ?',
        [name],
      )),
      ...(await cqlAsAdmin(
        'SELECT keyspace_name, comment FROM system_schema.tables WHERE keyspace_name = ?',
        [name],
      )),
      ...(await cqlAsAdmin(
        'SELECT keyspace_name, index_name, kind, options FROM system_schema.indexes WHERE keyspace_name = ?',
        [name],
      )),
    ].map(row => JSON.stringify(row));
    const bases = [...new Set(grants.map(({ login }) => login.base))];
    return (
      rows
        .filter(
          text =>
            /replication/.test(text) ||
            text.includes(name) ||
            bases.some(base => text.includes(base)),
        )
        // Whoever makes a thing is given all of it, and that is not the same one.
        .filter(
          text =>
            !/^{"role":"(provisioner_\w+|cassandra)","resource"/.test(text),
        )
        .map(text =>
          bases.reduce(
            (left, base, index) => left.replaceAll(base, `login-${index}`),
            text.replaceAll(name, 'the-keyspace'),
          ),
        )
        .sort()
    );
  }

  it('should be CQL that limits logins to the data centres that the portal’s are limited to', async () => {
    const ours = subject();
    const { dataCenter } = cluster.description;
    await asAdmin(render('cql', ours, { loginDataCenters: [dataCenter] }));
    const { a, b } = ours.grants[0].login;
    expect(
      await cqlAsAdmin(
        'SELECT role, dcs FROM system_auth.network_permissions WHERE role IN ?',
        [[`roles/${a}`, `roles/${b}`]],
      ),
    ).toEqual(
      [a, b].map(login => ({ role: `roles/${login}`, dcs: [dataCenter] })),
    );
  });

  it('should be CQL that makes the same keyspace, roles and logins', async () => {
    const ours = subject();
    const theirs = subject();
    await portal.create(ours.name, spec, ...ours.grants);
    await asAdmin(render('cql', theirs));

    const expected = await picture(ours);
    expect(expected.length).toBeGreaterThan(12);
    expect(await picture(theirs)).toEqual(expected);
  });

  it('should be a module of Node.js that logs in', async () => {
    const { name, grants } = subject();
    await portal.create(name, spec, ...grants);
    const username = grants[0].login.a;
    const password = await portal.issue(username);
    const text = render('node', { name, grants });
    const { client } = new Script(`${text}\n({ client });`).runInContext(
      createContext({
        require: (module: string) =>
          module === 'cassandra-driver' ? driver : undefined,
        process: {
          env: {
            CASSANDRA_USERNAME: username,
            CASSANDRA_PASSWORD: password,
          },
        },
      }),
    ) as { client: driver.Client };
    await client.connect();
    const keyspace = client.keyspace;
    await client.shutdown();

    expect(text).not.toContain(password);
    expect(keyspace).toBe(name);
  });

  it('should keep the case of a name, and trust its authority, for each driver', () => {
    const one = { name: 'Orders', grants: [portal.grant('reader')] };
    const connection = {
      contactPoints: ['n1.example.com', '::1'],
      localDataCenter: 'dc "1"',
      tls: true,
      ca: '-----BEGIN CERTIFICATE-----',
    };

    const java = render('java', one, connection);
    expect(java).toContain('session-keyspace = "\\"Orders\\""');
    expect(java).toContain('username = ${CASSANDRA_USERNAME}');
    expect(java).toContain('local-datacenter = "dc \\"1\\""');
    expect(java).toContain('class = DefaultSslEngineFactory');
    const python = render('python', one, connection);
    expect(python).toContain('cluster.connect("Orders")');
    expect(python).toContain('create_default_context(cafile="ca.pem")');
    const cqlsh = render('cqlsh', one, connection);
    expect(cqlsh).toContain('SSL_CERTFILE=ca.pem cqlsh');
    expect(cqlsh).not.toMatch(/--password/);
  });
});
