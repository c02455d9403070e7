import type {
  InstanceCondition,
  InstanceProbe,
} from '@data-resources/plugin-data-resources-node';
import type { KeyspaceReader } from '../keyspace/KeyspaceReader';
import type { MembershipReader } from '../roles/MembershipReader';
import type { CassandraSession } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';
import {
  provisionerConditions,
  schemaCondition,
  systemAuthCondition,
  versionCondition,
  visibilityConditions,
} from './conditions';
import type { ClusterFacts } from './facts';
import { clusterIdOf } from './ClusterIdentifier';
import type { MetaKeyspace } from './MetaKeyspace';
import { readGuardrails } from './readGuardrails';
import { readProvisioner } from './readProvisioner';
import { countNodes, readTopology } from './readTopology';

/** Looks at a cluster, and binds the provisioner to this portal at the first use. */
export async function probeCluster(tools: {
  session: CassandraSession;
  keyspaces: KeyspaceReader;
  members: MembershipReader;
  meta: MetaKeyspace;
  limits: ClusterFacts['limits'];
  deadline: Deadline;
}): Promise<InstanceProbe> {
  const { session, keyspaces, members, meta, limits, deadline } = tools;
  const { username } = session;
  const [cluster, provisioner, guardrails, canReadMembers, all] =
    await Promise.all([
      readTopology(session, deadline),
      readProvisioner(session, deadline),
      readGuardrails(session, deadline),
      members.canReadTable(deadline),
      keyspaces.all(deadline),
    ]);
  const dataCenters = countNodes(cluster.nodes);
  const conditions: InstanceCondition[] = [
    versionCondition(cluster),
    ...provisionerConditions(provisioner, username),
    systemAuthCondition(all, dataCenters),
    schemaCondition(cluster),
    ...visibilityConditions({ username, guardrails, canReadMembers }),
  ];
  let clusterId: string | undefined;
  if (conditions.every(({ status }) => status !== 'error')) {
    const facts = await meta.facts(dataCenters, deadline);
    conditions.push(facts.condition);
    clusterId = facts.clusterId;
  } else {
    // One on which the portal cannot work now is not written to, and is the same cluster.
    const drawn = await meta.clusterId(deadline);
    clusterId = drawn.state === 'kept' ? drawn.id : undefined;
  }
  const facts: ClusterFacts = {
    provisioner: username,
    userKeyspaces: all.filter(({ name }) => !/^system(_|$)/.test(name)).length,
    guardrails: guardrails ?? {},
    limits,
  };
  return {
    clusterId: clusterId ? clusterIdOf(cluster.name, clusterId) : cluster.name,
    version: cluster.nodes[0].version,
    topology: { dataCenters },
    conditions,
    facts,
  };
}
