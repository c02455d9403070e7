import {
  ProviderError,
  type StepCall,
  type StepCheck,
} from '@data-resources/plugin-data-resources-node';
import type { StepKind } from './StepArgs';

/** What evidence names the data centre by in which a change is missing that others may have. */
const PLACE = 'dataCenter';

/** A second definition of a keyspace, by a node that has not heard of the first, helps nobody. */
const NOT_SENT_TO_ONE: ReadonlySet<string> = new Set<StepKind>([
  'create-keyspace',
]);

/** What a node of one data centre shows. */
export interface Seen {
  place: string;
  check: StepCheck;
}

/** Of what each data centre shows, what is so, and what is to be done. */
export function agreed(kind: string, seen: readonly Seen[]): StepCheck {
  const failed = seen.flatMap(({ place, check }) =>
    check.state === 'failed' ? [{ place, error: check.error }] : [],
  );
  const pending = seen.find(({ check }) => check.state === 'pending');
  const unreadable = failed.find(({ error }) => error.retryable);
  if (unreadable) {
    return { state: 'failed', error: unreadable.error };
  }
  if (failed.length === seen.length) {
    return seen[0].check;
  }
  const differ = seen.some(({ check }) => check.state !== seen[0].check.state);
  if (pending?.check.state === 'pending' && !NOT_SENT_TO_ONE.has(kind)) {
    // Only a node there takes the change: others have it, and refuse it as done.
    const { evidence } = pending.check;
    return {
      ...pending.check,
      evidence: { ...evidence, [PLACE]: pending.place },
    };
  }
  return differ
    ? { state: 'failed', error: notYetTheSame(seen, failed[0]) }
    : seen[0].check;
}

/** Where a change of roles is to be sent to, if that matters. */
export function placeOf({ intent }: StepCall): string | undefined {
  const place = intent?.evidence[PLACE];
  return typeof place === 'string' ? place : undefined;
}

/** What one data centre has and another has not is on its way most often: nodes keep it for those that were away. */
function notYetTheSame(
  seen: readonly Seen[],
  failed: { place: string; error: ProviderError } | undefined,
): ProviderError {
  const places = seen.map(({ place }) => place).join(' and ');
  return new ProviderError(
    'Unknown',
    `The data centres ${places} do not show the same yet${
      failed ? `. In ${failed.place}: ${failed.error.message}` : ''
    }`,
  );
}
