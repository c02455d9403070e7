import { environment } from './environment';

/** What the portal answered. */
export interface Answer<T> {
  status: number;
  body: T;
  headers: Headers;
}

/** The body of every error. */
export interface ErrorBody {
  error: {
    name: string;
    message: string;
    path?: string;
    findings?: { policy: string; effect: string; message: string }[];
  };
}

/** What a call may have besides its method and path. */
export interface CallOptions {
  token?: string;
  /** Sent as it is where it is text or bytes, as JSON otherwise. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** Where the HTTP API of data resources is. */
export const API = '/api/data-resources/v1';

/**
 * Calls the portal's backend. Whatever is asked, our API must not fail by itself nor tell how
 * it is built: an answer of 5xx other than 503, and one with a stack or a cause, throws.
 */
export async function call<T = ErrorBody>(
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer<T>> {
  const { token, body, headers } = options;
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(`${environment('PORTAL_BACKEND_URL')}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: raw ? (body as BodyInit) : JSON.stringify(body),
  });
  const text = await response.text();
  const answer = {
    status: response.status,
    body: parse(text) as T,
    headers: response.headers,
  };
  if (
    path.startsWith(API) &&
    ((response.status >= 500 && response.status !== 503) ||
      hasKey(answer.body, ['stack', 'cause']))
  ) {
    throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  }
  return answer;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

function hasKey(value: unknown, keys: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  return Object.entries(value).some(
    ([key, child]) => keys.includes(key) || hasKey(child, keys),
  );
}
