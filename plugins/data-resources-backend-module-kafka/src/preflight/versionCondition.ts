import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';

/** The levels of `metadata.version` that a release is the first to know. Source: MetadataVersion. */
const RELEASES: [level: number, release: string][] = [
  [7, '3.3'],
  [8, '3.4'],
  [9, '3.5'],
  [12, '3.6'],
  [15, '3.7'],
  [20, '3.8'],
  [21, '3.9'],
  [22, '4.0'],
  [26, '4.1'],
  [28, '4.2'],
  [30, '4.3'],
  [31, '4.4'],
];
/** Below, the controllers of a cluster without ZooKeeper keep no SCRAM credentials. */
const OLDEST_LEVEL = 11;
/** Levels that no release of the table knows are of a newer one. */
const NEWEST_LEVEL = 31;

/** What the connected broker says of its version. */
export interface SpokenVersion {
  features: ReadonlyMap<string, number>;
  supported: ReadonlyMap<string, number>;
}

const FEATURE = 'metadata.version';

/** The release that a level of `metadata.version` came with, e.g. `4.3`. */
export function releaseOf(level: number): string {
  const [, release] =
    [...RELEASES].reverse().find(([first]) => first <= level) ?? RELEASES[0];
  return level > NEWEST_LEVEL ? `newer than ${release}` : release;
}

/** For people: the broker's release, and the level that the cluster is at. */
export function versionOf({
  features,
  supported,
}: SpokenVersion): string | undefined {
  const level = features.get(FEATURE);
  const newest = supported.get(FEATURE) ?? level;
  return level === undefined || newest === undefined
    ? undefined
    : `${releaseOf(newest)} (${FEATURE} ${level})`;
}

/** Whether the cluster is new enough, and keeps its metadata itself. */
export function versionCondition(spoken: SpokenVersion): InstanceCondition {
  const type = 'Version';
  const level = spoken.features.get(FEATURE);
  if (level === undefined) {
    return {
      type,
      status: 'error',
      message:
        'The cluster tells no metadata.version, so it keeps its metadata in ZooKeeper. The portal works with clusters in KRaft mode only: migrate it, then upgrade to Apache Kafka 3.7 or newer.',
    };
  }
  if (level < OLDEST_LEVEL) {
    return {
      type,
      status: 'error',
      message: `The cluster is at metadata.version ${level}, of Kafka ${releaseOf(
        level,
      )}, at which it keeps no SCRAM credentials. When all brokers are of 3.7 or newer: kafka-features.sh … upgrade --release-version 3.7`,
    };
  }
  const newest = spoken.supported.get(FEATURE) ?? level;
  return {
    type,
    status: 'ok',
    message: `Kafka ${releaseOf(
      newest,
    )} in KRaft mode, at metadata.version ${level}${
      newest > level
        ? `; the brokers know up to ${newest}: when the upgrade is to stay, kafka-features.sh … upgrade finishes it`
        : ''
    }.`,
  };
}
