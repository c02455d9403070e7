import {
  isProviderError,
  ProviderError,
  type ProviderErrorReason,
} from '@data-resources/plugin-data-resources-node';
import { DatabaseError } from 'pg';
import { type Dialect, POSTGRES_16 } from '../sql/dialect';

/** What broke while nothing, or something, may have been changed. */
export type Phase = 'connect' | 'read' | 'write';

/** Reasons of server errors; an error means that the statement was rolled back. */
const REASONS: { [code: string]: ProviderErrorReason } = {
  // invalid_authorization_specification, invalid_password
  '28000': 'Unauthorized',
  '28P01': 'Unauthorized',
  // insufficient_privilege
  '42501': 'Unauthorized',
  // duplicate_database, duplicate_object, unique_violation (two made it at once)
  '42P04': 'Conflict',
  '42710': 'Conflict',
  '23505': 'Conflict',
  // dependent_objects_still_exist
  '2BP01': 'Conflict',
  // feature_not_supported
  '0A000': 'Unsupported',
};

/** What passes by itself: nothing was changed, and trying later may help. */
const TRANSIENT = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '53300', // too_many_connections
  '55006', // object_in_use
  '55P03', // lock_not_available
  '57014', // query_canceled, by statement_timeout
  '57P03', // cannot_connect_now
]);

/** The server ends while it works: whether the last statement was committed is not told. */
const ENDING = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P04', // database_dropped
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
]);

/** Whether the same statement may be sent again at once. */
export function isBusy(
  error: unknown,
  dialect: Dialect = POSTGRES_16,
): boolean {
  return error instanceof DatabaseError && dialect.isBusy(error);
}

/** Whether the server takes no changes. */
export function isReadOnly(error: unknown): boolean {
  return sqlState(error) === '25006';
}

/** Whether a right is missing for a statement. */
export function isRefused(error: unknown): boolean {
  return sqlState(error) === '42501';
}

/** The SQLSTATE of a server's error, e.g. `42P04`. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** Judges whatever the client threw. `what` says what was being done, as in `creating orders`. */
export function toProviderError(
  error: unknown,
  phase: Phase,
  what: string,
  dialect?: Dialect,
): ProviderError {
  if (isProviderError(error)) {
    return error;
  }
  if (!(error instanceof DatabaseError)) {
    const reason = phase === 'write' ? 'Unknown' : 'Unreachable';
    return new ProviderError(reason, `${what}: ${nestedMessage(error)}`);
  }
  const code = error.code ?? '';
  const detail = [error.message, error.detail, error.hint]
    .filter(Boolean)
    .join('; ');
  return new ProviderError(
    reasonOf(error, code, phase, dialect),
    `${what}: PostgreSQL says ${code}, ${detail}${poolerHint(
      code,
      error.message,
    )}`,
  );
}

/** PgBouncer takes only settings that it can keep track of, and says so in these words. */
function poolerHint(code: string, message: string): string {
  return code === '08P01' && message.startsWith('unsupported startup parameter')
    ? '. That is what PgBouncer says: admin.host must lead to the server itself, and not to a pooler'
    : '';
}

function reasonOf(
  error: DatabaseError,
  code: string,
  phase: Phase,
  dialect?: Dialect,
): ProviderErrorReason {
  if (ENDING.has(code)) {
    return phase === 'write' ? 'Unknown' : 'Unreachable';
  }
  if (TRANSIENT.has(code) || code.startsWith('08') || isBusy(error, dialect)) {
    return 'Unreachable';
  }
  return REASONS[code] ?? 'Rejected';
}

/** Node hides the true causes of a failed connection in an `AggregateError` without a message. */
function nestedMessage(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(nestedMessage))].join('; ');
  }
  if (error instanceof Error) {
    const own = error.message || error.name;
    return error.cause ? `${own}: ${nestedMessage(error.cause)}` : own;
  }
  return String(error);
}
