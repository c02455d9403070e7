import { InputError } from '@backstage/errors';
import type {
  PlanInput,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { clusterFacts, topicFacts } from '../topicFacts';
import { configPart } from './configChanges';
import { dryRunFindings } from './dryRunFindings';
import { missingFindings } from './missingFindings';
import { highestRisk } from './PlanPart';
import { prefixPart } from './prefixPart';
import { partitionsPart, replicationFactorPart } from './sizeChanges';
import type { PlanSettings } from './planTopic';
import { addPartitionsStep, alterConfigsStep } from './steps';
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
  const stands = observed.spec as KafkaTopicSpec;
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
  const parts = [
    ...(partitions
      ? [
          partitionsPart(partitions, {
            replicationFactor: stands.replicationFactor,
            brokers: cluster.brokers,
            limit: settings.partitionsLimit,
            config: after,
          }),
        ]
      : []),
    ...(replicationFactor ? [replicationFactorPart(replicationFactor)] : []),
    configPart(config, {
      before: effectiveConfig(stands.config, cluster.facts),
      after,
      partitions: Math.max(stands.partitions, desired.partitions),
      replicationFactor: stands.replicationFactor,
      facts: cluster.facts,
    }),
  ];
  const findings = parts.flatMap(part => part.findings);
  const prefix = prefixPart(input, desired, settings);
  const all = prefix ? [...parts, prefix] : parts;
  return {
    risk: highestRisk(all.map(({ risk }) => risk)),
    changes: all.flatMap(part => part.changes),
    steps: [...(prefix?.steps ?? []), ...stepsOf(object.name, differences)],
    findings: [
      ...findings,
      ...(prefix?.findings ?? []),
      ...dryRunFindings(
        topicFacts(observed.facts),
        findings,
        'to change this topic',
      ),
    ],
  };
}

/** Settings first: partitions are the one thing that cannot be taken back. */
function stepsOf(
  name: string,
  { partitions, config }: TopicDifferences,
): ProviderPlan['steps'] {
  return [
    ...(config.length > 0 ? [alterConfigsStep(name, config)] : []),
    ...(partitions && partitions.to > partitions.from
      ? [addPartitionsStep(name, partitions.to)]
      : []),
  ];
}
