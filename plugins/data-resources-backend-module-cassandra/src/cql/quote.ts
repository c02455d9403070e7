import { InputError } from '@backstage/errors';

/**
 * A CQL identifier: the name of a keyspace, table or role, with its case kept. Definitions
 * take no bind parameters, so every name in one goes through here.
 */
export function quoteIdentifier(name: string): string {
  if (name === '') {
    throw new InputError('A CQL identifier must not be empty');
  }
  return `"${checked(name).replaceAll('"', '""')}"`;
}

/** A CQL text literal, for where no bind parameter is taken. */
export function quoteLiteral(text: string): string {
  return `'${checked(text).replaceAll("'", "''")}'`;
}

/** Half a surrogate pair would arrive as another character than was meant. */
function checked(text: string): string {
  if (/\p{Surrogate}/u.test(text)) {
    throw new InputError('CQL holds Unicode text; a lone surrogate was found');
  }
  return text;
}
