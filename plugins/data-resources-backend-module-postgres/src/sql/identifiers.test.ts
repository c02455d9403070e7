import fc from 'fast-check';
import { Client } from 'pg';
import { PostgresBench } from '../__testUtils__/PostgresBench';
import { ident, literal } from './identifiers';

jest.setTimeout(60_000);

/** What a person or a program might send to break out of the quotes. */
const HOSTILE = [
  `"`,
  `""`,
  `a"; DROP ROLE postgres; --`,
  `a'b`,
  `\\`,
  `\\"`,
  `a\nb`,
  `$1`,
  `$$`,
  `/*`,
  `U&"\\0041"`,
  'sélection',
  '𝔘𝔫𝔦',
  'SELECT',
  ' ',
];

const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
const noNul = (text: string) =>
  !text.includes('\0') && Buffer.from(text).toString() === text;
const name = fc.oneof(
  fc.constantFrom(...HOSTILE),
  anyText.filter(text => noNul(text) && Buffer.byteLength(text) <= 63),
);
const value = fc.oneof(fc.constantFrom(...HOSTILE, ''), anyText.filter(noNul));

describe('quoting', () => {
  let server: PostgresBench;
  let client: Client;

  beforeAll(async () => {
    server = await PostgresBench.create();
    const { user, password } = server.server.admin;
    client = await server.login(user, password, 'postgres');
  });
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  it('should bring every name to the server as it is', async () => {
    await fc.assert(
      fc.asyncProperty(name, async text => {
        const { fields } = await client.query(`SELECT 1 AS ${ident(text)}`);
        expect(fields.map(field => field.name)).toEqual([text]);
      }),
      { numRuns: 400 },
    );
  });

  it('should bring every value to the server as it is', async () => {
    await fc.assert(
      fc.asyncProperty(value, async text => {
        const { rows } = await client.query(`SELECT ${literal(text)} AS value`);
        expect(rows).toEqual([{ value: text }]);
      }),
      { numRuns: 400 },
    );
  });

  it('should make, find and drop a role of every name', async () => {
    const made = fc.constantFrom(...HOSTILE.map(text => `h_${text}`));
    await fc.assert(
      fc.asyncProperty(made, async text => {
        await client.query(`CREATE ROLE ${ident(text)}`);
        const { rows } = await client.query(
          'SELECT rolname FROM pg_roles WHERE rolname = $1',
          [text],
        );
        await client.query(`DROP ROLE ${ident(text)}`);
        expect(rows).toEqual([{ rolname: text }]);
      }),
      { numRuns: 60 },
    );
  });

  it('should refuse names that the server would cut, and NUL', () => {
    expect(ident('x'.repeat(63))).toBe(`"${'x'.repeat(63)}"`);
    expect(() => ident('x'.repeat(64))).toThrow(/has 64 bytes; .* 1 to 63/);
    expect(() => ident('é'.repeat(32))).toThrow(/has 64 bytes/);
    expect(() => ident('')).toThrow(/has 0 bytes/);
    expect(() => ident('a\0b')).toThrow(/NUL/);
    expect(() => literal('a\0b')).toThrow(/NUL/);
  });

  it('should make a list of several names', () => {
    expect(ident('a', 'b"c')).toBe('"a", "b""c"');
  });
});
