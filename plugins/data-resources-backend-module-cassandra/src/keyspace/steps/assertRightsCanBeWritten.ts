import {
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import { types } from 'cassandra-driver';
import type { StepTools } from './StepHandler';

/** What Cassandra writes roles and permissions with unless told. */
const USUAL = 'EACH_QUORUM';

const LEVELS: { [name: string]: types.consistencies } = {
  ONE: types.consistencies.one,
  TWO: types.consistencies.two,
  THREE: types.consistencies.three,
  QUORUM: types.consistencies.quorum,
  ALL: types.consistencies.all,
  LOCAL_ONE: types.consistencies.localOne,
  LOCAL_QUORUM: types.consistencies.localQuorum,
  EACH_QUORUM: types.consistencies.eachQuorum,
};

/**
 * Cassandra makes an object first and gives its maker the permissions on it after that, and takes
 * them when it is gone. Where that cannot be written because a node is down, there is an object that
 * is nobody's, or a permission on nothing. So the replicas that it would be written to are read
 * first, as many as it takes: what has the same key in another table of the same keyspace lies on
 * the same nodes.
 *
 * @param keys - of the rows that would be written, besides the provisioner's own
 * @throws ProviderError `Unreachable`, when nothing was changed
 */
export async function assertRightsCanBeWritten(
  keys: readonly string[],
  { session, deadline }: StepTools,
): Promise<void> {
  if (keys.length === 0 || !(await session.hasManyNodes(deadline))) {
    return;
  }
  try {
    const [setting] = await session.read(
      "SELECT value FROM system_views.settings WHERE name = 'auth_write_consistency_level'",
      deadline,
    );
    await session.read(
      'SELECT role FROM system_auth.role_members WHERE role IN ?',
      deadline,
      {
        params: [[session.username, ...keys]],
        consistency: LEVELS[setting?.value ?? USUAL] ?? LEVELS[USUAL],
      },
    );
  } catch (error) {
    if (!isProviderError(error) || error.reason === 'Unauthorized') {
      // Without these permissions it cannot be known beforehand.
      return;
    }
    throw new ProviderError(
      'Unreachable',
      `Too few nodes answer that hold roles and permissions, so nothing is changed now: ${error.message}`,
    );
  }
}
