import { types } from 'cassandra-driver';
import { toKeyspace } from './KeyspaceReader';

describe('a keyspace as the server has it', () => {
  const read = (replication: { [name: string]: string }) =>
    toKeyspace({
      keyspace_name: 'orders',
      durable_writes: true,
      replication,
      defined_at: types.Long.fromNumber(7),
    } as unknown as types.Row);

  it('should be of another strategy where it has transient replicas', () => {
    const strategy = 'org.apache.cassandra.locator.NetworkTopologyStrategy';
    expect(
      read({ class: strategy, dc1: '3', dc2: '3', dc3: '0' }),
    ).toMatchObject({
      strategy: 'NetworkTopologyStrategy',
      spec: { replication: { dc1: 3, dc2: 3 } },
    });
    // Else an ALTER of something else would silently make them full ones.
    expect(read({ class: strategy, dc1: '3', dc2: '3/1' })).toMatchObject({
      strategy: 'NetworkTopologyStrategy with transient replicas in dc2 (3/1)',
      spec: { replication: { dc1: 3, dc2: 3 } },
    });
  });
});
