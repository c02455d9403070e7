import { fieldPath } from '@data-resources/plugin-data-resources-node';
import { z } from 'zod/v3';
import { didYouMean } from '../../checks';
import type { InputProblem } from './InputProblem';

const TYPE_NAMES: { [type: string]: string | undefined } = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const UNITS: { [type: string]: string | undefined } = {
  string: 'characters long',
  array: 'items long',
  set: 'items long',
};

/**
 * Says what would be right, as the second half of a sentence. Messages that a schema gives
 * itself go before these.
 */
export const errorMap: z.ZodErrorMap = (issue, context) => ({
  message: expectation(issue) ?? context.defaultError,
});

/** The issues of a parse as problems. `base` is put before each path. */
export function zodProblems(
  error: z.ZodError,
  input: unknown,
  schema: z.ZodTypeAny,
  base: readonly string[] = [],
): InputProblem[] {
  return error.issues.flatMap(issue => {
    const path = [...base, ...issue.path];
    if (issue.code === z.ZodIssueCode.unrecognized_keys) {
      const known = keysAt(schema, issue.path);
      return issue.keys.map(key => ({
        path: fieldPath([...path, key]),
        message: `is no known field${didYouMean(key, known)}${
          known.length > 0 ? `; known are ${known.join(', ')}` : ''
        }`,
      }));
    }
    const found = valueAt(input, issue.path);
    return [
      {
        path: fieldPath(path),
        message:
          found === undefined && issue.code === z.ZodIssueCode.invalid_type
            ? 'is missing'
            : issue.message,
        ...(found === undefined ? {} : { found }),
      },
    ];
  });
}

function expectation(issue: z.ZodIssueOptionalMessage): string | undefined {
  switch (issue.code) {
    case z.ZodIssueCode.invalid_type:
      return `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case z.ZodIssueCode.invalid_literal:
      return `must be ${JSON.stringify(issue.expected)}`;
    case z.ZodIssueCode.invalid_enum_value:
      return `must be one of ${issue.options.join(', ')}`;
    case z.ZodIssueCode.too_small:
      return bound(issue.type, issue.minimum, issue.inclusive, 'least', 'more');
    case z.ZodIssueCode.too_big:
      return bound(issue.type, issue.maximum, issue.inclusive, 'most', 'less');
    case z.ZodIssueCode.not_multiple_of:
      return `must be a multiple of ${issue.multipleOf}`;
    case z.ZodIssueCode.not_finite:
      return 'must be a finite number';
    case z.ZodIssueCode.invalid_string:
      return typeof issue.validation === 'string' &&
        issue.validation !== 'regex'
        ? `must be a valid ${issue.validation}`
        : 'has not the form that is expected';
    case z.ZodIssueCode.invalid_union:
      return 'has none of the forms that are expected';
    default:
      return undefined;
  }
}

function bound(
  type: string,
  limit: number | bigint,
  inclusive: boolean,
  at: string,
  than: string,
): string {
  if (UNITS[type] && at === 'least' && limit === 1) {
    return 'must not be empty';
  }
  const unit = UNITS[type] ? ` ${UNITS[type]}` : '';
  return inclusive
    ? `must be at ${at} ${limit}${unit}`
    : `must be ${than} than ${limit}${unit}`;
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (parent, key) =>
      typeof parent === 'object' &&
      parent !== null &&
      Object.hasOwn(parent, key)
        ? (parent as Record<string | number, unknown>)[key]
        : undefined,
    value,
  );
}

/** The fields that a schema has at a path, as far as it is made of objects and lists. */
function keysAt(
  schema: z.ZodTypeAny,
  path: readonly (string | number)[],
): string[] {
  let current: z.ZodTypeAny | undefined = unwrap(schema);
  for (const part of path) {
    if (current instanceof z.ZodObject) {
      current = current.shape[part];
    } else if (current instanceof z.ZodArray) {
      current = current.element;
    } else {
      return [];
    }
    if (!current) {
      return [];
    }
    current = unwrap(current);
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}

function unwrap(schema: z.ZodTypeAny): z.ZodTypeAny {
  if (schema instanceof z.ZodEffects) {
    return unwrap(schema.innerType());
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return unwrap(schema.unwrap());
  }
  if (schema instanceof z.ZodDefault) {
    return unwrap(schema.removeDefault());
  }
  return schema;
}
