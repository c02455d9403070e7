import { isMassLoss } from './isMassLoss';

const limit = { share: 0.5, least: 5 };

describe('isMassLoss', () => {
  it.each([
    [5, 9, true],
    [5, 10, false],
    [4, 4, false],
    [5, 5, true],
    [499, 1000, false],
    [501, 1000, true],
  ])('should say of %d of %d: %s', (lost, ready, expected) => {
    expect(isMassLoss(lost, ready, limit)).toBe(expected);
  });

  it('should be switched off by a share of 1', () => {
    expect(isMassLoss(1000, 1000, { share: 1, least: 5 })).toBe(false);
  });
});
