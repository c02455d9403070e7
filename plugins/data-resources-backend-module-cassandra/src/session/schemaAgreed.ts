import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Host } from 'cassandra-driver';

/** Nodes tell each other of a change at once, and most have it after some milliseconds. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

/**
 * Waits until all nodes have the same schema, and answers whether they have. Each is asked for itself:
 * what one node knows of the others comes with their gossip, a second later. One that does not answer may
 * have any: to the portal it may be down and not to its clients.
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
      [...client.hosts.values()].map(host => versionAt(client, host, leftMs)),
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
    // It is asked again, for as long as there is time.
    return undefined;
  }
}
