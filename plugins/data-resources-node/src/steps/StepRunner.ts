import type { JsonObject } from '@backstage/types';
import type { CallContext } from '../engine/CallContext';
import type {
  ObjectRef,
  PlannedStep,
  ResourceProvider,
} from '../engine/ResourceProvider';
import type { ProviderError } from '../errors/ProviderError';
import { BatchRunner } from './BatchRunner';
import { ItemRun, type StepUnit, takeBatch } from './ItemRun';
import { StepFlow } from './StepFlow';
import type { StepJournal } from './StepJournal';

/**
 * A step that is still to be done.
 *
 * @public
 */
export interface RunnableStep {
  /** Unique among all steps that are under way. */
  key: string;
  step: Pick<PlannedStep, 'kind' | 'args' | 'login'>;
  /** The intent that an earlier run left open. */
  intent?: { attempt: number; evidence: JsonObject };
}

/**
 * One object with the steps that remain, in order.
 *
 * @public
 */
export interface StepRunItem {
  key: string;
  object: ObjectRef;
  steps: readonly RunnableStep[];
}

/**
 * How the work on one item ended. `lost`: the lease is somebody else's now, or the call was
 * aborted; nothing more may be written about it.
 *
 * @public
 */
export type StepRunResult =
  | { state: 'done' }
  | { state: 'failed'; stepKey: string; error: ProviderError }
  | { state: 'lost' };

/** @public */
export interface StepRunnerOptions {
  provider: ResourceProvider;
  journal: StepJournal;
  context: CallContext;
  /**
   * Outcomes are written together with the next intents, or alone when those are longer in coming
   * than this. Default: 1,000.
   */
  outcomesWithinMs?: number;
}

/**
 * Takes many objects through their steps together: in each round the next steps of one kind
 * go to the engine as one batch, or, where the provider has {@link StepLanes}, in several beside one
 * another. A run may be cut off anywhere and be entered again with what the journal holds.
 *
 * @public
 */
export class StepRunner {
  readonly #options: StepRunnerOptions;

  private constructor(options: StepRunnerOptions) {
    this.#options = options;
  }

  static create(options: StepRunnerOptions): StepRunner {
    return new StepRunner(options);
  }

  /**
   * @param onDone - called, where there are any, with the objects of which all steps are done, as
   * they are known then, while their last outcomes are being written: it may read, and write nothing
   */
  async run(
    items: readonly StepRunItem[],
    onDone?: (objects: readonly ObjectRef[]) => Promise<void>,
  ): Promise<Map<string, StepRunResult>> {
    const { provider, context } = this.#options;
    const size = (kind: string) => Math.max(1, provider.batchSize(kind));
    const runs = items.map(item => new ItemRun(item, size));
    const batches = new BatchRunner(this.#options);
    try {
      await (provider.lanes
        ? new StepFlow({
            runs,
            batches,
            size,
            lanes: provider.lanes,
            signal: context.signal,
          }).run()
        : this.#rounds(runs, batches, size));
      const done = runs.filter(({ result }) => !result);
      await Promise.all([
        batches.flush(),
        done.length > 0 && onDone?.(done.map(({ object }) => object)),
      ]);
    } finally {
      await batches.close();
    }
    return new Map(
      runs.map(({ item, result }) => [item.key, result ?? { state: 'done' }]),
    );
  }

  async #rounds(
    runs: readonly ItemRun[],
    batches: BatchRunner,
    size: (kind: string) => number,
  ): Promise<void> {
    const { signal } = this.#options.context;
    for (;;) {
      const waiting = runs.flatMap(run => {
        const unit = run.isActive(signal) ? run.next : undefined;
        return unit ? [{ run, unit }] : [];
      });
      if (waiting.length === 0) {
        return;
      }
      await this.#round(waiting, batches, size);
    }
  }

  /**
   * Serves the kind that most items wait for: those that are behind catch up with the others
   * at their next common kind, so that batches stay large.
   */
  async #round(
    waiting: readonly { run: ItemRun; unit: StepUnit }[],
    batches: BatchRunner,
    size: (kind: string) => number,
  ): Promise<void> {
    const byKind = new Map<string, { run: ItemRun; unit: StepUnit }[]>();
    for (const each of waiting) {
      const { kind } = each.unit;
      byKind.set(kind, [...(byKind.get(kind) ?? []), each]);
    }
    const [kind, most] = [...byKind].sort(
      ([, left], [, right]) => right.length - left.length,
    )[0];
    for (let rest = most; rest.length > 0; ) {
      const batch = takeBatch(rest, size(kind));
      rest = rest.slice(batch.length);
      if (this.#options.context.signal.aborted) {
        return;
      }
      await batches.run(batch);
    }
  }
}
