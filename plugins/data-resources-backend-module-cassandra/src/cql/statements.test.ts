import fc from 'fast-check';
import type { Client } from 'cassandra-driver';
import { TestCluster, uniqueName } from '../__testUtils__/TestCluster';
import { hostileNames } from './__testUtils__/hostile';
import { refusable } from './__testUtils__/refusable';
import { quoteIdentifier } from './quote';
import * as statements from './statements';
import { writeStatement } from './schema/writeStatement';

jest.setTimeout(180_000);

/** How many names and values go to the server in all, at least. */
const LEAST = 2_000;
const AT_ONCE = 16;

/** The builders that tests have asked for. */
const used = new Set<string>();
const cql = new Proxy(statements, {
  get(target, name, receiver) {
    used.add(String(name));
    return Reflect.get(target, name, receiver);
  },
});

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
  const hostile = hostileNames({ keyspace, role, member });

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
    const schema = await Promise.all(
      ['tables', 'types', 'indexes'].map(what =>
        cluster.admin(
          `SELECT * FROM system_schema.${what} WHERE keyspace_name = ?`,
          [keyspace],
        ),
      ),
    );
    const onVictims = await cluster.admin(
      'SELECT role, resource, permissions FROM system_auth.role_permissions WHERE role IN ?',
      [[role, member]],
    );
    return JSON.stringify([held, roles, keyspaces, schema, onVictims]);
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

  it.each(
    refusable(cql, { keyspace, role, member, me: () => cluster.provisioner }),
  )(
    'should refuse what cannot be, and do nothing: %s',
    async (_, build, refusal = /^/) => {
      const before = await everything();
      await forHostile(80, async text => {
        expect({ text, ...(await run(build(text))) }).toMatchObject({
          refused: expect.stringMatching(refusal),
        });
      });
      expect(await everything()).toBe(before);
    },
  );

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
              const given = {
                role: group,
                permissions,
                on: 'tables' as const,
                keyspace,
              };
              for (const statement of [
                cql.createRole(name),
                cql.createRole(group),
                cql.grantRole(group, name),
                cql.grantPermissions(given),
              ]) {
                expect(await run(statement)).toEqual({ rows: [] });
              }
              // Nobody but a superuser may.
              for (const statement of [
                `ALTER ROLE ${quoteIdentifier(name)} WITH SUPERUSER = true`,
                cql.revokeSuperuser(name),
              ]) {
                await cluster.admin(statement);
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
                cql.revokePermissions(given),
                // Once more, in an administrator's words.
                cql.revokeFrom(group, permissions, cql.targetOf(given)),
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

  it('should write fields and comments of a first schema by the very names', async () => {
    const texts = fc.sample(hostile, 120).filter(text => !/\p{Cc}/u.test(text));
    const fields = [...new Set(texts)];
    const comment = fields.join('');
    const native = { kind: 'native', name: 'int' } as const;
    const columnsOf = (names: string[]) =>
      names.map(name => ({ name, type: native, isStatic: false, offset: 0 }));
    for (const statement of [
      writeStatement(
        { kind: 'type', name: 'hostile', offset: 0, fields: columnsOf(fields) },
        keyspace,
      ),
      writeStatement(
        {
          kind: 'table',
          name: 'hostile',
          offset: 0,
          columns: columnsOf(fields),
          partitionKey: [{ name: fields[0], offset: 0 }],
          clustering: [],
          order: [],
          options: [
            { name: 'comment', value: { kind: 'text', text: comment } },
          ],
        },
        keyspace,
      ),
    ]) {
      expect(await run(statement)).toEqual({ rows: [] });
    }
    sent += fields.length;
    const [type] = await cluster.admin(
      'SELECT field_names FROM system_schema.types WHERE keyspace_name = ?',
      [keyspace],
    );
    expect(type.field_names).toEqual(fields);
    const columns = await cluster.admin(
      `SELECT column_name FROM system_schema.columns WHERE keyspace_name = ? AND table_name = 'hostile'`,
      [keyspace],
    );
    expect(columns.map(row => row.column_name).sort()).toEqual(
      [...fields].sort(),
    );
    const [table] = await cluster.admin(
      `SELECT comment FROM system_schema.tables WHERE keyspace_name = ? AND table_name = 'hostile'`,
      [keyspace],
    );
    expect(table.comment).toBe(comment);
  });

  it('should have sent enough of them, by every builder that there is', () => {
    expect(sent).toBeGreaterThan(LEAST);
    expect([...used].sort()).toEqual(
      Object.entries(statements)
        .filter(([, each]) => typeof each === 'function')
        .map(([name]) => name)
        .sort(),
    );
  });
});
