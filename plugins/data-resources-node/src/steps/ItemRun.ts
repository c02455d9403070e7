import type { ObjectRef } from '../engine/ResourceProvider';
import type { ProviderError } from '../errors/ProviderError';
import type { StepOutcome } from './StepJournal';
import type { RunnableStep, StepRunItem, StepRunResult } from './StepRunner';

/** Steps of one kind that stand behind one another in a plan: they go to the engine in one batch. */
export interface StepUnit {
  kind: string;
  steps: readonly RunnableStep[];
  /** `begun`: its check is over and its intents are written. */
  state: 'waiting' | 'running' | 'begun' | 'done';
}

/** One item on its way. */
export class ItemRun {
  readonly item: StepRunItem;
  readonly units: readonly StepUnit[];
  object: ObjectRef;
  #result?: StepRunResult;
  /** Which step failed, of the plan's. */
  #failedAt = Infinity;

  constructor(item: StepRunItem, size: (kind: string) => number) {
    this.item = item;
    this.object = item.object;
    this.units = unitsOf(item.steps, size);
  }

  get result(): StepRunResult | undefined {
    return this.#result;
  }

  /** The first unit that is not done. */
  get next(): StepUnit | undefined {
    return this.units.find(({ state }) => state !== 'done');
  }

  /** Whether it goes on; an abort ends it. */
  isActive(signal: AbortSignal): boolean {
    if (this.#result || this.next === undefined) {
      return false;
    }
    if (signal.aborted) {
      this.lose();
      return false;
    }
    return true;
  }

  /** Nothing more may be written about it. */
  lose(): void {
    this.#result = { state: 'lost' };
  }

  /** Takes note of how steps of a unit ended; of those that failed the first of the plan is named. */
  end(unit: StepUnit, outcomes: readonly StepOutcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.state === 'done') {
        if (outcome.identity) {
          const { identity } = this.object;
          this.object = {
            ...this.object,
            identity: { ...identity, ...outcome.identity },
          };
        }
      } else {
        this.#fail(outcome.key, outcome.error);
      }
    }
    if (outcomes.length < unit.steps.length && !this.#result) {
      // The lease was lost, or all was called off, before the engine was touched.
      this.lose();
    }
    unit.state = outcomes.every(({ state }) => state === 'done')
      ? 'done'
      : 'waiting';
  }

  #fail(stepKey: string, error: ProviderError): void {
    const at = this.item.steps.findIndex(({ key }) => key === stepKey);
    if (this.#result?.state !== 'lost' && at < this.#failedAt) {
      this.#failedAt = at;
      this.#result = { state: 'failed', stepKey, error };
    }
  }
}

function unitsOf(
  steps: readonly RunnableStep[],
  size: (kind: string) => number,
): StepUnit[] {
  const units: (StepUnit & { steps: RunnableStep[] })[] = [];
  for (const step of steps) {
    const { kind } = step.step;
    const last = units[units.length - 1];
    if (last?.kind === kind && last.steps.length < size(kind)) {
      last.steps.push(step);
    } else {
      units.push({ kind, steps: [step], state: 'waiting' });
    }
  }
  return units;
}

/** As many of the first units as go into one batch; at least one. */
export function takeBatch<T extends { unit: StepUnit }>(
  waiting: readonly T[],
  size: number,
): T[] {
  let steps = 0;
  const end = waiting.findIndex(({ unit }, index) => {
    steps += unit.steps.length;
    return index > 0 && steps > size;
  });
  return waiting.slice(0, end === -1 ? undefined : end);
}
