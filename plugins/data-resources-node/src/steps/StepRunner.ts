import type { JsonObject } from '@backstage/types';
import type { CallContext } from '../engine/CallContext';
import type {
  ObjectRef,
  PlannedStep,
  ResourceProvider,
  StepCall,
} from '../engine/ResourceProvider';
import { isProviderError, ProviderError } from '../errors/ProviderError';
import { executeBatch } from './executeBatch';
import { OutcomeBuffer } from './OutcomeBuffer';
import type { StepIntent, StepJournal, StepOutcome } from './StepJournal';

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

const OUTCOMES_WITHIN_MS = 1_000;

interface ItemState {
  item: StepRunItem;
  object: ObjectRef;
  next: number;
  result?: StepRunResult;
}

/**
 * Takes many objects through their steps together: in each round the next steps of one kind
 * go to the engine as one batch. A run may be cut off anywhere and be entered again with
 * what the journal holds.
 *
 * @public
 */
export class StepRunner {
  readonly #options: StepRunnerOptions;
  readonly #outcomes: OutcomeBuffer;
  /** Whose outcomes are on their way. */
  readonly #stateOf = new Map<string, ItemState>();

  private constructor(options: StepRunnerOptions) {
    this.#options = options;
    this.#outcomes = new OutcomeBuffer({
      journal: options.journal,
      withinMs: options.outcomesWithinMs ?? OUTCOMES_WITHIN_MS,
      onLost: key => this.#lose(key),
    });
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
    const states: ItemState[] = items.map(item => ({
      item,
      object: item.object,
      next: 0,
    }));
    try {
      for (;;) {
        const active = states.filter(state => this.#isActive(state));
        if (active.length === 0) {
          break;
        }
        await this.#round(active);
      }
      const done = states.filter(({ result }) => !result);
      await Promise.all([
        this.#outcomes.flush(),
        done.length > 0 && onDone?.(done.map(({ object }) => object)),
      ]);
    } finally {
      await this.#outcomes.close();
    }
    return new Map(
      states.map(({ item, result }) => [item.key, result ?? { state: 'done' }]),
    );
  }

  #isActive(state: ItemState): boolean {
    if (state.result || state.next >= state.item.steps.length) {
      return false;
    }
    if (this.#options.context.signal.aborted) {
      state.result = { state: 'lost' };
      return false;
    }
    return true;
  }

  /**
   * Serves the kind that most items wait for: those that are behind catch up with the others
   * at their next common kind, so that batches stay large.
   */
  async #round(active: ItemState[]): Promise<void> {
    const waiting = new Map<string, ItemState[]>();
    for (const state of active) {
      const { kind } = state.item.steps[state.next].step;
      waiting.set(kind, [...(waiting.get(kind) ?? []), state]);
    }
    const [kind, states] = [...waiting].sort(
      ([, left], [, right]) => right.length - left.length,
    )[0];
    const size = Math.max(1, this.#options.provider.batchSize(kind));
    let batch: { state: ItemState; step: RunnableStep }[] = [];
    for (const state of states) {
      const run = stepsOfOneKind(state.item.steps, state.next);
      if (batch.length > 0 && batch.length + run.length > size) {
        await this.#batch(batch);
        batch = [];
      }
      batch.push(...run.slice(0, size).map(step => ({ state, step })));
    }
    await this.#batch(batch);
  }

  async #batch(
    batch: { state: ItemState; step: RunnableStep }[],
  ): Promise<void> {
    if (this.#options.context.signal.aborted) {
      return;
    }
    const calls: StepCall[] = batch.map(({ state, step }) => ({
      key: step.key,
      object: state.object,
      kind: step.step.kind,
      args: step.step.args,
      intent: step.intent,
    }));
    const logins = new Map(
      batch.flatMap(({ step }) =>
        step.step.login ? [[step.key, step.step.login] as const] : [],
      ),
    );
    batch.forEach(({ state, step }) => this.#stateOf.set(step.key, state));
    const outcomes = await this.#guarded(calls, logins);
    this.#outcomes.add(outcomes);
    const told = new Map(outcomes.map(outcome => [outcome.key, outcome]));
    // In the order of the steps, so that of several failures the first is named.
    for (const { state, step } of batch) {
      const outcome = told.get(step.key);
      if (outcome) {
        this.#advance(state, outcome);
      } else {
        // The lease was lost, or all was called off, before the engine was touched.
        state.result = { state: 'lost' };
      }
    }
  }

  /** Nothing begins of an item whose last outcome was not written. */
  async #begin(intents: readonly StepIntent[]): Promise<ReadonlySet<string>> {
    const begun = await this.#outcomes.begin(intents);
    return new Set(
      [...begun].filter(
        key => this.#stateOf.get(key)?.result?.state !== 'lost',
      ),
    );
  }

  #lose(key: string): void {
    const state = this.#stateOf.get(key);
    if (state) {
      state.result = { state: 'lost' };
    }
  }

  async #guarded(
    calls: StepCall[],
    logins: Map<string, NonNullable<PlannedStep['login']>>,
  ): Promise<StepOutcome[]> {
    const { journal, provider, context } = this.#options;
    const options = {
      provider,
      context,
      begin: (intents: readonly StepIntent[]) => this.#begin(intents),
    };
    try {
      if (logins.size === 0) {
        return await executeBatch(calls, options);
      }
      const bases = [...new Set([...logins.values()].map(l => l.base))].sort();
      return await journal.withLogins(bases, async () => {
        const informed = await Promise.all(
          calls.map(async call => {
            const login = logins.get(call.key);
            if (login?.mode !== 'release') {
              return call;
            }
            const use = await journal.loginUse(call.key, login.base);
            return { ...call, loginInUse: use.inUse, loginRoles: use.roles };
          }),
        );
        return executeBatch(informed, options);
      });
    } catch (error) {
      if (!isProviderError(error)) {
        throw error;
      }
      // Nothing was done in this run; what an earlier one left open stays open.
      return calls.map(({ key, intent }) => ({
        key,
        state: intent || error.retryable ? 'unknown' : 'failed',
        error,
      }));
    }
  }

  #advance(state: ItemState, outcome: StepOutcome): void {
    if (outcome.state === 'done') {
      state.next += 1;
      if (outcome.identity) {
        state.object = {
          ...state.object,
          identity: { ...state.object.identity, ...outcome.identity },
        };
      }
    } else if (!state.result) {
      state.result = {
        state: 'failed',
        stepKey: outcome.key,
        error: outcome.error,
      };
    }
  }
}

function stepsOfOneKind(
  steps: readonly RunnableStep[],
  from: number,
): RunnableStep[] {
  const { kind } = steps[from].step;
  const end = steps.findIndex(
    (step, index) => index > from && step.step.kind !== kind,
  );
  return steps.slice(from, end === -1 ? undefined : end);
}
