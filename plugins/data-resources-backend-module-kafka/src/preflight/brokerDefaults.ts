import type { BrokerSettings } from '../client/cluster';
import type { ClusterFacts } from '../topic/topicFacts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The setting of a broker, and how many of a topic's units one of its units is. */
type Source = [name: string, factor?: number];

/** What a topic follows that does not set a key itself: the first that is set. */
const SOURCES: { [key: string]: Source[] } = {
  'cleanup.policy': [['log.cleanup.policy']],
  'delete.retention.ms': [['log.cleaner.delete.retention.ms']],
  'max.message.bytes': [['message.max.bytes']],
  'min.insync.replicas': [['min.insync.replicas']],
  'retention.bytes': [['log.retention.bytes']],
  'retention.ms': [
    ['log.retention.ms', 1],
    ['log.retention.minutes', MINUTE_MS],
    ['log.retention.hours', HOUR_MS],
  ],
  'unclean.leader.election.enable': [['unclean.leader.election.enable']],
};

/**
 * The defaults of the topic keys on which the fate of data hangs, from a broker's own
 * settings: what controllers tell of them is wrong where only the brokers' files have them.
 */
export function brokerDefaults(
  settings: BrokerSettings | undefined,
): Pick<ClusterFacts, 'brokerDefaults' | 'offsetsRetentionMs'> {
  if (!settings) {
    return {};
  }
  const minutes = settings.get('offsets.retention.minutes')?.value;
  return {
    brokerDefaults: Object.fromEntries(
      Object.entries(SOURCES).flatMap(([key, sources]) => {
        const value = firstOf(sources, settings);
        return value === undefined ? [] : [[key, value]];
      }),
    ),
    ...(minutes ? { offsetsRetentionMs: Number(minutes) * MINUTE_MS } : {}),
  };
}

function firstOf(
  sources: readonly Source[],
  settings: BrokerSettings,
): string | undefined {
  for (const [name, factor] of sources) {
    const value = settings.get(name)?.value;
    if (value !== undefined && value !== null && value !== '') {
      // Of hours and minutes, as of milliseconds, every negative number means no limit.
      return factor === undefined
        ? value
        : String(Math.max(-1, Number(value) * factor));
    }
  }
  return undefined;
}
