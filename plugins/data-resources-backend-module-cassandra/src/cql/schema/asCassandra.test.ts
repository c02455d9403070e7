import type { Client } from 'cassandra-driver';
import { REFUSED, SCENE, TAKEN } from '../../__testUtils__/schemaCases';
import { TestCluster, uniqueName } from '../../__testUtils__/TestCluster';
import { parseSchema } from './parseSchema';
import { writeStatement } from './writeStatement';

jest.setTimeout(180_000);

/** The real server has the last word on what CQL is. */
describe('a first schema, compared with what Cassandra says', () => {
  let cluster: TestCluster;
  /** Works in a keyspace of its own, as cqlsh would. */
  let client: Client;
  const [byHand, byPortal] = [uniqueName('by_hand'), uniqueName('by_portal')];

  beforeAll(async () => {
    cluster = await TestCluster.create();
    await cluster.createForeign(byHand);
    await cluster.createForeign(byPortal);
    const { user, password } = cluster.description.admin;
    client = await cluster.login(user, password);
    await client.execute(`USE "${byHand}"`);
    for (const statement of SCENE) {
      await client.execute(statement);
    }
    for (const cql of written([])) {
      await cluster.admin(cql);
    }
  });
  afterAll(async () => {
    await client?.shutdown();
    for (const name of [byHand, byPortal]) {
      await cluster?.dropKeyspace(name);
    }
    await cluster?.close();
  });

  function written(more: string[]) {
    const { statements } = parseSchema([...SCENE, ...more].join(';\n'));
    return statements.map(statement => writeStatement(statement, byPortal));
  }

  /** As the server writes it down itself. */
  async function described(keyspace: string): Promise<string[]> {
    const rows = await cluster.admin(`DESCRIBE KEYSPACE "${keyspace}"`);
    return rows
      .map(row => String(row.create_statement).replaceAll(keyspace, 'ks'))
      .map(cql =>
        cql.replace(/USING '[\w.]*(sai|attachedindex)'/i, "USING 'sai'"),
      )
      .slice(1)
      .sort();
  }

  it('should take what Cassandra takes, and mean the same by it', async () => {
    const texts = TAKEN.map((text, index) =>
      text.replace(/\bx\b/, `x${index}`),
    );
    for (const text of texts) {
      await client.execute(text);
    }
    for (const cql of written(texts).slice(SCENE.length)) {
      await cluster.admin(cql);
    }
    expect(await described(byPortal)).toEqual(await described(byHand));
  });

  it.each(REFUSED)('should refuse %j as well', async text => {
    await expect(client.execute(text)).rejects.toThrow();
    expect(() => written([text])).toThrow(
      expect.objectContaining({
        name: 'SchemaError',
        message: expect.stringMatching(/^line \d+, column \d+: /),
      }),
    );
  });
});
