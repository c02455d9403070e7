import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Host } from 'cassandra-driver';

/** Nodes tell each other of a change at once, and most have it after some milliseconds. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

/**
 * Waits until all nodes that are up have the same schema, and answers whether they have. Each is asked
 * for itself: what one node knows of the others comes with their gossip, a second later. One that is down
 * takes the schema from the others when it comes back; one that hangs is waited for.
 */
export async function schemaAgreed(
  client: Client,
  withinMs: number,
): Promise<boolean> {
  const end = performance.now() + withinMs;
  for (
    let pauseMs = FIRST_PAUSE_MS;
    client.hosts.length > 1;
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
  ) {
    const leftMs = Math.ceil(end - performance.now());
    if (leftMs <= 0) {
      return false;
    }
    const versions = await Promise.all(
      [...client.hosts.values()]
        .filter(host => host.isUp())
        .map(host => versionAt(client, host, leftMs)),
    );
    if (!versions.includes(undefined) && new Set(versions).size === 1) {
      return true;
    }
    await sleep(pauseMs);
  }
  return true;
}

/** Undefined where it does not tell. */
async function versionAt(
  client: Client,
  host: Host,
  readTimeout: number,
): Promise<string | undefined> {
  try {
    const { rows } = await client.execute(
      'SELECT schema_version FROM system.local',
      undefined,
      { host, isIdempotent: true, readTimeout },
    );
    return rows[0]?.schema_version?.toString();
  } catch {
    // It may be known to be down by the next time.
    return undefined;
  }
}
