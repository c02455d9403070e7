import type { Finding } from '@data-resources/plugin-data-resources-node';
import { brokersFindings } from './createFindings';
import { assignReplicas } from './assignReplicas';
import type { BrokerPlace } from './assignReplicas';
import type { PlanPart } from './PlanPart';
import type { TopicFacts } from '../topicFacts';
import type { EffectiveConfig } from './topicDifferences';
import { bytes } from './units';

/** A topic of which every partition gets another number of replicas. */
interface Topic {
  name: string;
  from: number;
  to: number;
  facts: TopicFacts;
  /** Those that run. */
  brokers: readonly BrokerPlace[];
  /** After the change. */
  config: EffectiveConfig;
}

/** What a change of the replication factor comes to. */
export interface ReassignmentPart extends PlanPart {
  /** The brokers of each partition before and after. */
  before: readonly (readonly number[])[];
  after: number[][];
}

const PATH = 'spec.replicationFactor';
const POLICY = 'kafka/reassignment';

/** Copies replicas to further brokers, or takes some away, which other replicas outlive. */
export function reassignmentPart(topic: Topic): ReassignmentPart {
  const { name, from, to, facts, brokers, config } = topic;
  const before = facts.placement ?? [];
  const after = assignReplicas(before, {
    name,
    replicationFactor: to,
    brokers,
  });
  return {
    before,
    after,
    risk: to === 1 ? 'high' : 'medium',
    changes: [{ path: 'replicationFactor', from, to, kind: 'in-place' }],
    findings: [
      ...brokersFindings(to, brokers.length),
      ...movingFindings(facts),
      ...behindFindings(topic, after),
      ...copyFindings(facts, before, after),
      ...minInsyncFindings(to, config),
      ...(to === 1
        ? [
            {
              policy: 'kafka/replication-risk',
              effect: 'warn' as const,
              path: PATH,
              message:
                'With one replica a partition is away whenever its broker is, and what it holds is lost with that broker.',
            },
          ]
        : []),
    ],
  };
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
function behindFindings(
  { from, to, facts: { behind = [] } }: Topic,
  after: readonly unknown[],
): Finding[] {
  return to < from && behind.length > 0 && after.length > 0
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
  const brokers = [...new Set(added.flat())].sort((a, b) => a - b);
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

function minInsyncFindings(to: number, config: EffectiveConfig): Finding[] {
  const least = Number(config.value('min.insync.replicas'));
  // More than there are replicas is told where the topic sets it itself.
  return least > 1 && (to === least || (to < least && to > 1))
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

function partitions(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 10).join(', ');
  return `${numbers.length === 1 ? 'partition' : 'partitions'} ${shown}${
    numbers.length > 10 ? `, … (${numbers.length} in all)` : ''
  }`;
}
