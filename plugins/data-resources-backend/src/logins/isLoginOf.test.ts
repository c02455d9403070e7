import { isLoginOf } from './isLoginOf';

describe('isLoginOf', () => {
  it.each([
    'billing_0123456789_a',
    'User:billing_0123456789_b',
    'billing_0123456789',
    'billing_0123456789.nightly',
  ])('should know %s', name => {
    expect(isLoginOf('billing_0123456789', name)).toBe(true);
  });

  it.each([
    'billing_0123456789_c',
    'billing_0123456789_a2',
    'my_billing_0123456789_a',
    'PUBLIC',
  ])('should not take %s for one', name => {
    expect(isLoginOf('billing_0123456789', name)).toBe(false);
  });
});
