import { setTimeout as sleep } from 'node:timers/promises';

/** Tries until the assertion holds, and fails with its error when the time is up. */
export async function eventually(
  assertion: () => Promise<void>,
  withinMs = 15_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
    }
    await sleep(100);
  }
}
