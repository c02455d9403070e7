import { onOwnServers, RATE_LIMIT, type EngineOptions } from '../onOwnServers';
import { BareCassandra } from './BareCassandra';

/** A node with less ends at some hundreds of keyspaces. */
const HEAP_MB = 1_024;

/** Options of {@link cassandra}. */
export type CassandraBenchOptions = EngineOptions & {
  /** How many keyspaces the bare client makes to find out how many it best makes at once. */
  tries: number;
};

/**
 * The portal on a Cassandra node of its own, against the bare sequence of statements. Answers
 * what is wrong.
 */
export async function cassandra(
  options: CassandraBenchOptions,
): Promise<string[]> {
  const { tries, say } = options;
  return onOwnServers(options, {
    name: 'cassandra-dev',
    noun: 'keyspace',
    heapMb: HEAP_MB,
    limitOf: () => RATE_LIMIT,
    open: server => BareCassandra.open(server, { tries, say }),
  });
}
