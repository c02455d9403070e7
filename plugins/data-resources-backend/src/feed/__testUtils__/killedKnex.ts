import createKnex, { type Knex } from 'knex';

/** A database connection of a process that is killed at a statement. */
export interface KilledKnex {
  knex: Knex;
  /** Whether there was such a statement. */
  isKilled(): boolean;
  destroy(): Promise<void>;
}

/**
 * Runs statements as usual until the one with the given number, counted from 1. There the server
 * ends the session, before the statement or after it and before its answer is read; from then on
 * nothing is sent any more, for a killed process says nothing.
 */
export function killedKnex(
  alive: Knex,
  killAt: number,
  moment: 'before' | 'after',
): KilledKnex {
  let count = 0;
  let killed = false;
  const kill = async (connection: { processID: number }) => {
    killed = true;
    await alive.raw('SELECT pg_terminate_backend(?)', [connection.processID]);
    throw new Error('The process was killed');
  };
  // Of the pg dialect, whose module has no types.
  const PostgresClient: any = alive.client.constructor;
  class KilledClient extends PostgresClient {
    async _query(connection: any, statement: any) {
      if (killed) {
        throw new Error('The process was killed');
      }
      count += 1;
      const isHere = count === killAt;
      if (isHere && moment === 'before') {
        await kill(connection);
      }
      const result = await super._query(connection, statement);
      if (isHere) {
        await kill(connection);
      }
      return result;
    }
  }
  const knex = createKnex({
    client: KilledClient as unknown as typeof Knex.Client,
    connection: alive.client.config.connection,
    pool: { min: 0, max: 2 },
  });
  return {
    knex,
    isKilled: () => killed,
    destroy: () => knex.destroy(),
  };
}
