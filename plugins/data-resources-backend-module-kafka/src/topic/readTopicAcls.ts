import { isProviderError } from '@data-resources/plugin-data-resources-node';
import { AclIndex } from '../client/AclIndex';
import { describeAcls } from '../client/acls';
import type { Acl, AclFilter } from '../client/acls';
import type { Deadline } from '../client/Deadline';
import type { KafkaClient } from '../client/KafkaClient';

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
    return deadline.once(
      'topic ACLs',
      async () => new AclIndex(await readOrNone(client, deadline, [{}])),
    );
  }
  const filters =
    names && names.length <= FEW_NAMES
      ? names.map(resourceName => ({
          resourceName,
          patternType: 'MATCH' as const,
        }))
      : [{}];
  return new AclIndex(await readOrNone(client, deadline, filters));
}

async function readOrNone(
  client: KafkaClient,
  deadline: Deadline,
  filters: readonly AclFilter[],
): Promise<Acl[]> {
  try {
    const found = await Promise.all(
      filters.map(filter =>
        describeAcls(client, deadline, { ...filter, resourceType: 'TOPIC' }),
      ),
    );
    return found.flat();
  } catch (error) {
    // Without an authorizer there are no ACLs; the preflight says what that means.
    if (isProviderError(error) && error.reason === 'Unsupported') {
      return [];
    }
    throw error;
  }
}
