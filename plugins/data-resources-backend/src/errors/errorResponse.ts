import { isError } from '@backstage/errors';
import {
  isProviderError,
  type ProviderErrorReason,
} from '@data-resources/plugin-data-resources-node';
import { bodyParserError } from './bodyParserError';
import { readDetails, type ErrorDetails } from './ErrorDetails';
import { openApiError, type ValidatedRequest } from './openApiError';
import { isServiceAway } from './serviceAway';

/** An error as the caller sees it. */
export interface ErrorResponse {
  statusCode: number;
  error: { name: string; message: string } & ErrorDetails;
  /** Not foreseen: to be logged in full and told without any detail. */
  internal: boolean;
}

const STATUSES: ReadonlyMap<string, number> = new Map([
  ['InputError', 400],
  ['AuthenticationError', 401],
  ['NotAllowedError', 403],
  ['NotFoundError', 404],
  ['ConflictError', 409],
  ['PayloadTooLargeError', 413],
  ['NotImplementedError', 501],
  ['ServiceUnavailableError', 503],
]);

/** Which of Backstage's errors stands for a reason of an engine. */
const PROVIDER_ERRORS: Readonly<Record<ProviderErrorReason, string>> = {
  Conflict: 'ConflictError',
  Unsupported: 'InputError',
  Rejected: 'InputError',
  // The portal's own login lacks a right: nothing that the caller could mend.
  Unauthorized: 'ServiceUnavailableError',
  Unreachable: 'ServiceUnavailableError',
  Unknown: 'ServiceUnavailableError',
};

const INTERNAL = { name: 'InternalError', message: 'Internal error' };
const UNAVAILABLE = {
  name: 'ServiceUnavailableError',
  message:
    'The database of the portal, or a service that it needs, does not answer now; ask again in a moment',
};

/** Decides what a caller is told about whatever was thrown: never a stack, never a cause. */
export function errorResponse(
  thrown: unknown,
  request: ValidatedRequest,
): ErrorResponse {
  const error = isError(thrown) ? thrown : new Error(String(thrown));
  if (isProviderError(error)) {
    return respond({
      name: PROVIDER_ERRORS[error.reason],
      // An engine's message is written for people; the engine's words may be its cause.
      message: error.message,
      ...readDetails(error),
    });
  }
  if (STATUSES.has(error.name) && error.name !== 'PayloadTooLargeError') {
    const message = withoutCause(error);
    const details = readDetails(error);
    const fromValidator =
      error.name === 'InputError' && !details.path && !details.findings
        ? openApiError(message, request)
        : undefined;
    return respond({
      name: error.name,
      message,
      ...details,
      ...fromValidator,
    });
  }
  if (isServiceAway(error)) {
    return respond(UNAVAILABLE);
  }
  return respond(bodyParserError(error) ?? INTERNAL);
}

function respond(error: ErrorResponse['error']): ErrorResponse {
  const statusCode = STATUSES.get(error.name);
  return statusCode === undefined
    ? { statusCode: 500, error: INTERNAL, internal: true }
    : { statusCode, error, internal: false };
}

/** Backstage's errors put their cause behind their message; it may tell of our insides. */
function withoutCause({ message, cause }: Error): string {
  const start = message.indexOf('; caused by ');
  return cause !== undefined && start > 0 ? message.slice(0, start) : message;
}
