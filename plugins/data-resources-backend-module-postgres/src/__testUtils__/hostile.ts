import fc from 'fast-check';

/** What a person or a program might send to break out of the quotes. */
const HOSTILE = [
  `"`,
  `a"; DROP ROLE postgres; --`,
  `a'; DROP ROLE postgres; --`,
  `\\'; --`,
  `a\nb`,
  `$$`,
  `$adopt0$`,
  `%I %L %s`,
  `/*`,
  `U&"\\0041"`,
  '𝔘𝔫𝔦',
  'SELECT',
  'PUBLIC',
  'SESSION_USER',
  ' ',
  '.',
];

/** Texts of at most 40 bytes that are well-formed and hold no NUL, the worst of them often. */
export const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 30 })
    .filter(
      value =>
        !value.includes('\0') &&
        Buffer.from(value).toString() === value &&
        Buffer.byteLength(value) <= 40,
    ),
);
