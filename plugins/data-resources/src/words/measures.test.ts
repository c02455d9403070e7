import { measureTitle, measureValue } from './measures';

const measure = (value: number, unit: string, labels?: {}) =>
  ({ name: 'm', title: 'Lag', value, unit, labels } as never);

describe('measures', () => {
  it.each([
    [0, 'bytes', '0 B'],
    [1_610_612_736, 'bytes', '1.5 GiB'],
    [12_345, 'count', '12,345'],
    [59, 'seconds', '59 s'],
    [5_400, 'seconds', '1.5 h'],
    [0.975, 'ratio', '97.5%'],
    [3.14159, 'per second', '3.1 per second'],
  ])('should write %d %s as %s', (value, unit, text) => {
    expect(measureValue(measure(value, unit))).toBe(text);
  });

  it('should say what a figure is about', () => {
    expect(measureTitle(measure(1, 'count'))).toBe('Lag');
    expect(
      measureTitle(measure(1, 'count', { group: 'billing', partition: '3' })),
    ).toBe('Lag (group billing, partition 3)');
    expect(
      measureTitle({
        ...(measure(1, 'count', { partition: '3' }) as object),
        title: 'End of partition 3',
      } as never),
    ).toBe('End of partition 3');
  });
});
