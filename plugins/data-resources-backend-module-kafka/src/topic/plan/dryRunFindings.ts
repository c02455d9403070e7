import type { Finding } from '@data-resources/plugin-data-resources-node';
import type { TopicFacts } from '../topicFacts';

/** Never a verdict on what was asked: the name is checked before, and who has it as well. */
const TOLD_ELSEWHERE = new Set([
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_ALREADY_EXISTS',
]);

/** Findings of ours that say better what the broker says by an error. */
const SAID_BY: { [error: string]: string } = {
  INVALID_CONFIG: 'kafka/topic-config',
  INVALID_REPLICATION_FACTOR: 'kafka/replication-factor',
};

/**
 * The broker's own verdict, where no finding of ours has said the same already.
 *
 * @param what - what it was asked, e.g. `to create this topic`
 */
export function dryRunFindings(
  { dryRun }: TopicFacts,
  told: readonly Finding[],
  what: string,
): Finding[] {
  if (!dryRun || TOLD_ELSEWHERE.has(dryRun.error)) {
    return [];
  }
  const said = told.some(
    ({ policy, effect }) =>
      effect === 'deny' && policy === SAID_BY[dryRun.error],
  );
  if (said) {
    return [];
  }
  return [
    dryRun.error === 'INVALID_CONFIG'
      ? {
          policy: 'kafka/topic-config',
          effect: 'deny',
          path: 'spec.config',
          message: `Kafka refuses these settings: ${dryRun.message}`,
        }
      : {
          policy: 'kafka/broker-verdict',
          effect: 'deny',
          message: `Kafka refuses ${what} (${dryRun.error}): ${dryRun.message}`,
          ...(dryRun.isOfLogin ? { retryable: true } : {}),
        },
  ];
}
