import { closest, didYouMean } from './closest';

describe('closest', () => {
  const words = ['partitions', 'replicationFactor', 'config'];

  it.each([
    ['partitons', 'partitions'],
    ['Partitions', 'partitions'],
    ['replication_factor', 'replicationFactor'],
    ['cofnig', 'config'],
    ['owner', undefined],
    ['', undefined],
    ['p'.repeat(100_000), undefined],
  ])('should take %.20s for %s', (word, expected) => {
    expect(closest(word, words)).toBe(expected);
  });

  it('should ask a question only where there is an answer', () => {
    expect(didYouMean('cofnig', words)).toBe(' (did you mean "config"?)');
    expect(didYouMean('nonsense', words)).toBe('');
  });
});
