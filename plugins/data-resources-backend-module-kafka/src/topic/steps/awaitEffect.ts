import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type { StepCall } from '@data-resources/plugin-data-resources-node';
import type { StepTools } from './StepHandler';

/**
 * Looks until the brokers show what was acknowledged of the steps, or the time is over.
 * Whether they do is for the check that follows to say.
 */
export async function awaitEffect(
  steps: readonly StepCall[],
  { deadline }: StepTools,
  look: () => Promise<boolean>,
): Promise<void> {
  if (steps.length === 0) {
    return;
  }
  try {
    await deadline.until(look);
  } catch (error) {
    if (!isProviderError(error)) {
      throw error;
    }
  }
}
