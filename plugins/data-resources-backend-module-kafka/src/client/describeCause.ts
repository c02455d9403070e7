/**
 * The whole chain of an error in one line: the client says "Cannot connect to any broker"
 * and keeps what really happened (connection refused, authentication failed, a certificate
 * that is not trusted) in nested causes.
 */
export function describeCause(error: unknown): string {
  const told: string[] = [];
  collect(error, told, 0);
  return told.join(': ');
}

function collect(error: unknown, told: string[], depth: number): void {
  if (!isErrorLike(error) || depth > 8) {
    return;
  }
  const text = textOf(error);
  // A "Received response with error" says nothing that its parts do not say better.
  if (text && !told.includes(text) && !text.startsWith('Received response')) {
    told.push(text);
  }
  if (Array.isArray(error.errors) && error.errors.length > 0) {
    error.errors.forEach(part => collect(part, told, depth + 1));
  } else {
    collect(error.cause, told, depth + 1);
  }
}

/** By its shape: errors of Node.js itself may come from another realm. */
interface ErrorLike {
  message: string;
  code?: unknown;
  cause?: unknown;
  errors?: unknown;
  /** The protocol's name of what a broker said. */
  apiId?: unknown;
  serverErrorMessage?: unknown;
}

function isErrorLike(error: unknown): error is ErrorLike {
  return (
    typeof error === 'object' &&
    error !== null &&
    typeof (error as Partial<ErrorLike>).message === 'string'
  );
}

function textOf(error: ErrorLike): string {
  const { code, apiId, serverErrorMessage } = error;
  const message = error.message.replace(/\.$/, '');
  if (typeof apiId === 'string') {
    return `${apiId}: ${serverErrorMessage || message}`;
  }
  const isSystemError = typeof code === 'string' && !code.startsWith('PLT_');
  if (!isSystemError || message.includes(code)) {
    return message;
  }
  return message ? `${message} (${code})` : code;
}
