import { isFullEntityRef } from './entityRefs';

describe('isFullEntityRef', () => {
  it.each(['group:default/payments', 'group:other-space/pay.ments_2'])(
    'should take %s',
    ref => {
      expect(isFullEntityRef(ref, 'group')).toBe(true);
    },
  );

  it.each([
    'payments',
    'default/payments',
    'group:payments',
    'Group:default/payments',
    'group:default/Payments',
    'group:DEFAULT/payments',
    'user:default/payments',
    'group:default/',
    'group:/payments',
    'group:default/pay ments',
    'group:default/payments/more',
    'group:default/payments:x',
    ' group:default/payments',
    `group:default/${'a'.repeat(64)}`,
    '',
    "group:default/'; DROP TABLE requests; --",
  ])('should refuse %s', ref => {
    expect(isFullEntityRef(ref, 'group')).toBe(false);
  });
});
