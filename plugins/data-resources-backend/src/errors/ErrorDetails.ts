import type { Finding } from '@data-resources/plugin-data-resources-node';

/** What is wrong with one field of an input. */
export interface FieldProblem {
  /** E.g. `spec.partitions`. */
  path: string;
  /** What would be right, and what was found. */
  message: string;
}

/** What an error of the HTTP API says besides its name and message. */
export interface ErrorDetails {
  /** The field of the input that is wrong, e.g. `spec.partitions`. */
  path?: string;
  /** All that is wrong with the input, where that is known field by field. */
  problems?: FieldProblem[];
  /** Verdicts of policies that are the reason. */
  findings?: Finding[];
}

/**
 * Puts details on an error of `@backstage/errors`, so that the response carries them:
 * `throw withDetails(new ConflictError('…'), { path: 'name' })`.
 */
export function withDetails<TError extends Error>(
  error: TError,
  details: ErrorDetails,
): TError & ErrorDetails {
  return Object.assign(error, details);
}

/** The details on an error, if somebody put some there. */
export function readDetails(error: Error): ErrorDetails {
  const { path, problems, findings } = error as ErrorDetails;
  return {
    ...(typeof path === 'string' && path !== '' ? { path } : {}),
    ...(Array.isArray(problems) && problems.length > 0 ? { problems } : {}),
    ...(Array.isArray(findings) && findings.length > 0 ? { findings } : {}),
  };
}
