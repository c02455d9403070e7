import type {
  InstanceCondition,
  InstanceProbe,
} from '@data-resources/plugin-data-resources-node';
import type { KeyspaceReader } from '../keyspace/KeyspaceReader';
import type { KeyspaceRow } from '../keyspace/observation';
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
import { clusterIdOf } from './ClusterIdentifier';
import { dataCenterConditions } from './dataCenterConditions';
import type { ClusterFacts, Guardrails } from './facts';
import { guardrailConditions } from './guardrailConditions';
import type { MetaKeyspace } from './MetaKeyspace';
import { readProvisioner } from './readProvisioner';
import { readSettings } from './readSettings';
import { validityConditions } from './validityConditions';
import { seedConditions } from './seedConditions';
import { countNodes, countRacks, readTopology } from './readTopology';

/** Looks at a cluster, and binds the provisioner to this portal at the first use. */
export async function probeCluster(tools: {
  session: CassandraSession;
  keyspaces: KeyspaceReader;
  members: MembershipReader;
  meta: MetaKeyspace;
  limits: ClusterFacts['limits'];
  /** Where the portal begins. */
  contactPoints: readonly string[];
  /** The data centres that logins are to be limited to, if any. */
  loginDataCenters?: string[];
  deadline: Deadline;
}): Promise<InstanceProbe> {
  const { session, keyspaces, members, meta, limits, deadline } = tools;
  const { loginDataCenters } = tools;
  const { username } = session;
  const [cluster, provisioner, settings, canReadMembers, all] =
    await Promise.all([
      readTopology(session, deadline),
      readProvisioner(session, deadline),
      readSettings(session, deadline),
      members.canReadTable(deadline),
      keyspaces.all(deadline),
    ]);
  const dataCenters = countNodes(cluster.nodes);
  const conditions: InstanceCondition[] = [
    versionCondition(cluster),
    ...provisionerConditions(provisioner, username),
    systemAuthCondition(all, dataCenters),
    schemaCondition(cluster),
    ...(await seedConditions(cluster, {
      settings,
      contactPoints: tools.contactPoints,
      deadline,
    })),
    ...dataCenterConditions(loginDataCenters, {
      known: Object.keys(dataCenters),
      settings,
    }),
    ...guardrailConditions(settings),
    ...validityConditions(settings?.validity),
    ...visibilityConditions({
      username,
      canReadSettings: settings !== undefined,
      canReadMembers,
    }),
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
  const guardrails = settings?.guardrails ?? {};
  const facts: ClusterFacts = {
    provisioner: username,
    userKeyspaces: all.filter(({ name }) => isUsers(name)).length,
    ...(await tableCount(guardrails, all, tools)),
    racks: countRacks(cluster.nodes),
    guardrails,
    ...(settings?.validity ? { validity: settings.validity } : {}),
    ...(settings?.autoSnapshot ? { autoSnapshot: settings.autoSnapshot } : {}),
    ...(loginDataCenters === undefined ? {} : { loginDataCenters }),
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

/** Counted only where it matters: a cluster may have thousands. */
async function tableCount(
  { tablesWarn, tablesFail }: Guardrails,
  all: readonly KeyspaceRow[],
  { keyspaces, deadline }: { keyspaces: KeyspaceReader; deadline: Deadline },
): Promise<Pick<ClusterFacts, 'userTables'>> {
  if (tablesWarn === undefined && tablesFail === undefined) {
    return {};
  }
  const own = all.map(({ name }) => name).filter(name => !isUsers(name));
  return { userTables: await keyspaces.countTables(own, deadline) };
}

function isUsers(keyspace: string): boolean {
  return !/^system(_|$)/.test(keyspace);
}
