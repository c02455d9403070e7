import { createHash } from 'node:crypto';
import stringify from 'fast-json-stable-stringify';

/** SHA-256, in hex: the same for the same input, in whatever order its fields stand. */
export function hashOfInput(input: unknown): string {
  return createHash('sha256').update(stringify(input)).digest('hex');
}
