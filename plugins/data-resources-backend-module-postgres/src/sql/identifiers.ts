import { InputError } from '@backstage/errors';
import { escapeIdentifier, escapeLiteral } from 'pg';

/** Longer names are cut by the server without a word. */
export const MAX_IDENTIFIER_BYTES = 63;

/**
 * Quotes names of databases, roles, schemas, extensions and settings: the only way by which
 * one gets into a statement. Several become a list.
 *
 * @throws `InputError` for a name that the server would cut, or cannot hold at all
 */
export function ident(...names: string[]): string {
  return names
    .map(name => {
      const bytes = Buffer.byteLength(name);
      if (bytes === 0 || bytes > MAX_IDENTIFIER_BYTES) {
        throw new InputError(
          `The identifier ${JSON.stringify(
            name,
          )} has ${bytes} bytes; PostgreSQL takes 1 to ${MAX_IDENTIFIER_BYTES}`,
        );
      }
      if (name.includes('\0')) {
        throw new InputError(
          `The identifier ${JSON.stringify(name)} holds a NUL character`,
        );
      }
      return escapeIdentifier(name);
    })
    .join(', ');
}

/**
 * Quotes a value where the server takes no parameter, as in `CREATE` and `ALTER`.
 *
 * @throws `InputError` for a value with a NUL character
 */
export function literal(value: string): string {
  if (value.includes('\0')) {
    throw new InputError('A value holds a NUL character');
  }
  return escapeLiteral(value);
}
