import {
  cleanupOf,
  isTighter,
  limitOf,
  retentionBytes,
  retentionMs,
} from './retention';
import type { EffectiveConfig } from './topicDifferences';
import { bytes, duration } from './units';

/** What a changed setting does to data that is there, or to who writes and reads it. */
export interface ConfigRisk {
  /** Data goes that cannot be brought back. */
  destructive: boolean;
  message: string;
}

/** A topic's settings before and after a change. */
export interface ConfigTurn {
  before: EffectiveConfig;
  after: EffectiveConfig;
  /** After the change. */
  partitions: number;
}

const RULES: { [key: string]: (turn: ConfigTurn) => ConfigRisk | undefined } = {
  'cleanup.policy': cleanupPolicy,
  'delete.retention.ms': deleteRetention,
  'max.message.bytes': maxMessageBytes,
  'min.insync.replicas': minInsyncReplicas,
  'remote.storage.enable': remoteStorage,
  'retention.bytes': sizeRetention,
  'retention.ms': timeRetention,
  'unclean.leader.election.enable': uncleanElection,
};

/** What to warn of before a setting changes; undefined when there is nothing. */
export function configRisk(
  key: string,
  turn: ConfigTurn,
): ConfigRisk | undefined {
  return Object.hasOwn(RULES, key) ? RULES[key](turn) : undefined;
}

function cleanupPolicy({ before, after }: ConfigTurn): ConfigRisk | undefined {
  const adds = (policy: string) =>
    !cleanupOf(before)?.has(policy) && may(after, policy);
  const messages: string[] = [];
  if (adds('compact')) {
    messages.push(
      'With compaction Kafka keeps the last record of each key and removes the earlier ones for good; records without a key are refused.',
    );
  }
  const gone = [
    ...(limitOf(after, 'retention.ms') === 'none'
      ? []
      : [`what is older than ${retentionMs(after)}`]),
    ...(limitOf(after, 'retention.bytes') === 'none'
      ? []
      : [`the oldest of each partition beyond ${retentionBytes(after)}`]),
  ];
  if (adds('delete') && gone.length > 0) {
    messages.push(
      `Kafka then deletes for good ${gone.join(
        ' and ',
      )}, also the last record of a key.`,
    );
  }
  return messages.length === 0
    ? undefined
    : { destructive: true, message: messages.join(' ') };
}

function timeRetention(turn: ConfigTurn): ConfigRisk | undefined {
  const { before, after } = turn;
  return deletesMore('retention.ms', turn)
    ? {
        destructive: true,
        message: `Kafka deletes what is older for good soon after the change: it keeps records for ${retentionMs(
          after,
        )}; until now ${retentionMs(before)}.`,
      }
    : undefined;
}

function sizeRetention(turn: ConfigTurn): ConfigRisk | undefined {
  const { before, after, partitions } = turn;
  const limit = limitOf(after, 'retention.bytes');
  const total =
    typeof limit === 'number'
      ? `, ${bytes(limit * partitions)} for ${partitions} partitions`
      : '';
  return deletesMore('retention.bytes', turn)
    ? {
        destructive: true,
        message: `Kafka deletes the oldest records beyond that for good soon after the change: of each partition it keeps ${retentionBytes(
          after,
        )}${total}; until now ${retentionBytes(before)}.`,
      }
    : undefined;
}

/** Where `delete` itself is new, that is what the change of the policy tells. */
function deletesMore(key: string, { before, after }: ConfigTurn): boolean {
  return (
    may(before, 'delete') &&
    may(after, 'delete') &&
    isTighter(limitOf(before, key), limitOf(after, key))
  );
}

function deleteRetention({
  before,
  after,
}: ConfigTurn): ConfigRisk | undefined {
  const key = 'delete.retention.ms';
  const limit = limitOf(after, key);
  return may(after, 'compact') &&
    typeof limit === 'number' &&
    isTighter(limitOf(before, key), limit)
    ? {
        destructive: false,
        message: `Kafka then removes delete markers ${duration(
          limit,
        )} after it compacted them: a consumer that takes longer to read the topic from its beginning keeps what was deleted.`,
      }
    : undefined;
}

function maxMessageBytes({
  before,
  after,
}: ConfigTurn): ConfigRisk | undefined {
  const key = 'max.message.bytes';
  const limit = limitOf(after, key);
  return typeof limit === 'number' && isTighter(limitOf(before, key), limit)
    ? {
        destructive: false,
        message: `Batches of more than ${bytes(
          limit,
        )} (max.message.bytes=${limit}) are refused from then on; make sure that no producer sends them.`,
      }
    : undefined;
}

function minInsyncReplicas({
  before,
  after,
}: ConfigTurn): ConfigRisk | undefined {
  const key = 'min.insync.replicas';
  const limit = limitOf(after, key);
  return typeof limit === 'number' && isTighter(limitOf(before, key), limit)
    ? {
        destructive: false,
        message: `A write with acks=all then counts as safe as soon as ${limit} of the replicas have it, instead of ${
          before.value(key) ?? 'the default'
        }: fewer failures of brokers are enough to lose it.`,
      }
    : undefined;
}

function remoteStorage({ before, after }: ConfigTurn): ConfigRisk | undefined {
  const key = 'remote.storage.enable';
  return isOn(before, key) && !isOn(after, key)
    ? {
        destructive: true,
        message:
          'Kafka deletes for good what it has moved to remote storage; what is on the brokers stays.',
      }
    : undefined;
}

function uncleanElection({
  before,
  after,
}: ConfigTurn): ConfigRisk | undefined {
  const key = 'unclean.leader.election.enable';
  return !isOn(before, key) && isOn(after, key)
    ? {
        destructive: false,
        message:
          'When all replicas in sync are gone, one that lags behind may lead from then on: acknowledged records are lost.',
      }
    : undefined;
}

/** Also true where the policy could not be read. */
function may(config: EffectiveConfig, policy: string): boolean {
  return cleanupOf(config)?.has(policy) ?? true;
}

function isOn(config: EffectiveConfig, key: string): boolean {
  return config.value(key)?.toLowerCase() === 'true';
}
