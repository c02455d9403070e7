import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type {
  StepAnswer,
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import type { StepTools } from './StepHandler';

/** How the effect of steps is looked for. */
export interface Looks {
  /** What alone decides: the same questions as the check of these steps. */
  check(steps: readonly StepCall[]): Promise<Map<string, StepCheck>>;
  /** A question of one step that costs next to nothing; the check of it if left out. */
  shows?(step: StepCall): Promise<boolean>;
  /** After so long what does not show is left to a later look. */
  patienceMs?: number;
}

/**
 * Looks until the brokers show what was acknowledged of the steps, or the time is over. A broker
 * applies changes in their order, so that of many steps the last is asked about until it shows, and
 * only then all of them: reading much again and again would take the time of the broker's own work.
 *
 * @returns what the check settled; of the others the check that follows has to say it
 */
export async function awaitEffect(
  steps: readonly StepCall[],
  { deadline }: StepTools,
  looks: Looks,
): Promise<Map<string, StepAnswer>> {
  const answers = new Map<string, StepAnswer>();
  const patience = performance.now() + (looks.patienceMs ?? Infinity);
  let open = [...steps];
  const look = async () => {
    if (open.length < 2 || (await shows(open[open.length - 1], looks))) {
      const checks = await looks.check(open);
      open = open.filter(({ key }) => {
        const answer = settled(checks.get(key));
        if (answer) {
          answers.set(key, answer);
        }
        return !answer;
      });
    }
    return open.length === 0 || performance.now() > patience;
  };
  if (open.length > 0) {
    try {
      await deadline.until(look);
    } catch (error) {
      if (!isProviderError(error)) {
        throw error;
      }
    }
  }
  return answers;
}

async function shows(step: StepCall, looks: Looks): Promise<boolean> {
  return looks.shows
    ? looks.shows(step)
    : settled((await looks.check([step])).get(step.key)) !== undefined;
}

/** A verdict that waiting does not change. */
function settled(check: StepCheck | undefined): StepAnswer | undefined {
  if (check?.state === 'satisfied') {
    return check;
  }
  return check?.state === 'failed' && !check.error.retryable
    ? check.error
    : undefined;
}
