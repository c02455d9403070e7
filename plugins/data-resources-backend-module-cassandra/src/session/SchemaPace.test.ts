import { schemaBatch } from '../keyspace/steps/StepHandler';
import { SchemaPace } from './SchemaPace';

describe('SchemaPace', () => {
  const CALL_MS = 10_000;

  function batchAfter(...changesMs: number[]): number {
    const pace = new SchemaPace();
    changesMs.forEach(ms => pace.took(ms));
    return schemaBatch(pace, CALL_MS);
  }

  it('should put many changes into a batch only where they are known to be quick', () => {
    expect(batchAfter()).toBe(2);
    expect(batchAfter(30)).toBe(16);
    expect(batchAfter(200)).toBe(6);
    expect(batchAfter(1_300)).toBe(2);
    expect(batchAfter(20_000)).toBe(2);
  });

  it('should believe a slow change at once, and quick ones by and by', () => {
    expect(batchAfter(30, 30, 1_300)).toBe(2);
    expect(batchAfter(1_300, 30)).toBe(2);
    expect(batchAfter(1_300, ...Array.from({ length: 20 }, () => 30))).toBe(16);
  });
});
