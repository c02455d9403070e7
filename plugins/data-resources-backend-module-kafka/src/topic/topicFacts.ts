import type { JsonObject } from '@backstage/types';
import type { Acl } from '../client/acls';
import type { ConfigType } from '../client/topicConfigs';
import type { BrokerPlace } from './plan/ReplicaSpread';

/** What an observation of a topic knows besides its spec. */
export type TopicFacts = {
  /** All ACLs that cover the name: literal, prefixed and wildcard ones. */
  acls: Acl[];
  /** Prefixed ACLs that overlap with the prefix that the topic has or is to have, and that its name has not. */
  prefixed: Acl[];
  /** Other topics whose names Kafka cannot keep apart from this one. */
  collisions: string[];
  /** What the broker said about creating it, or changing it, without doing it. */
  dryRun?: {
    error: string;
    message: string;
    /** Set where the portal's login lacks the right to try. */
    isOfLogin?: boolean;
  };
  /** Whose it is, where the brokers or a tool keep it for themselves. */
  internal?: string;
  /** What the cluster takes for each topic key, where it is about to be asked for any. */
  configTypes?: { [key: string]: ConfigType };
  /** The brokers of each partition, the preferred leader first; in the end, where it is being moved. */
  placement?: number[][];
  /** Partitions of which a replica is not in sync. */
  behind?: number[];
  /** Partitions that are being moved between brokers just now. */
  moving?: number[];
  /** What the topic takes on all disks together, where a change copies it and it could be read. */
  bytes?: number;
};

/** What a look at the cluster knows that plans need. */
export type ClusterFacts = {
  /** The brokers that run, by id. */
  brokers?: BrokerPlace[];
  /** Every topic key that the cluster knows, with the value a topic has if it sets none. */
  topicConfigs?: { [key: string]: string };
  /** Those of them that nobody may set here, as some hosted clusters have them. */
  readOnlyTopicConfigs?: string[];
  /** The same of a few keys, as a broker has them, which counts where controllers differ. */
  brokerDefaults?: { [key: string]: string };
  /** How long a consumer group without members keeps its offsets. */
  offsetsRetentionMs?: number;
  /** False where the brokers refuse to delete topics. */
  deleteTopicEnable?: boolean;
};

/** The facts of an observation that {@link KafkaTopicProvider} made. */
export function topicFacts(facts: JsonObject): TopicFacts {
  const {
    acls = [],
    prefixed = [],
    collisions = [],
    ...others
  } = facts as Partial<TopicFacts>;
  return { acls, prefixed, collisions, ...others };
}

/** The facts of a probe of this engine. */
export function clusterFacts(facts: JsonObject): ClusterFacts {
  return facts as ClusterFacts;
}

/** What a topic follows that does not set the key itself; undefined where it could not be read. */
export function defaultOf(
  key: string,
  { brokerDefaults = {}, topicConfigs = {} }: ClusterFacts,
): string | undefined {
  if (Object.hasOwn(brokerDefaults, key)) {
    return brokerDefaults[key];
  }
  return Object.hasOwn(topicConfigs, key) ? topicConfigs[key] : undefined;
}
