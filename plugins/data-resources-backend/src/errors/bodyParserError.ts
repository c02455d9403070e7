/** What Express's body parsers put on the errors that they make; see the package `http-errors`. */
interface HttpError extends Error {
  status?: unknown;
  expose?: unknown;
  type?: unknown;
  limit?: unknown;
}

/** What to tell when a request's body could not be read, or `undefined` for any other error. */
export function bodyParserError(
  error: Error,
): { name: string; message: string } | undefined {
  const { status, expose, type, limit } = error as HttpError;
  if (typeof status !== 'number' || status < 400 || status > 499 || !expose) {
    return undefined;
  }
  switch (type) {
    case 'entity.too.large':
      return {
        name: 'PayloadTooLargeError',
        message: `The request body is too large${
          typeof limit === 'number' ? `; it may have ${limit} bytes` : ''
        }`,
      };
    case 'entity.parse.failed':
      return {
        name: 'InputError',
        message: `The request body is not valid JSON: ${error.message}`,
      };
    default:
      return {
        name: 'InputError',
        message: `The request body cannot be read: ${error.message}`,
      };
  }
}
