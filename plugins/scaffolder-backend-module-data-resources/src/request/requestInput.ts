import { InputError } from '@backstage/errors';
import type { JsonObject, JsonValue } from '@backstage/types';
import type { RequestInput } from '@data-resources/plugin-data-resources-common';

/** Fields that a form may leave empty without meaning anything by it. */
const OPTIONAL_FIELDS = ['system', 'description', 'tags', 'grants', 'reason'];

/**
 * The request that a step's input stands for. What a form left empty is not sent: optional fields
 * of the request, and fields of the spec, that are an empty text, list or object.
 */
export function requestInput(input: JsonObject): RequestInput {
  assertWorkedOut(input.instance, 'instance');
  assertWorkedOut(input.spec, 'spec');
  const request: JsonObject = {};
  for (const [key, value] of Object.entries(input)) {
    if (key === 'spec' && isObject(value)) {
      request.spec = withoutEmpty(value);
    } else if (value !== undefined) {
      request[key] = value;
    }
  }
  for (const key of OPTIONAL_FIELDS) {
    if (isEmpty(request[key])) {
      delete request[key];
    }
  }
  // The API checks it, and says in a sentence which field is wrong.
  return request as unknown as RequestInput;
}

/**
 * The scaffolder passes an expression on as it is written when it cannot be worked out, a filter
 * that refuses its input for example.
 */
function assertWorkedOut(value: JsonValue | undefined, path: string): void {
  if (typeof value === 'string' && /^\s*\$\{\{.*\}\}\s*$/s.test(value)) {
    throw new InputError(
      `${path} could not be worked out from the form: ${value.trim()}`,
    );
  }
  if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      assertWorkedOut(inner, `${path}.${key}`);
    }
  }
}

function withoutEmpty(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object)
      .map(([key, value]): [string, JsonValue | undefined] => [
        key,
        isObject(value) ? withoutEmpty(value) : value,
      ])
      .filter(([, value]) => !isEmpty(value)),
  );
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') {
    return true;
  }
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
