import fc from 'fast-check';
import type { Client } from 'cassandra-driver';
import { TestCluster } from '../__testUtils__/TestCluster';
import { hostileText } from './__testUtils__/hostile';
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

  it('should refuse what is no text', () => {
    expect(() => quoteIdentifier('')).toThrow(/empty/);
    expect(() => quoteIdentifier('a\ud800')).toThrow(/surrogate/);
    expect(() => quoteLiteral('\udc00')).toThrow(/surrogate/);
  });
});
