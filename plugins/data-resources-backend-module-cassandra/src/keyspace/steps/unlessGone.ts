import { isProviderError } from '@data-resources/plugin-data-resources-node';

/**
 * Awaits a DROP. Where there is nothing to drop, the server says that the caller lacks the
 * right to; that is no failure.
 */
export async function unlessGone(
  drop: Promise<unknown>,
  isGone: () => Promise<boolean>,
): Promise<void> {
  try {
    await drop;
  } catch (error) {
    const refused =
      isProviderError(error) &&
      (error.reason === 'Unauthorized' || error.reason === 'Rejected');
    if (!refused || !(await isGone())) {
      throw error;
    }
  }
}
