import { onOwnServers, RATE_LIMIT, type EngineOptions } from '../onOwnServers';
import { BarePostgres } from './BarePostgres';

/** Options of {@link postgres}. */
export type PostgresBenchOptions = EngineOptions & {
  /** How many databases the bare client makes to find out how many it best makes at once. */
  tries: number;
};

/**
 * The portal on a PostgreSQL server of its own, against the bare sequence of statements. Answers
 * what is wrong.
 */
export async function postgres(
  options: PostgresBenchOptions,
): Promise<string[]> {
  const { tries, say } = options;
  return onOwnServers(options, {
    name: 'postgres-dev',
    noun: 'database',
    limitOf: () => RATE_LIMIT,
    open: server => BarePostgres.open(server, { tries, say }),
  });
}
