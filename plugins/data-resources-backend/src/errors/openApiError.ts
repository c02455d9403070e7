import { showValue } from '../checks';

/** The parts of a request that the OpenAPI document describes. */
export interface ValidatedRequest {
  body?: unknown;
  query?: unknown;
  params?: unknown;
  headers?: unknown;
}

const MISSING = /^must have required property '(.+)'$/;
const ALLOWED_VALUES = /^must be equal to one of the allowed values: (.+)$/;

/** What the validator says, in the words of our own messages. */
const WORDS: readonly [RegExp, string][] = [
  [/^must be >= (.+)$/, 'must be at least $1'],
  [/^must be <= (.+)$/, 'must be at most $1'],
  [/^must be integer$/, 'must be a whole number'],
  [/^must be string$/, 'must be text'],
  [/^must be boolean$/, 'must be true or false'],
  [/^must be array$/, 'must be a list'],
  [/^must be object$/, 'must be an object'],
  [/^must NOT have more than (\d+) (\w+)$/, 'must have at most $1 $2'],
  [/^must NOT have fewer than (\d+) (\w+)$/, 'must have at least $1 $2'],
  [ALLOWED_VALUES, 'must be one of $1'],
];

/**
 * Finds the field in a message of the request validation. `createOpenApiRouter` throws the
 * validator's error away but for its message, which begins with `request/<part>/<path>`.
 */
export function openApiError(
  message: string,
  request: ValidatedRequest,
): { message: string; path?: string } | undefined {
  const query =
    /^(Empty value found for|Unknown) query parameter '(.*)'$/s.exec(message);
  if (query) {
    const [, what, name] = query;
    return {
      path: name,
      message:
        what === 'Unknown'
          ? `${name}: is no known query parameter`
          : `${name}: is empty; leave it out or give it a value`,
    };
  }
  const reserved = /^Parameter '(.*)' must be url encoded\. /s.exec(message);
  if (reserved) {
    return {
      path: reserved[1],
      message: `${reserved[1]}: must be percent-encoded, e.g. "group%3Adefault%2Fpayments"`,
    };
  }
  const mediaType = /^unsupported media type (.*)$/s.exec(message);
  if (mediaType) {
    return {
      message: `The request body must be JSON, sent with "Content-Type: application/json", found ${
        mediaType[1] === 'undefined' ? 'none' : showValue(mediaType[1])
      }`,
    };
  }
  if (message.startsWith('malformed uri')) {
    return { message: 'The address is not percent-encoded correctly' };
  }
  const field = /^request\/(body|query|params|headers)(?:\/(\S*))? (.+)$/s.exec(
    message,
  );
  if (!field) {
    return undefined;
  }
  const [, part, pointer = '', problem] = field;
  return describe(
    request[part as keyof ValidatedRequest],
    pointer === '' ? [] : pointer.split('/').map(unescapePointer),
    problem,
  );
}

function describe(
  value: unknown,
  keys: string[],
  problem: string,
): { message: string; path?: string } {
  const missing = MISSING.exec(problem);
  if (missing) {
    const path = pathOf([...keys, missing[1]]);
    return { path, message: `${path}: is missing` };
  }
  const found = valueAt(value, keys);
  const path = pathOf(keys);
  return {
    ...(path === '' ? {} : { path }),
    message: `${path || 'The request body'}: ${reword(problem)}${
      found === undefined ? '' : `, found ${showValue(found)}`
    }`,
  };
}

function reword(problem: string): string {
  for (const [pattern, words] of WORDS) {
    if (pattern.test(problem)) {
      return problem.replace(pattern, words);
    }
  }
  return problem;
}

function unescapePointer(key: string): string {
  return key.replace(/~1/g, '/').replace(/~0/g, '~');
}

function pathOf(keys: readonly string[]): string {
  return keys.reduce((path, key) => {
    if (/^\d+$/.test(key)) {
      return `${path}[${key}]`;
    }
    return path === '' ? key : `${path}.${key}`;
  }, '');
}

function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (parent, key) =>
      typeof parent === 'object' &&
      parent !== null &&
      Object.hasOwn(parent, key)
        ? (parent as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}
