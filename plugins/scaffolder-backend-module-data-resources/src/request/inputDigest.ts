import { createHash } from 'node:crypto';
import stableStringify from 'fast-json-stable-stringify';

/** Tells apart the steps of a task, and the inputs of one step, which `each` may run many times. */
export function inputDigest(input: unknown): string {
  return createHash('sha256')
    .update(stableStringify(input))
    .digest('hex')
    .slice(0, 32);
}
