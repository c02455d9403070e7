import { CustomErrorBase } from '@backstage/errors';

/**
 * Why an engine call did not do what was asked. A closed set: whether the work is
 * tried again follows from the reason alone.
 *
 * - `Conflict`: something that is not ours stands in the way.
 * - `Unsupported`: the engine cannot do this.
 * - `Unauthorized`: the provisioner lacks a right; the message says which one and how to give it.
 * - `Unreachable`: the engine did not answer, and nothing was changed.
 * - `Unknown`: the engine may or may not have done it; observe before doing anything else.
 * - `Rejected`: the engine said no, in its own words.
 *
 * @public
 */
export type ProviderErrorReason =
  | 'Conflict'
  | 'Unsupported'
  | 'Unauthorized'
  | 'Unreachable'
  | 'Unknown'
  | 'Rejected';

const RETRYABLE: ReadonlySet<ProviderErrorReason> = new Set([
  'Unreachable',
  'Unknown',
]);

/**
 * The one error that engine code throws. The message is shown to people: it says what
 * was found, what was expected and what to do next, and never holds a secret.
 *
 * @public
 */
export class ProviderError extends CustomErrorBase {
  name = 'ProviderError' as const;
  readonly reason: ProviderErrorReason;

  constructor(
    reason: ProviderErrorReason,
    message: string,
    cause?: Error | unknown,
  ) {
    super(message, cause);
    this.reason = reason;
  }

  /** True where the same call may succeed later without anybody changing anything. */
  get retryable(): boolean {
    return RETRYABLE.has(this.reason);
  }
}

/**
 * Recognises a {@link ProviderError} by name, for two copies of this package may be loaded.
 *
 * @public
 */
export function isProviderError(error: unknown): error is ProviderError {
  return (
    error instanceof Error &&
    error.name === 'ProviderError' &&
    typeof (error as Partial<ProviderError>).reason === 'string'
  );
}
