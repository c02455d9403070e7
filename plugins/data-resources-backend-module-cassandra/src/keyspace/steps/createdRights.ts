import type { Deadline } from '../../session/Deadline';

/**
 * The server gives the creator's permissions after the object is there already. When the
 * answer to a CREATE was lost, what stands between the two is looked at for so long.
 */
const LOOKS = 10;
const PAUSE_MS = 300;

/** Reads until `isComplete`, or until it can be said that it will not be. */
export async function awaitCreated<T>(
  read: () => Promise<T>,
  isComplete: (value: T) => boolean,
  deadline: Deadline,
): Promise<T> {
  for (let looks = 1; ; looks++) {
    const value = await read();
    if (isComplete(value) || looks === LOOKS || !deadline.allowsSlowCall) {
      return value;
    }
    await deadline.pause(PAUSE_MS);
  }
}
