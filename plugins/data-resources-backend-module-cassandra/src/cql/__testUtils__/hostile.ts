import fc from 'fast-check';

/** What ends a name, a text or a statement where quoting is wrong, and what is hard to read. */
const PIECES = [
  '"',
  "'",
  '""',
  "''",
  ';',
  '--',
  '//',
  '/*',
  '*/',
  '$$',
  '\\',
  '\n',
  '\u0000',
  ' ',
  '?',
  ':x',
  '}',
  'DROP KEYSPACE system',
  'a',
  'é',
  '😀',
  'ﬁ',
  '\u202e',
];

/** Text that breaks out where quoting is wrong, and any other Unicode text. */
export function hostileText(
  more: readonly string[] = [],
): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc
      .array(fc.constantFrom(...more, ...PIECES), {
        minLength: 1,
        maxLength: 12,
      })
      .map(parts => parts.join('')),
  );
}

/**
 * As {@link hostileText}, with whole attacks on what is there, and nothing that looks like an ordinary
 * name: it could be that of something real.
 */
export function hostileNames({
  keyspace,
  role,
  member,
}: {
  keyspace: string;
  role: string;
  member: string;
}): fc.Arbitrary<string> {
  return hostileText([
    `"; DROP ROLE "${role}`,
    `" TO "${member}"; --`,
    `'; DROP KEYSPACE "${keyspace}"; --`,
    `" WITH SUPERUSER = true; --`,
    `' AND SUPERUSER = true AND PASSWORD = '`,
    `' AND LOGIN = true --`,
    `"."t" FROM "${role}`,
    `" ON ALL KEYSPACES TO "${role}" /*`,
    `': 1} AND durable_writes = false; --`,
    `': 1, 'dc2': 3`,
    `${role}" AND "`,
  ]).filter(text => !/^\w*$/.test(text));
}
