import { stringify } from 'yaml';

/**
 * Lines of comment, each behind `mark`: what is in `text` can end neither the line nor the comment.
 *
 * @public
 */
export function commentLines(
  lines: readonly string[],
  mark: '#' | '--' | '//',
): string[] {
  return lines.map(line =>
    // Whatever any of the languages takes for the end of a line.
    `${mark} ${line.replace(/[\r\n\v\f\u0085\u2028\u2029]+/g, ' ')}`.trimEnd(),
  );
}

/**
 * YAML documents, one after the other. What is `undefined` in an object is left out.
 *
 * @public
 */
export function yamlDocuments(
  documents: readonly object[],
  comment: readonly string[] = [],
): string {
  const texts = documents.map(document =>
    // Folded lines and anchors are hard to read, and to copy a part of. YAML 1.1 is what
    // Kubernetes reads: `on` and `1_000` are quoted.
    stringify(document, {
      lineWidth: 0,
      aliasDuplicateObjects: false,
      version: '1.1',
    }),
  );
  const head = textLines(commentLines(comment, '#'));
  return `${head ? `${head}\n` : ''}${texts.join('---\n')}`;
}

/**
 * A Java properties file in ASCII, as `java.util.Properties.load` reads it.
 *
 * @public
 */
export function javaProperties(
  entries: readonly (readonly [key: string, value: string])[],
  comment: readonly string[] = [],
): string {
  const lines = [
    // A comment has no escapes, and the reader may take it for Latin-1.
    ...commentLines(comment, '#').map(line => line.replace(/[^\t -~]/g, '?')),
    ...entries.map(([key, value]) => {
      const name = escapedProperty(key).replace(/[ =:#!]/g, '\\$&');
      return `${name}=${escapedProperty(value).replace(/^ /, '\\ ')}`;
    }),
  ];
  return textLines(lines);
}

const PROPERTY_ESCAPES: { [character: string]: string } = {
  '\\': '\\\\',
  '\t': '\\t',
  '\f': '\\f',
  '\r': '\\r',
  '\n': '\\n',
};

function escapedProperty(text: string): string {
  return (
    text
      .replace(
        /[^ -[\]-~]/g,
        unit => PROPERTY_ESCAPES[unit] ?? unicodeEscape(unit),
      )
      // A PEM file goes on in the next line, as long as that does not lose blanks there.
      .replace(/(?<!\\)((?:\\\\)*)\\n(?=[^ \\])/g, '$1\\n\\\n')
  );
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * A quoted text of JSON, and so of JavaScript, Python and HOCON too.
 *
 * @public
 */
export function quotedText(text: string): string {
  // JSON leaves these as they are, and they end lines elsewhere.
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    unicodeEscape,
  );
}

/**
 * A word of a POSIX shell, quoted where it must be.
 *
 * @public
 */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text)
    ? text
    : `'${text.replace(/'/g, `'\\''`)}'`;
}

/**
 * Lines with a line feed behind each; what is `false` or `undefined` is left out.
 *
 * @public
 */
export function textLines(lines: readonly (string | false | undefined)[]) {
  return lines
    .filter(line => line !== false && line !== undefined)
    .map(line => `${line}\n`)
    .join('');
}
