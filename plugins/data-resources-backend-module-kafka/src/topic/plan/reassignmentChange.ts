import type {
  Change,
  Finding,
} from '@data-resources/plugin-data-resources-node';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import type { TopicFacts } from '../topicFacts';
import { assignReplicas } from './assignReplicas';
import type { BrokerPlace } from './ReplicaSpread';
import { brokersFindings } from './createFindings';
import { allowedFindings } from './placementFindings';
import type { PlanPart } from './PlanPart';
import type { EffectiveConfig } from './topicDifferences';
import { bytes } from './units';

/** A topic of which partitions are to be on other brokers. */
interface Topic {
  name: string;
  /** Of one partition or more; absent where all have as many replicas as they should. */
  replicationFactor?: { from: number; to: number };
  desired: KafkaTopicSpec;
  facts: TopicFacts;
  /** Those that run. */
  brokers: readonly BrokerPlace[];
  /** After the change. */
  config: EffectiveConfig;
}

/** What a change of the replication factor, or of the brokers, comes to. */
export interface ReassignmentPart extends PlanPart {
  /** The brokers of each partition before and after. */
  before: readonly (readonly number[])[];
  after: number[][];
}

const PATH = 'spec.replicationFactor';
const POLICY = 'kafka/reassignment';

/**
 * Copies replicas to other brokers, or takes some away, which other replicas outlive. Undefined
 * where every replica may stay where it is.
 */
export function reassignmentPart(topic: Topic): ReassignmentPart | undefined {
  const { name, replicationFactor, desired, facts, brokers, config } = topic;
  const before = facts.placement ?? [];
  const after = assignReplicas(before, {
    name,
    replicationFactor: desired.replicationFactor,
    brokers,
    allowed: desired.brokers,
  });
  const brokersChange = changeOfBrokers(before, after, desired);
  if (!replicationFactor && !brokersChange) {
    return undefined;
  }
  const to = desired.replicationFactor;
  return {
    before,
    after,
    risk: replicationFactor && to === 1 ? 'high' : 'medium',
    changes: [
      ...(replicationFactor
        ? [
            {
              path: 'replicationFactor',
              ...replicationFactor,
              kind: 'in-place' as const,
            },
          ]
        : []),
      ...(brokersChange ? [brokersChange] : []),
    ],
    findings: [
      ...(replicationFactor ? brokersFindings(to, brokers.length) : []),
      ...allowedFindings(desired, brokers),
      ...movingFindings(facts),
      ...(replicationFactor && to < replicationFactor.from
        ? behindFindings(facts)
        : []),
      ...copyFindings(facts, before, after),
      ...(replicationFactor ? safetyFindings(to, config) : []),
    ],
  };
}

/** Where the spec says which brokers there may be, and some replica is not as it says. */
function changeOfBrokers(
  before: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
  { brokers: allowed }: KafkaTopicSpec,
): Change | undefined {
  const moves = after.some((replicas, partition) =>
    before[partition].some(id => !replicas.includes(id)),
  );
  const from = idsOf(before);
  return allowed && moves && from.length > 0
    ? {
        path: 'brokers',
        from,
        to: [...allowed].sort(byNumber),
        kind: 'in-place',
      }
    : undefined;
}

/** The request waits: what is under way is somebody else's, and to be overwritten by nobody. */
function movingFindings({ moving = [] }: TopicFacts): Finding[] {
  return moving.length > 0
    ? [
        {
          policy: POLICY,
          effect: 'deny',
          retryable: true,
          path: PATH,
          message: `Somebody is moving ${partitions(
            moving,
          )} of this topic between brokers just now. Wait until that is done, or cancel it (kafka-reassign-partitions.sh --cancel).`,
        },
      ]
    : [];
}

/** Where replicas are taken away, those that stay have to have everything. */
function behindFindings({ behind = [] }: TopicFacts): Finding[] {
  return behind.length > 0
    ? [
        {
          policy: POLICY,
          effect: 'deny',
          retryable: true,
          path: PATH,
          message: `Replicas of ${partitions(
            behind,
          )} are not in sync, so that none may be taken away now. Try again when all of them are, or bring back the brokers that are away.`,
        },
      ]
    : [];
}

function copyFindings(
  { bytes: size }: TopicFacts,
  before: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
): Finding[] {
  const added = after.map((replicas, partition) =>
    replicas.filter(id => !before[partition].includes(id)),
  );
  const copies = added.flat().length;
  if (copies === 0) {
    return [];
  }
  const brokers = idsOf(added);
  const amount =
    size === undefined
      ? ''
      : `, about ${bytes(Math.round((size * copies) / before.length))}`;
  return [
    {
      policy: POLICY,
      effect: 'warn',
      path: PATH,
      message: `Kafka copies ${copies} ${
        copies === 1 ? 'replica' : 'replicas'
      }${amount} to ${
        brokers.length === 1 ? 'broker' : 'brokers'
      } ${brokers.join(
        ', ',
      )}, as fast as it can: that takes network and disks from others until it is done.`,
    },
  ];
}

function safetyFindings(to: number, config: EffectiveConfig): Finding[] {
  if (to === 1) {
    return [
      {
        policy: 'kafka/replication-risk',
        effect: 'warn',
        path: PATH,
        message:
          'With one replica a partition is away whenever its broker is, and what it holds is lost with that broker.',
      },
    ];
  }
  const least = Number(config.value('min.insync.replicas'));
  return least >= to
    ? [
        {
          policy: 'kafka/min-insync-replicas',
          effect: 'warn',
          path: PATH,
          message: `min.insync.replicas is ${least}: with ${to} replicas every write with acks=all fails as soon as one broker is away. Keep ${
            least + 1
          } replicas or more, or lower min.insync.replicas.`,
        },
      ]
    : [];
}

function idsOf(placement: readonly (readonly number[])[]): number[] {
  return [...new Set(placement.flat())].sort(byNumber);
}

function partitions(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 10).join(', ');
  return `${numbers.length === 1 ? 'partition' : 'partitions'} ${shown}${
    numbers.length > 10 ? `, … (${numbers.length} in all)` : ''
  }`;
}

function byNumber(left: number, right: number): number {
  return left - right;
}
