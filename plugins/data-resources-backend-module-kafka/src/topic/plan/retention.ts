import type { EffectiveConfig } from './topicDifferences';
import { bytes, duration } from './units';

/** A limit of Kafka's: every negative number means that there is none. */
export type Limit = number | 'none' | 'unknown';

/** What `retention.ms` and the like say. */
export function limitOf(config: EffectiveConfig, key: string): Limit {
  const value = config.value(key);
  if (value === undefined) {
    return 'unknown';
  }
  return Number(value) < 0 ? 'none' : Number(value);
}

/** Whether a change of a limit may reach what it did not reach before. */
export function isTighter(before: Limit, after: Limit): boolean {
  if (after === 'none') {
    return false;
  }
  if (before === 'unknown' || after === 'unknown') {
    return true;
  }
  return before === 'none' || after < before;
}

/** Whether Kafka deletes or compacts; `undefined` where that could not be read. */
export function cleanupOf(
  config: EffectiveConfig,
): ReadonlySet<string> | undefined {
  const value = config.value('cleanup.policy');
  return value === undefined
    ? undefined
    : new Set(value.split(',').map(item => item.trim()));
}

/** For example `7 days (retention.ms=604800000)`. */
export function retentionMs(config: EffectiveConfig): string {
  return told(config, 'retention.ms', duration);
}

/** For example `1 GiB (retention.bytes=1073741824)`. */
export function retentionBytes(config: EffectiveConfig): string {
  return told(config, 'retention.bytes', bytes);
}

function told(
  config: EffectiveConfig,
  key: string,
  say: (amount: number) => string,
): string {
  const limit = limitOf(config, key);
  if (limit === 'unknown') {
    return `what the cluster's default says (${key}, which the portal may not read)`;
  }
  const source = config.isOwn(key) ? '' : ", the cluster's default";
  return limit === 'none'
    ? `no limit (${key}=-1${source})`
    : `${say(limit)} (${key}=${config.value(key)}${source})`;
}
