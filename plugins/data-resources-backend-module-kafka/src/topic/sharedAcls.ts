import { AclIndex } from '../client/AclIndex';
import { aclKey, describeAcls } from '../client/acls';
import type { Acl } from '../client/acls';
import type { Deadline } from '../client/Deadline';
import type { KafkaClient } from '../client/KafkaClient';

/** All ACLs that there are. */
export interface SharedAcls {
  topics: AclIndex;
  /** Whether it is one of them, whatever it is on. */
  has(acl: Acl): boolean;
}

/** Read once for the calls that look at one moment, which need most of them. */
export async function readSharedAcls(
  client: KafkaClient,
  deadline: Deadline,
): Promise<SharedAcls> {
  return deadline.once('ACLs', async () => {
    const acls = await describeAcls(client, deadline, {});
    const topics = new AclIndex(acls.filter(isOnTopic));
    const others = new Set(
      acls.filter(acl => !isOnTopic(acl)).map(acl => aclKey(acl)),
    );
    return {
      topics,
      has: acl => (isOnTopic(acl) ? topics.has(acl) : others.has(aclKey(acl))),
    };
  });
}

function isOnTopic({ resourceType }: Acl): boolean {
  return resourceType === 'TOPIC';
}
