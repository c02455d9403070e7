import { bytes, duration } from './units';

describe('units', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_000, '1 second'],
    [5_400_000, '1.5 hours'],
    [86_400_000, '1 day'],
    [604_800_000, '7 days'],
  ])('should say %d ms as %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it.each([
    [0, '0 bytes'],
    [1_023, '1023 bytes'],
    [1_536, '1.5 KiB'],
    [2 ** 30, '1 GiB'],
  ])('should say %d bytes as %s', (count, words) => {
    expect(bytes(count)).toBe(words);
  });
});
