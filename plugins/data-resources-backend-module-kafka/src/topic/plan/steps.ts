import type { JsonObject } from '@backstage/types';
import type {
  PlannedGrant,
  PlannedStep,
} from '@data-resources/plugin-data-resources-node';
import { describeAcl } from '../../client/acls';
import type { Acl } from '../../client/acls';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import {
  allLoginAcls,
  loginAcls,
  prefixAcls,
  topicAcls,
  withoutAcls,
} from '../roleAcls';
import type { StepArgs } from '../steps/StepArgs';
import type { ConfigDifference } from './topicDifferences';

/**
 * Creates the topic.
 *
 * @param replicas - the brokers of each partition; Kafka chooses where they are left out
 */
export function createTopicStep(
  name: string,
  spec: KafkaTopicSpec,
  replicas?: number[][],
): PlannedStep {
  const args: StepArgs['create-topic'] = {
    partitions: spec.partitions,
    replicationFactor: spec.replicationFactor,
    config: spec.config,
    ...(replicas ? { replicas } : {}),
  };
  const config = Object.entries(spec.config)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `  ${key}=${value}`);
  return {
    id: 'create-topic',
    title: `Create topic ${name}`,
    call: [
      `CreateTopics ${name}`,
      `  partitions=${spec.partitions}`,
      `  replicationFactor=${spec.replicationFactor}`,
      ...config,
      ...placementLines(replicas, 0),
    ].join('\n'),
    kind: 'create-topic',
    args,
  };
}

/** Proves which topic it is, and records that. */
export function adoptTopicStep(
  name: string,
  identity: JsonObject | undefined,
): PlannedStep {
  const args: StepArgs['adopt-topic'] = {
    clusterId: String(identity?.clusterId),
    topicId: String(identity?.topicId),
  };
  return {
    id: 'adopt-topic',
    title: `Adopt topic ${name} as it is`,
    call: `Metadata ${name}\n  topicId=${args.topicId} is recorded; nothing is changed`,
    kind: 'adopt-topic',
    args,
  };
}

/** Sets settings of the topic, or lets it follow the cluster's defaults again. */
export function alterConfigsStep(
  name: string,
  differences: readonly ConfigDifference[],
): PlannedStep {
  const set = differences.flatMap(({ key, to }): [string, string][] =>
    to === undefined ? [] : [[key, to]],
  );
  const args: StepArgs['alter-configs'] = {
    set: Object.fromEntries(set),
    reset: differences
      .filter(({ to }) => to === undefined)
      .map(({ key }) => key),
  };
  return {
    id: 'alter-configs',
    title: `Change the settings of topic ${name}`,
    call: [
      `IncrementalAlterConfigs TOPIC ${name}`,
      ...set.map(([key, value]) => `  SET ${key}=${value}`),
      ...args.reset.map(key => `  DELETE ${key}`),
    ].join('\n'),
    kind: 'alter-configs',
    args,
  };
}

/** Brings every partition to these brokers. */
export function reassignStep(
  name: string,
  before: readonly (readonly number[])[],
  after: number[][],
): PlannedStep {
  const args: StepArgs['reassign'] = { replicas: after };
  return {
    id: 'reassign',
    title: `Bring the replicas of topic ${name} to their brokers`,
    call: [
      `AlterPartitionReassignments ${name}`,
      ...after.map(
        (replicas, partition) =>
          `  partition ${partition}: replicas=${replicas.join(
            ',',
          )} (now ${before[partition].join(',')})`,
      ),
    ].join('\n'),
    kind: 'reassign',
    args,
  };
}

/**
 * Adds partitions.
 *
 * @param replicas - the brokers of each new one; Kafka chooses where they are left out
 */
export function addPartitionsStep(
  name: string,
  partitions: number,
  replicas?: number[][],
): PlannedStep {
  const args: StepArgs['add-partitions'] = {
    partitions,
    ...(replicas ? { replicas } : {}),
  };
  return {
    id: 'add-partitions',
    title: `Bring topic ${name} to ${partitions} partitions`,
    call: [
      `CreatePartitions ${name}`,
      `  count=${partitions}`,
      ...placementLines(replicas, partitions - (replicas?.length ?? 0)),
    ].join('\n'),
    kind: 'add-partitions',
    args,
  };
}

/** Deletes the topic by its id. The identity stands in the ledger, not in the step. */
export function deleteTopicStep(name: string, topicId?: unknown): PlannedStep {
  return {
    id: 'delete-topic',
    title: `Delete topic ${name}`,
    call: `DeleteTopics ${
      typeof topicId === 'string' ? `topicId=${topicId} ` : ''
    }(${name})`,
    kind: 'delete-topic',
    args: {},
  };
}

/** Removes the ACLs of others on the topic that is no more. */
export function removeForeignAclsStep(name: string, acls: Acl[]): PlannedStep {
  const args: StepArgs['remove-foreign-acls'] = { acls };
  return {
    id: 'remove-foreign-acls',
    title: `Remove the ACLs of others on topic ${name}`,
    call: aclCall('DeleteAcls', acls),
    kind: 'remove-foreign-acls',
    args,
  };
}

/** One step per login: what its roles need besides topics. */
export function ensureLoginSteps(
  grants: readonly PlannedGrant[],
): PlannedStep[] {
  return [...byLogin(grants)].map(([base, ofLogin]) => {
    const [{ login, principal }] = ofLogin;
    const args: StepArgs['ensure-login'] = {
      acls: loginAcls(
        login,
        ofLogin.map(({ role }) => role),
      ),
    };
    return {
      id: `ensure-login:${base}`,
      title: `Let ${principal} use consumer groups and transactional ids named ${base}`,
      call: aclCall('CreateAcls', args.acls),
      kind: 'ensure-login',
      args,
      login: { base, mode: 'ensure' as const },
    };
  });
}

/** One step per principal and role: its ACLs on the topic. */
export function grantSteps(
  name: string,
  grants: readonly PlannedGrant[],
  prefixes: readonly string[],
): PlannedStep[] {
  return sorted(grants).map(grant => {
    const args: StepArgs['grant'] = { acls: topicAcls(name, grant, prefixes) };
    return {
      id: `grant:${grant.login.base}:${grant.role}`,
      title: `Grant ${grant.role} on ${name} to ${grant.principal}`,
      call: aclCall('CreateAcls', args.acls),
      kind: 'grant',
      args,
    };
  });
}

/** Takes ACLs on the topic away, but for those that a grant which stays needs as well. */
export function revokeSteps(
  name: string,
  remove: readonly PlannedGrant[],
  keep: readonly PlannedGrant[],
  prefixes: readonly string[],
): PlannedStep[] {
  const kept = keep.flatMap(grant => topicAcls(name, grant, prefixes));
  return sorted(remove).map(grant => {
    const args: StepArgs['revoke'] = {
      acls: withoutAcls(topicAcls(name, grant, prefixes), kept),
    };
    return {
      id: `revoke:${grant.login.base}:${grant.role}`,
      title: `Revoke ${grant.role} on ${name} from ${grant.principal}`,
      call: aclCall('DeleteAcls', args.acls),
      kind: 'revoke',
      args,
    };
  });
}

/** One step per principal and role: its ACLs on all topics that begin with a prefix. */
export function givePrefixSteps(
  grants: readonly PlannedGrant[],
  prefixes: readonly string[],
): PlannedStep[] {
  return prefixSteps('grant', grants, prefixes);
}

/** Takes ACLs on all topics that begin with a prefix. No other topic has claimed that one. */
export function takePrefixSteps(
  grants: readonly PlannedGrant[],
  prefixes: readonly string[],
): PlannedStep[] {
  return prefixSteps('revoke', grants, prefixes);
}

function prefixSteps(
  kind: 'grant' | 'revoke',
  grants: readonly PlannedGrant[],
  prefixes: readonly string[],
): PlannedStep[] {
  const [verb, preposition, call] =
    kind === 'grant'
      ? ['Grant', 'to', 'CreateAcls']
      : ['Revoke', 'from', 'DeleteAcls'];
  return sorted(grants).flatMap(grant =>
    prefixes.map(prefix => {
      const args: StepArgs['grant'] = { acls: prefixAcls([prefix], grant) };
      return {
        id: `${kind}-prefix:${grant.login.base}:${grant.role}:${prefix}`,
        title: `${verb} ${grant.role} on all topics that begin with ${prefix} ${preposition} ${grant.principal}`,
        call: aclCall(call, args.acls),
        kind,
        args,
      };
    }),
  );
}

/** One step per login: removes what of it no other grant needs, in the end the login itself. */
export function releaseLoginSteps(
  remove: readonly PlannedGrant[],
  { quotas }: { quotas?: object } = {},
): PlannedStep[] {
  return [...byLogin(remove)].map(([base, [{ login, principal }]]) => {
    const args: StepArgs['release-login'] = {
      users: [login.a, login.b],
      acls: allLoginAcls(login),
      ...(quotas ? { quotas: true } : {}),
    };
    return {
      id: `release-login:${base}`,
      title: `Remove what of the logins of ${principal} no other grant needs`,
      call: [
        aclCall('DeleteAcls', args.acls),
        'AlterUserScramCredentials',
        ...args.users.map(user => `  delete ${user} SCRAM-SHA-512`),
        ...(quotas
          ? args.users.map(
              user => `AlterClientQuotas user=${user}\n  remove all`,
            )
          : []),
      ].join('\n'),
      kind: 'release-login',
      args,
      login: { base, mode: 'release' as const },
    };
  });
}

function placementLines(
  replicas: readonly (readonly number[])[] = [],
  first: number,
): string[] {
  return replicas.map(
    (ids, index) => `  partition ${first + index}: replicas=${ids.join(',')}`,
  );
}

function aclCall(name: string, acls: readonly Acl[]): string {
  return acls.length === 0
    ? `${name} (nothing: other grants need every one of these ACLs)`
    : [name, ...acls.map(acl => `  ${describeAcl(acl)}`)].join('\n');
}

/** The grants by the base of their login. */
export function byLogin(
  grants: readonly PlannedGrant[],
): Map<string, PlannedGrant[]> {
  const logins = new Map<string, PlannedGrant[]>();
  for (const grant of sorted(grants)) {
    const { base } = grant.login;
    logins.set(base, [...(logins.get(base) ?? []), grant]);
  }
  return logins;
}

/** The order of a plan's steps may not depend on the order of the input. */
function sorted(grants: readonly PlannedGrant[]): PlannedGrant[] {
  const key = ({ login, role }: PlannedGrant) => `${login.base} ${role}`;
  return [...grants].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}
