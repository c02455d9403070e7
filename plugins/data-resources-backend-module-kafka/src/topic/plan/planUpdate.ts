import { InputError } from '@backstage/errors';
import type {
  PlanInput,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { clusterFacts, topicFacts } from '../topicFacts';
import type { TopicFacts } from '../topicFacts';
import { assignReplicas } from './assignReplicas';
import type { BrokerPlace } from './ReplicaSpread';
import { configPart } from './configChanges';
import { dryRunFindings } from './dryRunFindings';
import { missingFindings } from './missingFindings';
import { placementFindings } from './placementFindings';
import { highestRisk } from './PlanPart';
import { prefixPart } from './prefixPart';
import { reassignmentPart } from './reassignmentChange';
import type { ReassignmentPart } from './reassignmentChange';
import { partitionsPart } from './sizeChanges';
import type { PlanSettings } from './planTopic';
import { addPartitionsStep, alterConfigsStep, reassignStep } from './steps';
import {
  changedConfig,
  effectiveConfig,
  topicDifferences,
} from './topicDifferences';
import type { TopicDifferences } from './topicDifferences';

type Input = PlanInput<KafkaTopicSpec>;

/** From what stands there to the spec. */
export function planUpdate(input: Input, settings: PlanSettings): ProviderPlan {
  const { desired, current, observed, object } = input;
  if (!desired) {
    throw new InputError(`The plan to change topic ${object.name} has no spec`);
  }
  if (!observed.ours) {
    return {
      risk: 'low',
      changes: [],
      steps: [],
      findings: missingFindings(input, 'deny'),
    };
  }
  const facts = topicFacts(observed.facts);
  const stands = standing(observed.spec as KafkaTopicSpec, desired, facts);
  const differences = topicDifferences(stands, desired, current);
  const { partitions, replicationFactor, config } = differences;
  const cluster = {
    brokers: input.instance.topology.brokers,
    facts: clusterFacts(input.instance.facts),
  };
  const after = effectiveConfig(
    changedConfig(stands.config, config),
    cluster.facts,
  );
  const brokers = cluster.facts.brokers ?? [];
  const reassignment = reassignmentPart({
    name: object.name,
    replicationFactor,
    desired,
    facts,
    brokers,
    config: after,
  });
  const placement = reassignment?.after ?? facts.placement ?? [];
  const parts = [
    ...(partitions
      ? [
          partitionsPart(partitions, {
            replicationFactor: desired.replicationFactor,
            brokers: cluster.brokers,
            limit: settings.partitionsLimit,
            config: after,
          }),
        ]
      : []),
    ...(reassignment ? [reassignment] : []),
    configPart(config, {
      before: effectiveConfig(stands.config, cluster.facts),
      after,
      partitions: Math.max(stands.partitions, desired.partitions),
      replicationFactor: desired.replicationFactor,
      facts: cluster.facts,
      configTypes: facts.configTypes,
    }),
  ];
  const changing = parts.some(part => part.changes.length > 0);
  const findings = [
    ...parts.flatMap(part => part.findings),
    ...(changing ? placementFindings(placement, brokers) : []),
  ];
  const prefix = prefixPart(input, desired, settings);
  const all = prefix ? [...parts, prefix] : parts;
  return {
    risk: highestRisk(all.map(({ risk }) => risk)),
    changes: all.flatMap(part => part.changes),
    steps: [
      ...(prefix?.steps ?? []),
      ...stepsOf(object.name, differences, {
        reassignment,
        added: newPartitions(placement, desired, object.name, brokers),
      }),
    ],
    findings: [
      ...findings,
      ...(prefix?.findings ?? []),
      ...dryRunFindings(facts, findings, 'to change this topic'),
    ],
  };
}

/** Partitions may differ in their number of replicas; one that is not as asked for counts. */
function standing(
  observed: KafkaTopicSpec,
  { replicationFactor }: KafkaTopicSpec,
  { placement = [] }: TopicFacts,
): KafkaTopicSpec {
  const odd = placement.find(replicas => replicas.length !== replicationFactor);
  return odd ? { ...observed, replicationFactor: odd.length } : observed;
}

/** The brokers of those that are to be added, where the spec says which there may be. */
function newPartitions(
  placement: readonly (readonly number[])[],
  { partitions, replicationFactor, brokers: allowed }: KafkaTopicSpec,
  name: string,
  brokers: readonly BrokerPlace[],
): number[][] | undefined {
  const count = partitions - placement.length;
  return allowed && count > 0
    ? assignReplicas([...placement, ...Array(count).fill([])], {
        name,
        replicationFactor,
        brokers,
        allowed,
      }).slice(placement.length)
    : undefined;
}

/**
 * Settings first: partitions are the one thing that cannot be taken back. New ones get as many
 * replicas as the first has, which is why replicas come before them.
 */
function stepsOf(
  name: string,
  { partitions, config }: TopicDifferences,
  {
    reassignment,
    added,
  }: { reassignment?: ReassignmentPart; added?: number[][] },
): ProviderPlan['steps'] {
  return [
    ...(config.length > 0 ? [alterConfigsStep(name, config)] : []),
    ...(reassignment
      ? [reassignStep(name, reassignment.before, reassignment.after)]
      : []),
    ...(partitions && partitions.to > partitions.from
      ? [addPartitionsStep(name, partitions.to, added)]
      : []),
  ];
}
