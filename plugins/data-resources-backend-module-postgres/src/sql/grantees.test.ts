import { granteeOf, granteeText, roleOfGrantee } from './grantees';

describe('whom privileges are for', () => {
  it('should be everybody, or a role of any name, and never be mistaken', () => {
    expect(granteeText('PUBLIC')).toBe('PUBLIC');
    expect(roleOfGrantee('PUBLIC')).toBeUndefined();
    for (const [role, text] of [
      ['orders_ro', '"orders_ro"'],
      ['PUBLIC', '"PUBLIC"'],
      ['"PUBLIC"', '"""PUBLIC"""'],
      ['NOT PUBLIC', '"NOT PUBLIC"'],
    ]) {
      expect(roleOfGrantee(granteeOf(role))).toBe(role);
      expect(granteeText(granteeOf(role))).toBe(text);
    }
  });
});
