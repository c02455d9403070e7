import {
  fieldPath,
  type Finding,
  type PlanInput,
  type ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { isReader, topicAcls, withoutAcls } from '../roleAcls';
import { clusterFacts, topicFacts } from '../topicFacts';
import type { ClusterFacts } from '../topicFacts';
import { heldPrefixes, prefixesOf } from '../topicPrefix';
import { listAcls } from './aclFindings';
import { grantChanges } from './grantChanges';
import { missingFindings } from './missingFindings';
import type { PlanSettings } from './planTopic';
import { ensureQuotasSteps } from './quotaSteps';
import { cleanupOf, limitOf, retentionMs } from './retention';
import { ensureLoginSteps, grantSteps, revokeSteps } from './steps';
import { effectiveConfig } from './topicDifferences';
import type { EffectiveConfig } from './topicDifferences';
import { duration } from './units';

type Input = PlanInput<KafkaTopicSpec>;

/**
 * Takes the ACLs of every grant, and nothing else: the brokers ask for them at each request,
 * so that open connections end as well. A DENY of ours could not be told from somebody else's.
 */
export function planQuarantine(
  input: Input,
  { ownPrincipal }: PlanSettings,
): ProviderPlan {
  const { name } = input.object;
  const { remove, keep } = input.grants;
  return {
    risk: 'medium',
    changes: grantChanges(input.grants, false),
    steps: revokeSteps(name, remove, keep, heldPrefixes(input)),
    findings: input.observed.ours
      ? [
          ...accessFindings(input, ownPrincipal),
          ...retentionFindings(input),
          ...offsetFindings(input),
        ]
      : missingFindings(input, 'info'),
  };
}

/** Gives the ACLs of every grant back. */
export function planRestore(
  input: Input,
  { quotas }: PlanSettings,
): ProviderPlan {
  const { add } = input.grants;
  return {
    risk: 'low',
    changes: grantChanges(input.grants, false),
    steps: [
      ...ensureLoginSteps(add),
      ...ensureQuotasSteps(add, quotas),
      ...grantSteps(input.object.name, add, prefixesOf(input.desired)),
    ],
    findings: missingFindings(input, 'deny'),
  };
}

/** Who is in all the same. */
function accessFindings(
  input: Input,
  ownPrincipal: string | undefined,
): Finding[] {
  const { object, grants, observed } = input;
  const prefixes = heldPrefixes(input);
  const taken = grants.remove.flatMap(grant =>
    topicAcls(object.name, grant, prefixes),
  );
  const stay = withoutAcls(
    topicFacts(observed.facts).acls.filter(
      ({ resourceType, permission, principal }) =>
        resourceType === 'TOPIC' &&
        permission === 'ALLOW' &&
        principal !== ownPrincipal,
    ),
    taken,
  );
  return [
    ...(stay.length > 0
      ? [
          {
            policy: 'kafka/foreign-acl',
            effect: 'warn' as const,
            path: 'name',
            message: `These ACLs, which no grant on this topic gave, go on letting somebody in: ${listAcls(
              stay,
            )}.`,
          },
        ]
      : []),
    {
      policy: 'kafka/quarantine-access',
      effect: 'info',
      message:
        'Nobody is denied anything: super users of the cluster reach the topic as before.',
    },
  ];
}

/** What of the data there is to restore later. */
function retentionFindings({ observed, instance }: Input): Finding[] {
  const spec = observed.spec as KafkaTopicSpec;
  return [
    {
      policy: 'kafka/quarantine-retention',
      effect: 'info',
      path: fieldPath(['spec', 'config', 'retention.ms']),
      message: survival(
        effectiveConfig(spec.config, clusterFacts(instance.facts)),
      ),
    },
  ];
}

function survival(config: EffectiveConfig): string {
  const cleanup = cleanupOf(config);
  const limit = limitOf(config, 'retention.ms');
  if (cleanup && !cleanup.has('delete')) {
    return cleanup.has('compact')
      ? 'The data stays: the topic is compacted (cleanup.policy=compact), and the last record of each key is kept.'
      : 'The data stays: the topic has no cleanup policy, and nothing is deleted.';
  }
  if (limit === 'none') {
    return 'The data stays: nothing is deleted by age (retention.ms=-1), and nothing by size while nobody writes.';
  }
  const longest =
    limit === 'unknown'
      ? 'after that'
      : `${duration(limit)} after the last write`;
  return `Kafka goes on deleting: what is older than ${retentionMs(
    config,
  )} goes in quarantine as well, and ${longest} there is nothing left to restore. To keep more, change retention.ms first.`;
}

/** Consumers lose their place before long. */
function offsetFindings({ grants, instance }: Input): Finding[] {
  const { offsetsRetentionMs }: ClusterFacts = clusterFacts(instance.facts);
  if (!grants.remove.some(({ role }) => isReader(role))) {
    return [];
  }
  return [
    {
      policy: 'kafka/quarantine-offsets',
      effect: 'info',
      message: `Kafka forgets the offsets of consumer groups that have no members ${
        offsetsRetentionMs === undefined
          ? 'when offsets.retention.minutes are over'
          : `after ${duration(offsetsRetentionMs)} (offsets.retention.minutes)`
      }: after a later restore they begin where auto.offset.reset tells them.`,
    },
  ];
}
