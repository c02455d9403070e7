import type { CallContext } from '../engine/CallContext';
import type {
  ResourceProvider,
  StepCall,
  StepCheck,
} from '../engine/ResourceProvider';
import { isProviderError, ProviderError } from '../errors/ProviderError';
import type { StepIntent, StepOutcome } from './StepJournal';

interface Options {
  provider: ResourceProvider;
  context: CallContext;
  /** Opens intents; answers the keys for which the lease is still held. */
  begin(intents: readonly StepIntent[]): Promise<ReadonlySet<string>>;
}

/**
 * Check → record the intent → act → check again, for steps of one kind. Steps whose lease
 * was lost, and those that an abort kept from being begun, have no outcome. Throws a `ProviderError` only when the first check could not
 * be made, that is, before anything was touched.
 */
export async function executeBatch(
  calls: readonly StepCall[],
  { provider, context, begin }: Options,
): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  const before = await provider.check(calls, context);
  const pending: { call: StepCall; evidence: {} }[] = [];
  for (const call of calls) {
    const check = answerFor(before, call);
    if (check.state === 'pending') {
      pending.push({ call, evidence: check.evidence });
    } else {
      outcomes.push(settled(call, check));
    }
  }
  if (pending.length === 0) {
    return outcomes;
  }

  const begun = await begin(
    pending.map(({ call, evidence }) => ({ key: call.key, evidence })),
  );
  const acting = pending
    .filter(({ call }) => begun.has(call.key))
    .map(({ call, evidence }) => ({
      earlier: call.intent,
      call: {
        ...call,
        intent: { attempt: (call.intent?.attempt ?? 0) + 1, evidence },
      },
    }));
  if (acting.length === 0 || context.signal.aborted) {
    return outcomes;
  }
  const acted = acting.map(({ call }) => call);
  const errors = await act(acted, provider, context);
  const after = await checkAgain(acted, provider, context);
  for (const { call, earlier } of acting) {
    outcomes.push(judge(call, errors.get(call.key), after, Boolean(earlier)));
  }
  return outcomes;
}

function settled(
  call: StepCall,
  check: Exclude<StepCheck, { state: 'pending' }>,
): StepOutcome {
  if (check.state === 'satisfied') {
    return { key: call.key, state: 'done', identity: check.identity };
  }
  return { key: call.key, state: stateOf(check.error), error: check.error };
}

async function act(
  calls: StepCall[],
  provider: ResourceProvider,
  context: CallContext,
): Promise<Map<string, ProviderError>> {
  try {
    return await provider.act(calls, context);
  } catch (error) {
    const failure = isProviderError(error)
      ? error
      : new ProviderError(
          'Unknown',
          `The call broke off: ${messageOf(error)}`,
          error,
        );
    return new Map(calls.map(({ key }) => [key, failure]));
  }
}

async function checkAgain(
  calls: StepCall[],
  provider: ResourceProvider,
  context: CallContext,
): Promise<Map<string, StepCheck> | ProviderError> {
  try {
    return await provider.check(calls, context);
  } catch (error) {
    return new ProviderError(
      'Unknown',
      `The outcome could not be read back: ${messageOf(error)}`,
      error,
    );
  }
}

/**
 * An engine's plain "no" is believed: what stands there then is not ours, even if it looks
 * exactly like it. Only where an outcome is unknown, of this attempt or of one before,
 * does what the check finds decide.
 */
function judge(
  call: StepCall,
  error: ProviderError | undefined,
  after: Map<string, StepCheck> | ProviderError,
  hadOpenIntent: boolean,
): StepOutcome {
  const { key } = call;
  const plainNo = error && error.reason !== 'Unknown';
  if (plainNo && !hadOpenIntent) {
    return { key, state: stateOf(error, 'failed'), error };
  }
  if (after instanceof Error) {
    return { key, state: 'unknown', error: error ?? after };
  }
  const check = answerFor(after, call);
  if (check.state !== 'pending') {
    return settled(call, check);
  }
  if (plainNo && error.reason === 'Conflict') {
    // Not to be seen, and said to be there: most likely it is ours, and shows in a moment.
    return {
      key,
      state: 'unknown',
      error: new ProviderError(
        'Unknown',
        `An attempt before this one had no certain end, and what it may have made is not visible yet: ${error.message}`,
        error,
      ),
    };
  }
  if (plainNo) {
    // This attempt did nothing, but the one before may still be under way in the engine.
    return { key, state: error.retryable ? 'unknown' : 'failed', error };
  }
  return {
    key,
    state: 'unknown',
    error:
      error ??
      new ProviderError(
        'Unknown',
        'The engine acknowledged the call, but its effect is not visible yet.',
      ),
  };
}

function answerFor(checks: Map<string, StepCheck>, call: StepCall): StepCheck {
  return (
    checks.get(call.key) ?? {
      state: 'failed',
      error: new ProviderError(
        'Unknown',
        `The ${call.kind} step of ${call.object.name} was not answered.`,
      ),
    }
  );
}

/** `Unreachable` promises that nothing was changed, so no intent has to stay open for it. */
function stateOf(
  error: ProviderError,
  unreachable: 'failed' | 'unknown' = 'unknown',
): 'failed' | 'unknown' {
  if (error.reason === 'Unreachable') {
    return unreachable;
  }
  return error.reason === 'Unknown' ? 'unknown' : 'failed';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
