import type { JsonObject } from '@backstage/types';
import { z } from 'zod/v3';
import { DRIFT_WAYS, POLICY_ACTIONS, POLICY_EFFECTS } from '../policy';
import { toInputError } from '../requests/input/InputProblem';
import { errorMap, zodProblems } from '../requests/input/zodProblems';

/** What a file says itself where it names no configuration. */
export const OWN = [
  'platformGroup',
  'environments',
  'productionEnvironments',
  'policies',
  'defaultPolicies',
  'budgets',
] as const;

const text = z.string().min(1);
const json = z.record(z.unknown()) as unknown as z.ZodType<JsonObject>;
const counts = z.record(z.number().int());

/** By name where a configuration tells the rest; what is said here goes before it. */
const instance = z.union([
  text,
  z
    .object({
      name: text,
      engine: text.optional(),
      environment: text.optional(),
      topology: z
        .object({
          brokers: z.number().int().optional(),
          dataCenters: counts.optional(),
        })
        .strict()
        .optional(),
      limits: json.optional(),
      connection: json.optional(),
    })
    .strict(),
]);

const input = z
  .object({
    action: z.enum(POLICY_ACTIONS).default('create'),
    type: text,
    name: text.default('example'),
    owner: text,
    system: text.optional(),
    reason: text.optional(),
    instance,
    spec: json,
    previousSpec: json.optional(),
    grants: z
      .array(z.object({ principal: text, role: text }).strict())
      .default([]),
    requester: z
      .object({ ref: text, groups: z.array(text) })
      .strict()
      .optional(),
    plan: z
      .object({
        risk: z.enum(['low', 'medium', 'high']).default('low'),
        changes: z
          .array(
            z
              .object({
                path: text,
                from: z.unknown(),
                to: z.unknown(),
                kind: z.enum([
                  'create',
                  'in-place',
                  'destructive',
                  'unsupported',
                ]),
              })
              .strict(),
          )
          .default([]),
      })
      .strict()
      .default({}),
    usage: z
      .object({
        held: z
          .array(
            z
              .object({
                type: text.optional(),
                instance: text.optional(),
                resources: z.number().int().min(0).default(1),
                counts: counts.default({}),
              })
              .strict(),
          )
          .default([]),
        adds: counts.default({}),
      })
      .strict()
      .optional(),
  })
  .strict();

const example = z
  .object({
    name: text,
    input,
    expect: z
      .object({
        findings: z
          .array(
            z.object({ policy: text, effect: z.enum(POLICY_EFFECTS) }).strict(),
          )
          .optional(),
        approval: z.enum(['auto', 'manual']).optional(),
        by: text.optional(),
        quarantine: z.enum(['none', 'kept']).optional(),
        drift: z.enum([...DRIFT_WAYS, 'left']).optional(),
      })
      .strict()
      .optional(),
  })
  .strict();

const file = z
  .object({
    config: text.optional(),
    platformGroup: text.optional(),
    environments: z.array(text).optional(),
    productionEnvironments: z.array(text).optional(),
    policies: z.array(json).optional(),
    defaultPolicies: json.optional(),
    budgets: z.array(json).optional(),
    examples: z.array(example).min(1),
  })
  .strict()
  .superRefine((value, context) => {
    const own = OWN.filter(key => value[key] !== undefined);
    if (value.config !== undefined && own.length > 0) {
      context.addIssue({
        code: z.ZodIssueCode.custom,
        path: [own[0]],
        message: `stands beside config (${value.config}), which has that already; leave one of the two out`,
      });
    }
  });

/** A file of policies and example requests, checked. */
export type PolicyTestFile = z.infer<typeof file>;

/** One example request. */
export type PolicyExample = z.infer<typeof example>;

/** Throws an `InputError` that names the fields that are wrong and what would be right. */
export function parsePolicyTestFile(content: unknown): PolicyTestFile {
  const parsed = file.safeParse(content, { errorMap });
  if (!parsed.success) {
    throw toInputError(zodProblems(parsed.error, content, file));
  }
  return parsed.data;
}
