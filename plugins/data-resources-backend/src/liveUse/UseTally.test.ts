import type { Inspection } from '@data-resources/plugin-data-resources-node';
import { usedBox } from '../__testUtils__/usedBox';
import { UseTally } from './UseTally';

describe('UseTally', () => {
  const inspection = (more: Partial<Inspection> = {}): Inspection => ({
    users: [],
    measures: [],
    unseen: [],
    ...more,
  });
  const valueOf = (tally: UseTally, metric: string, labels = {}) =>
    tally
      .figures()
      .find(
        figure =>
          figure.metric === metric &&
          JSON.stringify(figure.labels) === JSON.stringify(labels),
      )?.value;

  it('should say of no resources that none are used', () => {
    expect(new UseTally().figures()).toEqual([
      { metric: 'useResources', value: 0, labels: { state: 'used' } },
      { metric: 'useResources', value: 0, labels: { state: 'unused' } },
      { metric: 'useResources', value: 0, labels: { state: 'unknown' } },
      { metric: 'useIdle', value: 0, labels: {} },
      { metric: 'useUnseen', value: 0, labels: {} },
    ]);
  });

  it('should not take a resource for unused of which an engine said nothing', () => {
    const tally = new UseTally();
    tally.add('orders', undefined);
    expect(valueOf(tally, 'useResources', { state: 'unknown' })).toBe(1);
    expect(valueOf(tally, 'useResources', { state: 'unused' })).toBe(0);
    expect(tally.unseen()).toEqual(['The engine said nothing about orders.']);
  });

  it('should take a resource for used on which somebody was seen, whatever was not', () => {
    const tally = new UseTally();
    tally.add('orders', { ...inspection(usedBox()), unseen: ['the size'] });
    expect(valueOf(tally, 'useResources', { state: 'used' })).toBe(1);
    expect(valueOf(tally, 'useUnseen')).toBe(1);
  });

  it('should take the lag of whole groups, and leave out their partitions', () => {
    const tally = new UseTally();
    tally.add('orders', inspection(usedBox()));
    tally.add('payments', inspection(usedBox()));
    expect(valueOf(tally, 'useLag')).toBe(2 * (12 + 5));
    expect(valueOf(tally, 'useLagMax')).toBe(12);
    expect(valueOf(tally, 'useBytes', { measure: 'size' })).toBe(2 * 4_096);
    expect(valueOf(tally, 'useLongest', { measure: 'last-record-age' })).toBe(
      40,
    );
  });

  it('should keep what could not be seen once, and the first of many texts', () => {
    const tally = new UseTally();
    for (let n = 0; n < 100; n += 1) {
      tally.add('orders', inspection({ unseen: ['the size', `table ${n}`] }));
    }
    expect(tally.unseen()).toHaveLength(20);
    expect(tally.unseen().slice(0, 3)).toEqual([
      'the size',
      'table 0',
      'table 1',
    ]);
    expect(valueOf(tally, 'useUnseen')).toBe(100);
  });
});
