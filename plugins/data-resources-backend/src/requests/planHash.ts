import { createHash } from 'node:crypto';
import type {
  Change,
  PlannedStep,
} from '@data-resources/plugin-data-resources-node';
import type { JsonObject } from '@backstage/types';
import stringify from 'fast-json-stable-stringify';

/** Raised when the same plan would have to have another hash. */
const VERSION = 1;

/** What a person approves: everything that decides what is done to which object. */
export interface HashedPlan {
  action: string;
  type: string;
  instance: string;
  /** The cluster behind the instance's address. */
  clusterId: string;
  /** The object's recorded identity, or null before there is one. */
  identity: JsonObject | null;
  /** The resource's generation that the plan starts from. */
  baseGeneration: number;
  /** What is asked for, in full. */
  desired: JsonObject;
  changes: readonly Change[];
  steps: readonly PlannedStep[];
}

/**
 * SHA-256, in hex, over the canonical plan. Risk, findings, approvals, usage and times are
 * left out: they may change without changing what is done.
 */
export function planHash(plan: HashedPlan): string {
  const { steps, ...rest } = plan;
  return createHash('sha256')
    .update(
      stringify({
        ...rest,
        version: VERSION,
        calls: steps.map(({ call }) => call),
      }),
    )
    .digest('hex');
}
