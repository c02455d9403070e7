import { findUnsafe } from './findUnsafe';

describe('findUnsafe', () => {
  it.each([
    [
      'a NUL',
      { name: 'a\u0000b' },
      'name',
      'holds the control character U+0000',
    ],
    [
      'an escape',
      { spec: { config: ['x', '\u001b[2J'] } },
      'spec.config[1]',
      'holds the control character U+001B',
    ],
    [
      'a C1 control',
      { a: '\u0085' },
      'a',
      'holds the control character U+0085',
    ],
    [
      'a line break',
      { name: 'a\nb' },
      'name',
      'holds the control character U+000A',
    ],
    [
      'a high surrogate alone',
      { name: 'a\ud800' },
      'name',
      'holds half of a surrogate pair (U+D800)',
    ],
    [
      'a low surrogate alone',
      { name: '\udc00a' },
      'name',
      'holds half of a surrogate pair (U+DC00)',
    ],
    [
      'a NUL in a key',
      { spec: { 'a\u0000': 1 } },
      'spec["a\\u0000"]',
      'has a key that holds the control character U+0000',
    ],
    [
      'a key of the prototype',
      JSON.parse('{"spec":{"__proto__":{"x":1}}}'),
      'spec.__proto__',
      'has a key that is reserved',
    ],
    [
      'a number beyond all bounds',
      JSON.parse('{"n":1e400}'),
      'n',
      'is a number too large to be read',
    ],
    ['a bare text', '\u0000', '', 'holds the control character U+0000'],
  ])('should find %s', (_, value, path, problem) => {
    expect(findUnsafe(value)).toEqual({ path, problem });
  });

  it('should refuse nesting that would exhaust the stack', () => {
    const value = JSON.parse(
      `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
    );
    expect(findUnsafe(value)?.problem).toBe(
      'is nested more than 20 levels deep',
    );
  });

  it('should find the first of many', () => {
    expect(findUnsafe({ a: 'fine', b: 'x\u0000', c: 'y\u0000' })?.path).toBe(
      'b',
    );
  });

  it('should take all that people write', () => {
    expect(
      findUnsafe({
        name: 'Zahlung öä 決済 💥',
        spec: { 'retention.ms': '-1', list: [1, 1.5, true, null, {}] },
      }),
    ).toBeUndefined();
    expect(findUnsafe(undefined)).toBeUndefined();
  });

  it('should take line breaks and tabs only where prose is', () => {
    const multiline = (path: string) => path === 'reason';
    expect(
      findUnsafe({ reason: 'one\r\n\ttwo' }, { multiline }),
    ).toBeUndefined();
    expect(findUnsafe({ reason: 'one\u0000' }, { multiline })?.path).toBe(
      'reason',
    );
    expect(findUnsafe({ name: 'one\n' }, { multiline })?.path).toBe('name');
  });
});
