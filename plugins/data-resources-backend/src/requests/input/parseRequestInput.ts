import type { JsonObject } from '@backstage/types';
import {
  fieldPath,
  type ResourceType,
  type RoleDefinition,
} from '@data-resources/plugin-data-resources-node';
import type { z } from 'zod/v3';
import { didYouMean, findUnsafe, showValue } from '../../checks';
import { rolesOf } from '../rolesOf';
import { toInputError, type InputProblem } from './InputProblem';
import type {
  AdoptRequestInput,
  CreateRequestInput,
  RequestInput,
} from './RequestInput';
import {
  ACTION_SCHEMAS,
  isObject,
  MULTILINE_FIELDS,
  type AvailableAction,
} from './schemas';
import { errorMap, zodProblems } from './zodProblems';

/** In characters of JSON; the largest legal request is far smaller. */
const MAX_SIZE = 64 * 1024;

/**
 * Checks what a person asks for by everything that can be known without looking anywhere:
 * form, syntax, lengths, and the type's own schema. Throws `RequestInputError` and nothing
 * else, whatever the body is.
 *
 * @param types - what can be requested, by name
 */
export function parseRequestInput(
  body: unknown,
  types: ReadonlyMap<string, ResourceType>,
): RequestInput {
  if (!isObject(body)) {
    throw toInputError([
      { path: '', message: 'must be a JSON object', found: body },
    ]);
  }
  refuseUnsafe(body, types);
  const action = readAction(body.action);
  const schema = ACTION_SCHEMAS[action];
  const result = (
    schema as z.ZodType<RequestInput, z.ZodTypeDef, unknown>
  ).safeParse(body, { errorMap });
  if (!result.success) {
    const problems = zodProblems(result.error, body, schema);
    throw toInputError(problems);
  }
  switch (result.data.action) {
    case 'create':
      return completeCreate(result.data, types);
    case 'adopt':
      return checkAdopt(result.data, types);
    default:
      return result.data;
  }
}

function refuseUnsafe(
  body: Record<string, unknown>,
  types: ReadonlyMap<string, ResourceType>,
): void {
  // An update does not say its type: what no field of it is, its schema refuses later.
  const multiline = new Set([
    ...MULTILINE_FIELDS,
    ...[...types.values()].flatMap(({ multilineFields = [] }) =>
      multilineFields.map(field => fieldPath(['spec', field])),
    ),
  ]);
  const unsafe = findUnsafe(body, { multiline: path => multiline.has(path) });
  if (unsafe) {
    throw toInputError([
      { path: unsafe.path, message: `${unsafe.problem}, which is not allowed` },
    ]);
  }
  const size = JSON.stringify(body).length;
  if (size > MAX_SIZE) {
    throw toInputError([
      {
        path: '',
        message: `is ${size} characters long, and may have ${MAX_SIZE}`,
      },
    ]);
  }
}

function readAction(action: unknown): AvailableAction {
  const available = Object.keys(ACTION_SCHEMAS);
  if (typeof action === 'string' && available.includes(action)) {
    return action as AvailableAction;
  }
  const hint = typeof action === 'string' ? didYouMean(action, available) : '';
  throw toInputError([
    {
      path: 'action',
      message: `must be one of ${available.join(', ')}, found ${showValue(
        action,
      )}${hint}`,
    },
  ]);
}

/**
 * Parses a spec by its type's schema, defaults filled in. Throws `RequestInputError` that names
 * every field that is wrong.
 */
export function parseSpec(type: ResourceType, spec: unknown): JsonObject {
  const parsed = type.specSchema.safeParse(spec, { errorMap });
  if (!parsed.success) {
    throw toInputError(
      zodProblems(parsed.error, spec, type.specSchema, ['spec']),
    );
  }
  return parsed.data;
}

function knownType(
  name: string,
  types: ReadonlyMap<string, ResourceType>,
): ResourceType {
  const type = types.get(name);
  if (!type) {
    const known = [...types.keys()];
    throw toInputError([
      {
        path: 'type',
        message: `must be one of ${
          known.join(', ') || 'none, for no engine is installed'
        }, found ${showValue(name)}${didYouMean(name, known)}`,
      },
    ]);
  }
  return type;
}

/** The name must be one that the portal can work with: logins and roles are named after it. */
function checkAdopt(
  input: AdoptRequestInput,
  types: ReadonlyMap<string, ResourceType>,
): AdoptRequestInput {
  const type = knownType(input.type, types);
  const problems = type
    .checkName(input.name)
    .map(message => ({ path: 'name', message }));
  if (problems.length > 0) {
    throw toInputError(problems);
  }
  return input;
}

/** What depends on the type: name, spec and roles. All of it is judged, so that one answer tells all. */
function completeCreate(
  input: CreateRequestInput,
  types: ReadonlyMap<string, ResourceType>,
): CreateRequestInput {
  const type = knownType(input.type, types);
  const spec = type.specSchema.safeParse(input.spec, { errorMap });
  const problems: InputProblem[] = [
    ...type.checkName(input.name).map(message => ({ path: 'name', message })),
    ...(spec.success
      ? []
      : zodProblems(spec.error, input.spec, type.specSchema, ['spec'])),
    ...duplicateTags(input),
    ...grantProblems(
      input,
      spec.success || !type.rolesOf
        ? rolesOf(type, spec.success ? spec.data : {})
        : undefined,
    ),
  ];
  if (problems.length > 0 || !spec.success) {
    throw toInputError(problems);
  }
  return { ...input, spec: spec.data };
}

function duplicateTags({ tags }: CreateRequestInput): InputProblem[] {
  return tags.flatMap((tag, index) =>
    tags.indexOf(tag) === index
      ? []
      : [
          {
            path: `tags[${index}]`,
            message: `is in the list twice; leave one out`,
            found: tag,
          },
        ],
  );
}

function grantProblems(
  { grants }: CreateRequestInput,
  /** Undefined where they depend on a spec that is wrong. */
  definitions: readonly RoleDefinition[] | undefined,
): InputProblem[] {
  const roles = definitions?.map(({ name }) => name);
  return grants.flatMap(({ principal, role }, index) => {
    if (roles && !roles.includes(role)) {
      return [
        {
          path: `grants[${index}].role`,
          message: `must be one of ${roles.join(', ')}, found ${showValue(
            role,
          )}${didYouMean(role, roles)}`,
        },
      ];
    }
    const first = grants.findIndex(
      other => other.principal === principal && other.role === role,
    );
    return first === index
      ? []
      : [
          {
            path: `grants[${index}]`,
            message: `asks for the same as grants[${first}], ${role} for ${principal}; leave one out`,
          },
        ];
  });
}
