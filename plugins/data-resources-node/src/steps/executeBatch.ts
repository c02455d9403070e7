import type { CallContext } from '../engine/CallContext';
import type {
  ResourceProvider,
  StepAnswer,
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
 * Check → record the intent → act → check again, for steps of one kind; what the act itself has
 * read back is not checked again. Steps whose lease was lost, and those that an abort kept from
 * being begun, have no outcome. Throws a `ProviderError` only when the first check could not
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
  const answers = await act(
    acting.map(({ call }) => call),
    provider,
    context,
  );
  const open: { call: StepCall; error?: ProviderError }[] = [];
  for (const { call, earlier } of acting) {
    const answer = answers.get(call.key);
    if (answer && !isProviderError(answer)) {
      outcomes.push(settled(call, answer));
    } else if (answer && isPlainNo(answer) && !earlier) {
      const state = stateOf(answer, 'failed');
      outcomes.push({ key: call.key, state, error: answer });
    } else {
      open.push({ call, error: answer });
    }
  }
  if (open.length > 0) {
    const after = await checkAgain(
      open.map(({ call }) => call),
      provider,
      context,
    );
    outcomes.push(...open.map(({ call, error }) => judge(call, error, after)));
  }
  return outcomes;
}

/**
 * An engine's plain "no" is believed: what stands there then is not ours, even if it looks
 * exactly like it. Only where an outcome is unknown, of this attempt or of one before,
 * does what the check finds decide.
 */
function isPlainNo({ reason }: ProviderError): boolean {
  return reason !== 'Unknown';
}

function settled(
  call: StepCall,
  check: Exclude<StepCheck, { state: 'pending' }>,
): StepOutcome {
  if (check.state === 'satisfied') {
    const { identity, note } = check;
    return { key: call.key, state: 'done', identity, ...(note && { note }) };
  }
  return { key: call.key, state: stateOf(check.error), error: check.error };
}

async function act(
  calls: StepCall[],
  provider: ResourceProvider,
  context: CallContext,
): Promise<Map<string, StepAnswer>> {
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

/** A step of which the act said nothing, or nothing that settles it. */
function judge(
  call: StepCall,
  error: ProviderError | undefined,
  after: Map<string, StepCheck> | ProviderError,
): StepOutcome {
  const { key } = call;
  const plainNo = error && isPlainNo(error);
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
