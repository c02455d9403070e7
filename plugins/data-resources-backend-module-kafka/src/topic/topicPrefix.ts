import type {
  Finding,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';
import type { KafkaTopicSpec } from './KafkaTopicSpec';
import { isInternalTopicName } from './topicNames';

/** Shorter ones stand for no one thing, and would keep everybody else from too many names. */
export const SHORTEST_PREFIX = 4;

const SEPARATOR = /[._-]$/;

type Input = Pick<PlanInput<KafkaTopicSpec>, 'desired' | 'current' | 'held'>;

/** On which prefixes the grants of a topic are to be in force; none unless its spec has one. */
export function prefixesOf(spec: KafkaTopicSpec | undefined): string[] {
  return spec?.prefix === undefined ? [] : [spec.prefix];
}

/** On which prefixes ACLs of its grants may stand: what is taken is taken on all of them. */
export function heldPrefixes({ desired, current, held = [] }: Input): string[] {
  return [...new Set([...prefixesOf(current ?? desired), ...held])].sort();
}

/** A prefix must have to do with its topic, and end where a part of a name ends. */
export function prefixFindings(
  name: string,
  { prefix }: Pick<KafkaTopicSpec, 'prefix'>,
): Finding[] {
  if (prefix === undefined) {
    return [];
  }
  const is = `spec.prefix is ${JSON.stringify(prefix)}`;
  if (isInternalTopicName(prefix)) {
    return [
      denied(
        `${is}, and Kafka keeps names that begin with '__' for its internal topics.`,
      ),
    ];
  }
  if (prefix.startsWith(name)) {
    return [];
  }
  if (!name.startsWith(prefix)) {
    return [
      denied(
        `${is}, which has nothing to do with topic '${name}'; use '${name}.' or another beginning that the topic's name has, or that has the topic's name.`,
      ),
    ];
  }
  return SEPARATOR.test(prefix)
    ? []
    : [
        denied(
          `${is}, which ends in the middle of a part of '${name}' and would cover names that only look alike; end it with '.', '_' or '-', or use '${name}.'.`,
        ),
      ];
}

function denied(message: string): Finding {
  return {
    policy: 'kafka/prefix',
    effect: 'deny',
    path: 'spec.prefix',
    message,
  };
}
