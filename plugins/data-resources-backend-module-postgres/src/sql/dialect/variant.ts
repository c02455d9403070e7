import { InputError } from '@backstage/errors';
import type { Dialect, Feature } from './Dialect';

/** Stands in no statement otherwise: `ident` and `literal` refuse it, and so does the server. */
const MARK = '\0';

/**
 * A part of a statement or query for servers with a feature, and what others get in its place. It
 * becomes one of the two by `render`, once it is known which server it is for.
 */
export function variant(
  feature: Feature,
  text: string,
  otherwise: string = '',
): string {
  if (`${text}${otherwise}`.includes(MARK)) {
    throw new InputError('A variant of a statement holds another one');
  }
  return [MARK, feature, MARK, text, MARK, otherwise, MARK].join('');
}

/** Writes statements in the words of a server. */
export function render(sql: string, dialect: Dialect): string {
  const parts = sql.split(MARK);
  let rendered = parts[0];
  for (let at = 1; at < parts.length; at += 4) {
    const [feature, text, otherwise, plain] = parts.slice(at, at + 4);
    rendered += dialect.has(feature as Feature) ? text : otherwise;
    rendered += plain;
  }
  return rendered;
}
