import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type { CassandraSession, Row } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';

/**
 * What a `LIST` answers; undefined where there is no such thing: the server has no empty list for
 * that, but an error.
 */
export async function listOf(
  session: CassandraSession,
  cql: string,
  deadline: Deadline,
): Promise<Row[] | undefined> {
  try {
    return await session.read(cql, deadline);
  } catch (error) {
    if (
      isProviderError(error) &&
      error.reason === 'Rejected' &&
      /doesn't exist$/.test(error.message)
    ) {
      return undefined;
    }
    throw error;
  }
}
