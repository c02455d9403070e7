import fc from 'fast-check';
import {
  canBeGiven,
  groupToCountFor,
  type Shortfall,
} from './approverAssignment';

const people = ['a', 'b', 'c', 'd', 'e'];
const groups = ['x', 'y', 'z'];

const situations = fc.record({
  shortfalls: fc
    .tuple(...groups.map(() => fc.integer({ min: 0, max: 3 })))
    .map(counts => groups.map((group, i) => ({ group, lacks: counts[i] }))),
  members: fc
    .tuple(...groups.map(() => fc.subarray(people)))
    .map(lists => new Map(groups.map((group, i) => [group, lists[i]]))),
  excluded: fc.subarray(people).map(list => new Set(list)),
});

/** Tries every way of letting each person count for one group or none. */
function byTrying(
  shortfalls: readonly Shortfall[],
  members: ReadonlyMap<string, readonly string[]>,
  candidates: readonly string[],
): boolean {
  if (shortfalls.every(({ lacks }) => lacks <= 0)) {
    return true;
  }
  const [person, ...rest] = candidates;
  if (person === undefined) {
    return false;
  }
  return (
    byTrying(shortfalls, members, rest) ||
    shortfalls.some(
      ({ group, lacks }) =>
        lacks > 0 &&
        members.get(group)!.includes(person) &&
        byTrying(
          shortfalls.map(each =>
            each.group === group ? { ...each, lacks: lacks - 1 } : each,
          ),
          members,
          rest,
        ),
    )
  );
}

describe('canBeGiven', () => {
  it('should agree with trying every way', () => {
    fc.assert(
      fc.property(situations, ({ shortfalls, members, excluded }) => {
        expect(canBeGiven(shortfalls, members, excluded)).toBe(
          byTrying(
            shortfalls,
            members,
            people.filter(person => !excluded.has(person)),
          ),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('groupToCountFor', () => {
  it('should lead to the end whoever comes in whatever order, where there is a way at all', () => {
    fc.assert(
      fc.property(
        situations,
        fc.shuffledSubarray(people, { minLength: people.length }),
        ({ shortfalls, members, excluded }, order) => {
          fc.pre(canBeGiven(shortfalls, members, excluded));
          const decided = new Set(excluded);
          let left: Shortfall[] = shortfalls;
          for (const ref of order.filter(each => !excluded.has(each))) {
            const own = new Set(
              groups.filter(group => members.get(group)!.includes(ref)),
            );
            const group = groupToCountFor(
              left,
              members,
              { ref, groups: own },
              decided,
            );
            if (group !== undefined) {
              left = left.map(each =>
                each.group === group
                  ? { ...each, lacks: each.lacks - 1 }
                  : each,
              );
              decided.add(ref);
            }
          }
          expect(left.every(({ lacks }) => lacks === 0)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
