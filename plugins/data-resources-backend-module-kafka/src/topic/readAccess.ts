import type { EffectiveAccess } from '@data-resources/plugin-data-resources-node';
import { describeAcls, isWildcard } from '../client/acls';
import type { Acl } from '../client/acls';
import type { Deadline } from '../client/Deadline';
import type { KafkaClient } from '../client/KafkaClient';

/** Who can do what on a topic: every ACL that covers its name, other people's included. */
export async function readAccess(
  client: KafkaClient,
  deadline: Deadline,
  name: string,
): Promise<EffectiveAccess[]> {
  const acls = await describeAcls(client, deadline, {
    resourceType: 'TOPIC',
    resourceName: name,
    patternType: 'MATCH',
  });
  const ways = new Map<string, EffectiveAccess>();
  for (const acl of acls) {
    const via = describeWay(acl);
    const key = `${acl.principal} ${via}`;
    const way = ways.get(key) ?? { login: acl.principal, rights: [], via };
    way.rights.push(
      acl.permission === 'DENY' ? `DENY ${acl.operation}` : acl.operation,
    );
    ways.set(key, way);
  }
  return [...ways.values()];
}

function describeWay(acl: Acl): string {
  const host = acl.host === '*' ? '' : ` from host ${acl.host}`;
  if (isWildcard(acl)) {
    return `ACL on every topic${host}`;
  }
  return `${acl.patternType.toLowerCase()} ACL on topic ${
    acl.resourceName
  }${host}`;
}
