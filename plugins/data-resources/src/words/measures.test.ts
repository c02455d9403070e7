import { arrangeMeasures, measureTitle, measureValue } from './measures';

const measure = (value: number, unit: string, labels?: {}) =>
  ({ name: 'm', title: 'Lag', value, unit, labels } as never);

describe('measures', () => {
  it.each([
    [0, 'bytes', '0 B'],
    [1_610_612_736, 'bytes', '1.5 GiB'],
    [12_345, 'count', '12,345'],
    [59, 'seconds', '59 s'],
    [0.0042, 'seconds', '4.2 ms'],
    [0.00025, 'seconds', '250 µs'],
    [0, 'seconds', '0 s'],
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

  it('should put figures of several things of a kind together', () => {
    const of = (name: string, labels?: {}) =>
      ({
        name,
        title: `The ${name}`,
        value: 1,
        unit: 'count',
        labels,
      } as never);
    const size = of('size');
    const sizeOfNotes = of('table-size', { table: 'notes' });
    const sizeOfUsers = of('table-size', { table: 'users' });
    const readsOfUsers = of('reads', { table: 'users' });
    const hints = of('hints', { node: '10.0.0.1' });
    const lag = of('lag', { group: 'billing', partition: '0' });

    expect(
      arrangeMeasures([
        size,
        sizeOfNotes,
        sizeOfUsers,
        readsOfUsers,
        hints,
        lag,
      ]),
    ).toEqual({
      alone: [size, hints, lag],
      tables: [
        {
          label: 'table',
          figures: [
            { name: 'table-size', title: 'The table-size' },
            { name: 'reads', title: 'The reads' },
          ],
          things: [
            { name: 'notes', measures: [sizeOfNotes] },
            { name: 'users', measures: [sizeOfUsers, readsOfUsers] },
          ],
        },
      ],
    });
    expect(
      arrangeMeasures([
        {
          ...(of('end', { partition: '0' }) as object),
          title: 'End of partition 0',
        },
        {
          ...(of('end', { partition: '1' }) as object),
          title: 'End of partition 1',
        },
      ] as never).tables,
    ).toEqual([]);
  });
});
