import { isUsedOtherwise, listUsers, newUsers } from './judgeUse';

const user = (name: string, kind = 'session', count = 1) => ({
  name,
  kind,
  count,
});
const use = (...users: ReturnType<typeof user>[]) => ({
  users,
  measures: [],
  unseen: [],
  observedAt: '2026-03-02T10:00:00.000Z',
});

describe('newUsers', () => {
  it('should tell users apart by kind and name, not by number', () => {
    const before = use(user('billing'), user('orders', 'consumer group'));
    const now = use(
      user('billing', 'session', 7),
      user('billing', 'consumer group'),
      user('audit'),
    );
    expect(newUsers(before, now)).toEqual([
      user('billing', 'consumer group'),
      user('audit'),
    ]);
  });

  it('should not take names apart at the wrong place', () => {
    expect(newUsers(use(user('b c', 'a')), use(user('c', 'a b')))).toHaveLength(
      1,
    );
  });

  it('should count everybody as new to a plan that named nobody', () => {
    expect(newUsers(undefined, use(user('billing')))).toHaveLength(1);
  });
});

describe('isUsedOtherwise', () => {
  it('should be so where nobody can look any more', () => {
    const blind = { ...use(), message: 'The right PEEK is missing' };
    expect(isUsedOtherwise(use(), blind)).toBe(true);
    expect(isUsedOtherwise(blind, blind)).toBe(false);
    expect(isUsedOtherwise(blind, use())).toBe(false);
  });
});

describe('listUsers', () => {
  it('should name the first ten and count the others', () => {
    const many = Array.from({ length: 12 }, (_, n) => user(`u${n}`));
    expect(listUsers(many)).toMatch(/^session u0, .*session u9 and 2 more$/);
  });
});
