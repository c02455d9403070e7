import { aPlan } from '../__testUtils__/fixtures';
import { comparePlans } from './comparePlans';

describe('comparePlans', () => {
  it('should tell what came, went, differs and stayed', () => {
    const before = aPlan({
      changes: [
        { path: 'same', kind: 'create', to: 1 },
        { path: 'differs', kind: 'in-place', from: 1, to: 2 },
        { path: 'gone', kind: 'destructive', from: 'x' },
      ],
      steps: [
        { id: 'a', title: 'A', call: 'ONE' },
        { id: 'b', title: 'B', call: 'TWO' },
      ],
    });
    const after = aPlan({
      changes: [
        { path: 'same', kind: 'create', to: 1 },
        { path: 'differs', kind: 'in-place', from: 1, to: 3 },
        { path: 'new', kind: 'create', to: 4 },
      ],
      steps: [
        { id: 'a', title: 'A', call: 'ONE' },
        { id: 'b', title: 'B', call: 'THREE' },
      ],
    });

    expect(comparePlans(before, after)).toEqual({
      unchanged: 1,
      changes: [
        { path: 'differs', before: 2, after: 3 },
        { path: 'gone', before: 'removed', after: undefined },
        { path: 'new', before: undefined, after: 4 },
      ],
      gone: [{ id: 'b', title: 'B', call: 'TWO' }],
      added: [{ id: 'b', title: 'B', call: 'THREE' }],
      arrived: [],
    });
  });

  it('should name who uses it now and did not before, whatever their number', () => {
    const user = (name: string, count: number) => ({
      name,
      kind: 'session',
      count,
    });
    const use = (...users: ReturnType<typeof user>[]) => ({
      users,
      measures: [],
      unseen: [],
      observedAt: '2026-03-02T10:00:00.000Z',
    });
    expect(
      comparePlans(
        aPlan({ use: use(user('billing', 3)) }),
        aPlan({ use: use(user('billing', 9), user('audit', 1)) }),
      ).arrived,
    ).toEqual([user('audit', 1)]);
  });
});
