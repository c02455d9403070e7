import { CommonValidatorFunctions } from '@backstage/catalog-model';
import { z } from 'zod/v3';
import {
  expectedEntityRef,
  isFullEntityRef,
  type EntityRefKind,
} from '../../checks';

const MAX_NAME = 255;
const MAX_REASON = 4000;
const MAX_DESCRIPTION = 1000;
const MAX_TAGS = 20;
const MAX_GRANTS = 50;
/** Generous: entity refs, types and roles are far shorter. */
const MAX_REFERENCE = 300;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const id = z
  .string()
  .regex(
    UUID,
    'must be the id of one, a lower-case UUID, as the lists show it',
  );

const reference = z.string().min(1).max(MAX_REFERENCE);

/** Optional prose; blank is as good as absent, for that is what an empty form field sends. */
const prose = (max: number) =>
  z
    .string()
    .max(max)
    .transform(text => (text.trim() === '' ? undefined : text))
    .optional();

const entityRef = (kind: EntityRefKind) =>
  reference.refine(value => isFullEntityRef(value, kind), {
    message: `must be ${expectedEntityRef(kind)}`,
  });

const grantFields = {
  principal: entityRef('component'),
  role: reference,
  expiresAt: z
    .unknown()
    .refine(
      value => value === undefined,
      'is not available yet: a grant lasts until it is revoked; leave it out',
    ),
};

const tag = z.string().refine(CommonValidatorFunctions.isValidTag, {
  message:
    'must be a catalog tag: 1 to 63 of the characters a-z, 0-9, "+" and "#" in words joined by "-"',
});

/** The fields of each action that is available, without `spec`'s own. */
export const ACTION_SCHEMAS = {
  create: z
    .object({
      action: z.literal('create'),
      type: reference,
      instance: reference,
      name: z.string().min(1).max(MAX_NAME),
      owner: entityRef('group'),
      system: entityRef('system').optional(),
      description: prose(MAX_DESCRIPTION),
      tags: z.array(tag).max(MAX_TAGS).default([]),
      // The type's own schema parses it, once the type is known.
      spec: z.custom<object>(isObject, 'must be an object'),
      grants: z
        .array(
          z
            .object(grantFields)
            .strict()
            .transform(({ principal, role }) => ({ principal, role })),
        )
        .max(MAX_GRANTS)
        .default([]),
      promotedFrom: id.optional(),
      reason: prose(MAX_REASON),
    })
    .strict(),
  adopt: z
    .object({
      action: z.literal('adopt'),
      type: reference,
      instance: reference,
      name: z.string().min(1).max(MAX_NAME),
      owner: entityRef('group'),
      system: entityRef('system').optional(),
      reason: prose(MAX_REASON),
    })
    .strict(),
  update: z
    .object({
      action: z.literal('update'),
      resourceId: id,
      spec: z.custom<object>(isObject, 'must be an object'),
      access: z.literal('keep').optional(),
      reason: prose(MAX_REASON),
    })
    .strict(),
  restore: z
    .object({
      action: z.literal('restore'),
      resourceId: id,
      reason: prose(MAX_REASON),
    })
    .strict(),
  delete: z
    .object({
      action: z.literal('delete'),
      resourceId: id,
      reason: prose(MAX_REASON),
    })
    .strict(),
  grant: z
    .object({
      action: z.literal('grant'),
      resourceId: id,
      ...grantFields,
      reason: prose(MAX_REASON),
    })
    .strict(),
  revoke: z
    .object({
      action: z.literal('revoke'),
      grantId: id,
      reason: prose(MAX_REASON),
    })
    .strict(),
} as const;

/** An action that can be asked for today. */
export type AvailableAction = keyof typeof ACTION_SCHEMAS;

/** Fields whose text may have several lines. */
export const MULTILINE_FIELDS: readonly string[] = ['reason', 'description'];

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
