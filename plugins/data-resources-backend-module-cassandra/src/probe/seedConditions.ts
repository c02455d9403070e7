import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import type { Deadline } from '../session/Deadline';
import type { ServerSettings } from './readSettings';
import type { Cluster } from './readTopology';

/** Whether one node that is down keeps others, or the portal, from starting. */
export async function seedConditions(
  { nodes }: Cluster,
  options: {
    settings: ServerSettings | undefined;
    contactPoints: readonly string[];
    deadline: Deadline;
  },
): Promise<InstanceCondition[]> {
  if (nodes.length === 1) {
    return [];
  }
  const { settings, contactPoints, deadline } = options;
  const conditions: InstanceCondition[] = [];
  const [seed, ...moreSeeds] = settings?.seeds ?? [];
  if (seed !== undefined && moreSeeds.length === 0) {
    conditions.push({
      type: 'Seeds',
      status: 'warn',
      message: `The nodes know one seed, ${seed}: while it is down, no node can join, and one that starts anew may not find the others. List at least two in seed_provider of cassandra.yaml, in each data centre`,
    });
  }
  const [point, ...morePoints] = contactPoints;
  if (morePoints.length === 0 && !(await standsForMany(point, deadline))) {
    conditions.push({
      type: 'ContactPoints',
      status: 'warn',
      message: `The portal knows one of the cluster's ${
        nodes.length
      } nodes to begin with, ${point}: while it is down, the portal cannot connect anew. List more in admin.contactPoints, e.g. ${nodes
        .map(({ address }) => address)
        .filter(address => address !== point)
        .slice(0, 2)
        .join(' and ')}`,
    });
  }
  return conditions;
}

/** A name may lead to several nodes. */
async function standsForMany(
  host: string,
  deadline: Deadline,
): Promise<boolean> {
  if (isIP(host) !== 0) {
    return false;
  }
  try {
    const addresses = await deadline.race(lookup(host, { all: true }));
    return new Set(addresses.map(({ address }) => address)).size > 1;
  } catch {
    // The driver asks in its own way, and has found a node by it.
    return false;
  }
}
