import { showValue } from './showValue';

describe('showValue', () => {
  it.each([
    ['a "b"', '"a \\"b\\""'],
    [1.5, '1.5'],
    [null, 'null'],
    [undefined, 'nothing'],
    [{ a: [1] }, '{"a":[1]}'],
    ['line\nbreak\u0000', '"line\\nbreak\\u0000"'],
    ['x'.repeat(58), `"${'x'.repeat(58)}"`],
    ['x'.repeat(59), `"${'x'.repeat(59)}…`],
    ['💥'.repeat(1000), `"${'💥'.repeat(59)}…`],
  ])('should show %.20j', (value, expected) => {
    expect(showValue(value)).toBe(expected);
  });

  it('should show something of what cannot be written as JSON', () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    for (const value of [circular, deep, BigInt(1), () => 1, Symbol('x')]) {
      expect(showValue(value).length).toBeLessThan(70);
    }
  });
});
