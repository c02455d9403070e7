/** Codes of a socket, and those with which PostgreSQL ends or refuses a connection. */
const CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // connection_exception and its kind
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  // too_many_connections, admin_shutdown, crash_shutdown, cannot_connect_now
  '53300',
  '57P01',
  '57P02',
  '57P03',
]);

/** Neither the driver nor knex has a code for these; knex puts the statement before them. */
const MESSAGES =
  /(^| - )(Connection terminated( unexpectedly| due to connection timeout)?|Unable to acquire a connection|Client (has encountered a connection error|was closed) and is not queryable)$/;

/**
 * Whether somebody could not be served for the portal's own database, or another service that it
 * needs, does not answer: that passes, and is no fault of the portal.
 */
export function isServiceAway(error: Error): boolean {
  const { code, statusCode } = error as {
    code?: unknown;
    statusCode?: unknown;
  };
  return (
    CODES.has(code) ||
    error.name === 'KnexTimeoutError' ||
    // The catalog, whose database may be the same.
    (error.name === 'ResponseError' && Number(statusCode) >= 500) ||
    MESSAGES.test(error.message)
  );
}
