import fc from 'fast-check';
import type { Client } from 'cassandra-driver';
import { TestCluster, uniqueName } from '../__testUtils__/TestCluster';
import { hostileText } from './__testUtils__/hostile';
import { createKeyspace, createRole, dropRole, grantRole } from './statements';
import { quoteIdentifier, quoteLiteral } from './quote';

jest.setTimeout(120_000);

const RUNS = 300;

const hostile = hostileText();

describe('quoting', () => {
  let cluster: TestCluster;
  let client: Client;

  beforeAll(async () => {
    cluster = await TestCluster.create();
    client = await cluster.login(cluster.provisioner, cluster.password);
  });
  afterAll(async () => {
    await client?.shutdown();
    await cluster?.close();
  });

  it('should keep any identifier as it is on the server', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async name => {
        const { columns } = await client.execute(
          `SELECT key AS ${quoteIdentifier(name)} FROM system.local`,
        );
        expect(columns.map(column => column.name)).toEqual([name]);
      }),
      { numRuns: RUNS },
    );
  });

  it('should keep any literal as it is on the server', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async text => {
        const { rows } = await client.execute(
          `SELECT (text)${quoteLiteral(text)} AS value FROM system.local`,
        );
        expect(rows[0].value).toBe(text);
      }),
      { numRuns: RUNS },
    );
  });

  it('should make roles of the very name, and let nothing else happen', async () => {
    // The server itself cannot grant on, or drop, a role with a single quote in its name.
    const names = [
      'a"b',
      'x"; DROP ROLE "y',
      'with space',
      'ünï',
      '--',
      'A',
    ].map(stem => uniqueName(stem));
    const member = uniqueName('member');
    await client.execute(createRole(member));
    for (const name of names) {
      await client.execute(createRole(name));
      await client.execute(grantRole(name, member));
    }
    const [{ member_of: roles }] = await cluster.admin(
      'SELECT member_of FROM system_auth.roles WHERE role = ?',
      [member],
    );
    expect([...roles].sort()).toEqual([...names].sort());
    for (const name of [...names, member]) {
      await client.execute(dropRole(name));
    }
  });

  it('should be refused by the server, and not misread, where a name cannot be', async () => {
    // What this role makes it is given permissions on; other suites make keyspaces meanwhile.
    const owned = async () =>
      (
        await cluster.admin(
          'SELECT resource FROM system_auth.role_permissions WHERE role = ?',
          [cluster.provisioner],
        )
      ).map(({ resource }) => resource);
    const before = await owned();
    await fc.assert(
      fc.asyncProperty(
        hostile.filter(name => !/^\w+$/.test(name)),
        async keyspace => {
          await expect(
            client.execute(
              createKeyspace({
                keyspace,
                replication: { [cluster.description.dataCenter]: 1 },
                durableWrites: true,
              }),
            ),
          ).rejects.toThrow(/Keyspace name must/);
        },
      ),
      { numRuns: 100 },
    );
    await fc.assert(
      fc.asyncProperty(
        hostile.filter(name => !/^\w+$/.test(name)),
        async dataCenter => {
          await expect(
            client.execute(
              createKeyspace({
                keyspace: 'never_made',
                replication: { [dataCenter]: 1 },
                durableWrites: true,
              }),
            ),
          ).rejects.toThrow(/Unrecognized strategy option/);
        },
      ),
      { numRuns: 100 },
    );
    expect(await owned()).toEqual(before);
  });

  it('should refuse what is no text', () => {
    expect(() => quoteIdentifier('')).toThrow(/empty/);
    expect(() => quoteIdentifier('a\ud800')).toThrow(/surrogate/);
    expect(() => quoteLiteral('\udc00')).toThrow(/surrogate/);
  });
});
