import type { Finding } from '@data-resources/plugin-data-resources-node';
import { partitionsLimitFindings } from './createFindings';
import type { PlanPart } from './PlanPart';
import { cleanupOf } from './retention';
import type { EffectiveConfig } from './topicDifferences';

interface Difference {
  from: number;
  to: number;
}

/** Partitions can be added, which moves keys, and never taken away. */
export function partitionsPart(
  { from, to }: Difference,
  topic: {
    replicationFactor: number;
    brokers?: number;
    limit?: number;
    config: EffectiveConfig;
  },
): PlanPart {
  const path = 'spec.partitions';
  if (to < from) {
    return {
      risk: 'low',
      changes: [{ path: 'partitions', from, to, kind: 'unsupported' }],
      findings: [
        {
          policy: 'kafka/partitions',
          effect: 'deny',
          path,
          message: `The topic has ${from} partitions, and Kafka cannot take any away; ask for ${from} or more, or for another topic with ${to}.`,
        },
      ],
    };
  }
  const { replicationFactor, brokers, limit, config } = topic;
  const compacted = cleanupOf(config)?.has('compact') ?? false;
  return {
    risk: compacted ? 'high' : 'medium',
    changes: [{ path: 'partitions', from, to, kind: 'in-place' }],
    findings: [
      ...partitionsLimitFindings(to, limit),
      ...replicaFindings(replicationFactor, brokers),
      {
        policy: 'kafka/partition-growth',
        effect: 'warn',
        path,
        message: `With ${to} partitions instead of ${from} most keys map to another partition from then on, so the order of records per key breaks at that moment${
          compacted
            ? ', and compaction keeps the last record of a key in its old partition beside the new one'
            : ''
        }. Where that matters, stop the producers until the consumers have read everything. It cannot be undone.`,
      },
    ],
  };
}

function replicaFindings(
  replicationFactor: number,
  brokers: number | undefined,
): Finding[] {
  return brokers !== undefined && brokers < replicationFactor
    ? [
        {
          policy: 'kafka/replication-factor',
          effect: 'deny',
          retryable: true,
          path: 'spec.partitions',
          message: `Each new partition needs ${replicationFactor} running brokers for its replicas; this cluster has ${brokers}. Try again when more are running.`,
        },
      ]
    : [];
}
