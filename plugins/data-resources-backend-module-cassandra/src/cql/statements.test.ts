import fc from 'fast-check';
import type { Client } from 'cassandra-driver';
import { TestCluster, uniqueName } from '../__testUtils__/TestCluster';
import { quoteIdentifier } from './quote';
import * as cql from './statements';

jest.setTimeout(180_000);

/** How many names and values go to the server in all, at least. */
const LEAST = 2_000;
const AT_ONCE = 16;

/**
 * Every statement that the module can write, with hostile names and values, on the real server: it
 * does what it says to the very object that it names, or is refused, and nothing else happens.
 */
describe('statements with hostile names and values', () => {
  let cluster: TestCluster;
  let client: Client;
  let sent = 0;
  /** What is there to be harmed: ours, so that no missing permission keeps it from harm. */
  const keyspace = uniqueName('victim');
  const [role, member] = [uniqueName('victim'), uniqueName('member')];
  const HARM = [
    `"; DROP ROLE "${role}`,
    `" TO "${member}"; --`,
    `'; DROP KEYSPACE "${keyspace}"; --`,
    `" WITH SUPERUSER = true; --`,
    `' AND SUPERUSER = true AND PASSWORD = '`,
    `' AND LOGIN = true --`,
    `"."t" FROM "${role}`,
    `" ON ALL KEYSPACES TO "${role}" /*`,
    `': 1} AND durable_writes = false; --`,
    `': 1, 'dc2': 3`,
    `${role}" AND "`,
  ];
  const part = fc.constantFrom(
    ...HARM,
    '"',
    "'",
    '""',
    "''",
    ';',
    '--',
    '//',
    '/*',
    '*/',
    '$$',
    '\\',
    '\n',
    '\u0000',
    ' ',
    '?',
    ':x',
    '}',
    'é',
    '😀',
    'ﬁ',
    '\u202e',
  );
  const hostile = fc
    .oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
      fc
        .array(part, { minLength: 1, maxLength: 6 })
        .map(parts => parts.join('')),
    )
    // Nothing of an ordinary name: it could be that of something real.
    .filter(text => !/^\w*$/.test(text));

  beforeAll(async () => {
    cluster = await TestCluster.create();
    client = await cluster.login(cluster.provisioner, cluster.password);
    await client.execute(
      cql.createKeyspace({
        keyspace,
        replication: { [cluster.description.dataCenter]: 1 },
        durableWrites: true,
      }),
    );
    await client.execute(
      `CREATE TABLE ${quoteIdentifier(keyspace)}.t (id int PRIMARY KEY)`,
    );
    for (const name of [role, member]) {
      await client.execute(cql.createRole(name));
    }
    await client.execute(cql.grantRole(role, member));
  });
  afterAll(async () => {
    await client?.shutdown();
    await cluster?.cleanUp(keyspace, [role, member]);
    await cluster?.close();
  });

  /** All that the provisioner has made, and the scene; other suites make things of their own meanwhile. */
  async function everything() {
    const [held, roles, keyspaces] = await Promise.all([
      cluster.admin(
        'SELECT resource, permissions FROM system_auth.role_permissions WHERE role = ?',
        [cluster.provisioner],
      ),
      cluster.admin(
        'SELECT role, can_login, is_superuser, member_of, salted_hash FROM system_auth.roles WHERE role IN ?',
        [[role, member, cluster.provisioner]],
      ),
      cluster.admin(
        'SELECT keyspace_name, durable_writes, replication FROM system_schema.keyspaces WHERE keyspace_name = ?',
        [keyspace],
      ),
    ]);
    const onVictims = await cluster.admin(
      'SELECT role, resource, permissions FROM system_auth.role_permissions WHERE role IN ?',
      [[role, member]],
    );
    return JSON.stringify([held, roles, keyspaces, onVictims]);
  }

  async function run(
    statement: string,
  ): Promise<{ refused?: string; rows: unknown[] }> {
    sent += 1;
    return client.execute(statement).then(
      ({ rows }) => ({ rows: rows ?? [] }),
      (error: Error) => ({ refused: error.message, rows: [] }),
    );
  }

  /** Many at once, for each takes a few milliseconds of waiting. */
  async function forHostile(
    runs: number,
    work: (text: string) => Promise<void>,
  ): Promise<void> {
    await fc.assert(
      fc.asyncProperty(
        fc.array(hostile, { minLength: AT_ONCE, maxLength: AT_ONCE }),
        async texts => {
          await Promise.all([...new Set(texts)].map(work));
        },
      ),
      { numRuns: Math.ceil(runs / AT_ONCE) },
    );
  }

  /** Of keyspaces of that name, whatever the case: whether their writes are durable. */
  async function durability(name: string): Promise<boolean[]> {
    const rows = await cluster.admin(
      'SELECT durable_writes FROM system_schema.keyspaces WHERE keyspace_name IN ?',
      [[name, name.toLowerCase()]],
    );
    return rows.map(row => row.durable_writes);
  }

  const replication = { dc1: 1 };
  const permissions = ['SELECT'];

  it.each<[string, (text: string) => string]>([
    [
      'CREATE KEYSPACE',
      text =>
        cql.createKeyspace({
          keyspace: text,
          replication,
          durableWrites: true,
        }),
    ],
    [
      'the data centre of CREATE KEYSPACE',
      text =>
        cql.createKeyspace({
          keyspace: `never_${Math.random().toString(36).slice(2)}`,
          replication: { [text]: 1 },
          durableWrites: true,
        }),
    ],
    [
      'ALTER KEYSPACE',
      text =>
        cql.alterKeyspace({
          keyspace: text,
          replication,
          durableWrites: false,
        }),
    ],
    [
      'the data centre of ALTER KEYSPACE',
      text =>
        cql.alterKeyspace({
          keyspace,
          replication: { [text]: 1 },
          durableWrites: false,
        }),
    ],
    ['DROP KEYSPACE', cql.dropKeyspace],
    ['DROP ROLE', cql.dropRole],
    ['the role of GRANT', text => cql.grantRole(text, member)],
    ['the member of GRANT', text => cql.grantRole(role, text)],
    ['the role of REVOKE', text => cql.revokeRole(text, member)],
    ['the member of REVOKE', text => cql.revokeRole(role, text)],
    [
      'the role of GRANT SELECT',
      text =>
        cql.grantPermissions({
          role: text,
          permissions,
          on: 'keyspace',
          keyspace,
        }),
    ],
    [
      'the keyspace of GRANT SELECT',
      text =>
        cql.grantPermissions({
          role: member,
          permissions,
          on: 'tables',
          keyspace: text,
        }),
    ],
    [
      'the role of REVOKE SELECT',
      text =>
        cql.revokePermissions({
          role: text,
          permissions,
          on: 'tables',
          keyspace,
        }),
    ],
    [
      'the keyspace of REVOKE SELECT',
      text =>
        cql.revokePermissions({
          role: member,
          permissions,
          on: 'keyspace',
          keyspace: text,
        }),
    ],
    [
      'the role of REVOKE … FROM',
      text =>
        cql.revokeFrom(
          text,
          permissions,
          `KEYSPACE ${quoteIdentifier(keyspace)}`,
        ),
    ],
    ['the table of REVOKE', text => cql.revokeTable(keyspace, text, member)],
    ['the login of REVOKE', text => cql.revokeTable(keyspace, 't', text)],
    ['the login of HASHED PASSWORD', text => cql.enableLogin(text, 'x')],
    ['the verifier of HASHED PASSWORD', text => cql.enableLogin(member, text)],
    ['ALTER ROLE', cql.disableLogin],
    [
      'the keyspace of GRANT ALL',
      text => cql.grantKeyspaceTo(text, cluster.provisioner),
    ],
    ['the role of GRANT ALL', text => cql.grantKeyspaceTo(keyspace, text)],
    [
      'the role that is given by GRANT ALL',
      text => cql.grantRoleRightsTo(text, member),
    ],
  ])('should refuse what cannot be, and do nothing: %s', async (_, build) => {
    const before = await everything();
    await forHostile(80, async text => {
      expect({ text, ...(await run(build(text))) }).toMatchObject({
        refused: expect.any(String),
      });
    });
    expect(await everything()).toBe(before);
  });

  it('should make, change and drop the roles of the very names, and no others', async () => {
    const before = await everything();
    await fc.assert(
      fc.asyncProperty(
        // Of a role with a single quote in its name the server itself can do nothing more.
        fc.array(
          hostile.map(text => `h${text.replaceAll("'", '"')}`),
          { minLength: AT_ONCE, maxLength: AT_ONCE },
        ),
        async texts => {
          const names = [...new Set(texts)];
          await Promise.all(
            names.map(async name => {
              const group = `${name}_ro`;
              for (const statement of [
                cql.createRole(name),
                cql.createRole(group),
                cql.grantRole(group, name),
                cql.grantPermissions({
                  role: group,
                  permissions,
                  on: 'tables',
                  keyspace,
                }),
              ]) {
                expect(await run(statement)).toEqual({ rows: [] });
              }
              const seen = async () => ({
                roles: await cluster.admin(
                  'SELECT role, can_login, is_superuser, member_of FROM system_auth.roles WHERE role IN ?',
                  [[name, group]],
                ),
                held: await cluster.admin(
                  'SELECT resource, permissions FROM system_auth.role_permissions WHERE role IN ?',
                  [[name, group]],
                ),
              });
              const off = { can_login: false, is_superuser: false };
              expect(await seen()).toEqual({
                roles: expect.arrayContaining([
                  { role: name, ...off, member_of: [group] },
                  { role: group, ...off, member_of: null },
                ]),
                held: [{ resource: `data/${keyspace}/*`, permissions }],
              });
              for (const statement of [
                cql.disableLogin(name),
                cql.revokePermissions({
                  role: group,
                  permissions,
                  on: 'tables',
                  keyspace,
                }),
                cql.revokeRole(group, name),
                cql.dropRole(group),
                cql.dropRole(name),
              ]) {
                expect(await run(statement)).toEqual({ rows: [] });
              }
              expect(await seen()).toEqual({ roles: [], held: [] });
            }),
          );
        },
      ),
      { numRuns: 2 },
    );
    expect(await everything()).toBe(before);
  });

  it('should make, change and drop the keyspaces of names that are words of CQL', async () => {
    const before = await everything();
    const stem = uniqueName('w').slice(-6);
    for (const word of ['Select', 'DROP', '_', '0', 'ALL_KEYSPACES']) {
      const name = `${word}_${stem}`;
      const definition = { keyspace: name, replication, durableWrites: true };
      expect(await run(cql.createKeyspace(definition))).toEqual({ rows: [] });
      expect(await durability(name)).toEqual([true]);
      const changed = { ...definition, durableWrites: false };
      expect(await run(cql.alterKeyspace(changed))).toEqual({ rows: [] });
      expect(await durability(name)).toEqual([false]);
      expect(await run(cql.dropKeyspace(name))).toEqual({ rows: [] });
      expect(await durability(name)).toEqual([]);
    }
    expect(await everything()).toBe(before);
  });

  it('should have sent enough of them', () => {
    expect(sent).toBeGreaterThan(LEAST);
  });
});
