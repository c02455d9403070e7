import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait for a condition, unless told otherwise. */
const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Reads until what was read is as expected, and returns it. Names the last value when time is
 * up.
 */
export async function eventually<T>(
  what: string,
  read: () => Promise<T>,
  holds: (value: T) => boolean,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (holds(value)) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(
        `${what}: not within ${timeoutMs} ms. Last seen: ${JSON.stringify(
          value,
        )}`,
      );
    }
    await sleep(100);
  }
}
