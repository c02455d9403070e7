import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { sameTopicConfig } from '../topicConfigValues';
import { defaultOf } from '../topicFacts';
import type { ClusterFacts } from '../topicFacts';

/** A setting that is to be set, or to follow the cluster's default again. */
export interface ConfigDifference {
  key: string;
  /** Absent where the topic itself has none. */
  from?: string;
  /** Absent where it is to have none. */
  to?: string;
}

/** How a topic is to change. */
export interface TopicDifferences {
  partitions?: { from: number; to: number };
  replicationFactor?: { from: number; to: number };
  /** By key. */
  config: ConfigDifference[];
}

/**
 * What stands between a topic and its spec. A setting counts when the spec declares it, or
 * when the last agreed one did; all others are somebody else's business.
 */
export function topicDifferences(
  observed: KafkaTopicSpec,
  desired: KafkaTopicSpec,
  current: KafkaTopicSpec | undefined,
): TopicDifferences {
  const number = (field: 'partitions' | 'replicationFactor') =>
    observed[field] === desired[field]
      ? {}
      : { [field]: { from: observed[field], to: desired[field] } };
  const keys = new Set([
    ...Object.keys(desired.config),
    ...Object.keys(current?.config ?? {}),
  ]);
  return {
    ...number('partitions'),
    ...number('replicationFactor'),
    config: [...keys]
      .sort()
      .map(key => ({
        key,
        from: valueOf(observed.config, key),
        to: valueOf(desired.config, key),
      }))
      .filter(({ from, to }) => differ(from, to)),
  };
}

/** What a topic goes by, before or after a change: its own setting, else the cluster's. */
export interface EffectiveConfig {
  /** Undefined where the cluster's could not be read. */
  value(key: string): string | undefined;
  /** Whether the topic sets it itself. */
  isOwn(key: string): boolean;
}

/** {@link EffectiveConfig} of a topic with these settings of its own. */
export function effectiveConfig(
  own: { [key: string]: string },
  facts: ClusterFacts,
): EffectiveConfig {
  return {
    value: key => valueOf(own, key)?.trim() ?? defaultOf(key, facts),
    isOwn: key => Object.hasOwn(own, key),
  };
}

/** A topic's own settings after a change. */
export function changedConfig(
  own: { [key: string]: string },
  differences: readonly ConfigDifference[],
): { [key: string]: string } {
  const changed = new Map(Object.entries(own));
  for (const { key, to } of differences) {
    if (to === undefined) {
      changed.delete(key);
    } else {
      changed.set(key, to);
    }
  }
  return Object.fromEntries(changed);
}

function differ(from: string | undefined, to: string | undefined): boolean {
  return from === undefined || to === undefined
    ? from !== to
    : !sameTopicConfig(from, to);
}

/** Keys come from users: `constructor` is one like any other. */
function valueOf(
  config: { [key: string]: string },
  key: string,
): string | undefined {
  return Object.hasOwn(config, key) ? config[key] : undefined;
}
