import {
  isProviderError,
  ProviderError,
  type ProviderErrorReason,
} from '@data-resources/plugin-data-resources-node';

/** What was being done: a change that was sent may have been made whatever the answer is. */
export type CallKind = 'read' | 'write';

/** The driver's errors, of which it exports no usable types. */
interface DriverError extends Error {
  code?: number | string;
  /** Of a server's answer: which node gave it. */
  coordinator?: string;
  innerErrors?: { [host: string]: Error } | null;
  isSocketError?: boolean;
  requestNotWritten?: boolean;
}

/** A verifier must not get out, not even in the piece of a statement that a server quotes. */
const VERIFIER = /\$2[abxy]?\$\d\d\$[./A-Za-z0-9]*/g;

/** What is wrong with a request, and many things of roles that have no code of their own. */
const INVALID = 0x2200;

const UNAUTHORIZED = 0x2100;

/** The server says "unauthorised" as well when it could not read who may do what. */
const HIDDEN_OUTAGE =
  /cannot achieve consistency|unable to perform (authori[sz]ation|authentication)|timed out/i;

const RESPONSES: { [code: number]: ProviderErrorReason | 'Outage' } = {
  0x0000: 'Outage', // server error
  0x0100: 'Unauthorized', // bad credentials
  0x1000: 'Outage', // unavailable
  0x1001: 'Outage', // overloaded
  0x1002: 'Outage', // bootstrapping
  0x1003: 'Outage', // truncate error
  0x1100: 'Outage', // write time-out
  0x1200: 'Outage', // read time-out
  0x1300: 'Outage', // read failure
  0x1500: 'Outage', // write failure
  0x1600: 'Outage', // change data capture failed
  0x1700: 'Outage', // unknown outcome of a conditional write
  [UNAUTHORIZED]: 'Unauthorized',
  0x2400: 'Conflict', // already exists
};

/**
 * The driver's error as one of the closed set. The driver's own is not kept as the cause:
 * it carries the statement, and with it a verifier.
 *
 * @param subject - who was asked, e.g. `cassandra-dev (127.0.0.1:9042)`
 */
export function mapError(
  error: unknown,
  kind: CallKind,
  subject: string,
): ProviderError {
  if (isProviderError(error)) {
    return error;
  }
  const failure = error as DriverError;
  const outage: ProviderErrorReason =
    kind === 'write' ? 'Unknown' : 'Unreachable';
  switch (failure.name) {
    case 'ResponseError':
      return mapResponse(failure, outage, subject);
    case 'AuthenticationError':
      return mapLogin(failure, subject);
    case 'NoHostAvailableError':
      return mapNoHost(failure, subject);
    case 'BusyConnectionError':
      return problem('Unreachable', subject, failure);
    default:
      return problem(
        failure.isSocketError && failure.requestNotWritten
          ? 'Unreachable'
          : outage,
        subject,
        failure,
      );
  }
}

/** The text of a server's answer, for the few cases that have no code of their own. */
export function answersWith(error: unknown, text: RegExp): boolean {
  return (
    (error as DriverError).name === 'ResponseError' &&
    text.test((error as DriverError).message)
  );
}

/** The node that said that the portal's role may not do something; undefined for other errors. */
export function refusingNode(error: unknown): string | undefined {
  const { name, code, coordinator } = error as DriverError;
  return name === 'ResponseError' && code === UNAUTHORIZED
    ? coordinator
    : undefined;
}

function mapResponse(
  error: DriverError,
  outage: ProviderErrorReason,
  subject: string,
): ProviderError {
  const reason = RESPONSES[error.code as number];
  const mayHide = reason !== undefined || error.code === INVALID;
  if (reason === 'Outage' || (mayHide && HIDDEN_OUTAGE.test(error.message))) {
    return problem(outage, subject, error);
  }
  if (reason === 'Unauthorized') {
    return new ProviderError(
      'Unauthorized',
      `${subject} refused: ${clean(
        error.message,
      )}. An administrator of the cluster has to give the portal's role that right`,
    );
  }
  const conflict =
    reason === 'Conflict' || /already exists/i.test(error.message);
  return new ProviderError(
    conflict ? 'Conflict' : 'Rejected',
    `${subject} refused: ${clean(error.message)}`,
  );
}

/** Nothing was sent, or only what the driver knows was not done. */
function mapNoHost(error: DriverError, subject: string): ProviderError {
  const causes = Object.entries(error.innerErrors ?? {});
  const login = causes.find(
    ([, cause]) => cause?.name === 'AuthenticationError',
  );
  if (login) {
    return mapLogin(login[1], subject);
  }
  const texts = causes.map(
    ([host, cause]) => `${host}: ${cause?.message ?? String(cause)}`,
  );
  return new ProviderError(
    'Unreachable',
    `${subject} cannot be reached: ${clean(
      texts.join('; ') || error.message || 'no node is known to be up',
    )}`,
  );
}

function mapLogin(error: DriverError, subject: string): ProviderError {
  if (HIDDEN_OUTAGE.test(error.message)) {
    return problem('Unreachable', subject, error);
  }
  return new ProviderError(
    'Unauthorized',
    `${subject} refused the portal's own login: ${clean(
      error.message,
    )}. Check admin.username and admin.password of the instance`,
  );
}

function problem(
  reason: ProviderErrorReason,
  subject: string,
  error: Error,
): ProviderError {
  return new ProviderError(
    reason,
    reason === 'Unknown'
      ? `${subject} did not say whether it made the change: ${clean(
          error.message,
        )}`
      : `${subject} did not answer: ${clean(error.message)}`,
  );
}

function clean(message: string): string {
  return message.replace(VERIFIER, '<verifier>').replace(/\.$/, '');
}
