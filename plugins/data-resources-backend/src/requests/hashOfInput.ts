import { createHash } from 'node:crypto';
import stringify from 'fast-json-stable-stringify';
import type { RequestInput } from './input';

/** SHA-256, in hex: the same for the same input, in whatever order its fields stand. */
export function hashOfInput(input: RequestInput): string {
  return createHash('sha256').update(stringify(input)).digest('hex');
}
