import type { CallContext } from '../engine/CallContext';
import type {
  PlannedStep,
  ResourceProvider,
  StepCall,
} from '../engine/ResourceProvider';
import { isProviderError } from '../errors/ProviderError';
import { executeBatch } from './executeBatch';
import type { ItemRun, StepUnit } from './ItemRun';
import { OutcomeBuffer } from './OutcomeBuffer';
import type { StepIntent, StepJournal, StepOutcome } from './StepJournal';

const OUTCOMES_WITHIN_MS = 1_000;

interface Options {
  provider: ResourceProvider;
  journal: StepJournal;
  context: CallContext;
  outcomesWithinMs?: number;
}

/** Takes batches of steps through the engine, and tells the items how that ended. */
export class BatchRunner {
  readonly #options: Options;
  readonly #outcomes: OutcomeBuffer;
  /** Whose steps are, or were, under way. */
  readonly #of = new Map<string, { run: ItemRun; unit: StepUnit }>();
  /** Called when intents were written. */
  onBegun: () => void = () => {};

  constructor(options: Options) {
    this.#options = options;
    this.#outcomes = new OutcomeBuffer({
      journal: options.journal,
      withinMs: options.outcomesWithinMs ?? OUTCOMES_WITHIN_MS,
      onLost: key => this.#of.get(key)?.run.lose(),
    });
  }

  /** Runs units of one kind as one batch. */
  async run(batch: readonly { run: ItemRun; unit: StepUnit }[]): Promise<void> {
    const steps = batch.flatMap(({ run, unit }) =>
      unit.steps.map(step => ({ run, unit, step })),
    );
    const calls: StepCall[] = steps.map(({ run, step }) => ({
      key: step.key,
      object: run.object,
      kind: step.step.kind,
      args: step.step.args,
      intent: step.intent,
    }));
    const logins = new Map(
      steps.flatMap(({ step }) =>
        step.step.login ? [[step.key, step.step.login] as const] : [],
      ),
    );
    for (const { run, unit, step } of steps) {
      unit.state = 'running';
      this.#of.set(step.key, { run, unit });
    }
    const outcomes = await this.#guarded(calls, logins);
    this.#outcomes.add(outcomes);
    const told = new Map(outcomes.map(outcome => [outcome.key, outcome]));
    for (const { run, unit } of batch) {
      run.end(
        unit,
        unit.steps.flatMap(({ key }) => told.get(key) ?? []),
      );
    }
  }

  /** Writes what is held. */
  flush(): Promise<void> {
    return this.#outcomes.flush();
  }

  /** Drops what is held; returns when nothing is being written any more. */
  close(): Promise<void> {
    return this.#outcomes.close();
  }

  /** Nothing begins of an item of which something failed, or whose last outcome was not written. */
  async #begin(intents: readonly StepIntent[]): Promise<ReadonlySet<string>> {
    const going = intents.filter(({ key }) => !this.#of.get(key)?.run.result);
    const written = await this.#outcomes.begin(going);
    const begun = going
      .map(({ key }) => ({ key, of: this.#of.get(key) }))
      .filter(
        ({ key, of }) => written.has(key) && of?.run.result?.state !== 'lost',
      );
    for (const { of } of begun) {
      of!.unit.state = 'begun';
    }
    this.onBegun();
    return new Set(begun.map(({ key }) => key));
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
}
