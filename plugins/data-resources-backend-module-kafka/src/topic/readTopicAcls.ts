import { isProviderError } from '@data-resources/plugin-data-resources-node';
import { AclIndex } from '../client/AclIndex';
import { describeAcls } from '../client/acls';
import type { Deadline } from '../client/Deadline';
import type { KafkaClient } from '../client/KafkaClient';
import { readSharedAcls } from './sharedAcls';

/** Up to here ACLs are asked for by name; beyond, all ACLs on topics are read at once. */
const FEW_NAMES = 4;

/**
 * The ACLs on topics of these names.
 *
 * @param names - null for all topics: what begins with a prefix cannot be asked for
 */
export async function readTopicAcls(
  client: KafkaClient,
  deadline: Deadline,
  names: readonly string[] | null,
): Promise<AclIndex> {
  if (deadline.isShared) {
    return orNone(
      async () => (await readSharedAcls(client, deadline)).topics,
      new AclIndex([]),
    );
  }
  const filters =
    names && names.length <= FEW_NAMES
      ? names.map(resourceName => ({
          resourceName,
          patternType: 'MATCH' as const,
        }))
      : [{}];
  const found = await orNone(
    async () =>
      Promise.all(
        filters.map(filter =>
          describeAcls(client, deadline, { ...filter, resourceType: 'TOPIC' }),
        ),
      ),
    [],
  );
  return new AclIndex(found.flat());
}

async function orNone<T>(read: () => Promise<T>, none: T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    // Without an authorizer there are no ACLs; the preflight says what that means.
    if (isProviderError(error) && error.reason === 'Unsupported') {
      return none;
    }
    throw error;
  }
}
