import { answersWith } from './mapError';

/** What the server says when a keyspace went away between two rows. */
const DROPPED_MEANWHILE = /Unknown keyspace/;
const ATTEMPTS = 5;

/**
 * Reads what a node tells of itself. Such a table is put together while it is read, keyspace by
 * keyspace, and the whole answer is an error where somebody drops any one of them meanwhile: it is
 * read again then, for the next one no longer knows that keyspace.
 *
 * @param read - makes the call
 */
export async function readView<TAnswer>(
  read: () => Promise<TAnswer>,
): Promise<TAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (attempt === ATTEMPTS || !answersWith(error, DROPPED_MEANWHILE)) {
        throw error;
      }
    }
  }
}
