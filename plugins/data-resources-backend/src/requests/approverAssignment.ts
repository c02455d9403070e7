/** A group that must approve, with how many approvals it lacks. */
export interface Shortfall {
  group: string;
  lacks: number;
}

/** Members of each group, by the group's ref. */
export type MembersByGroup = ReadonlyMap<string, readonly string[]>;

/**
 * Whether the groups have enough different people to give what is lacking, each of them once. One
 * who is a member of several groups counts for one of them: a bipartite matching of approvals and people,
 * by augmenting paths.
 */
export function canBeGiven(
  shortfalls: readonly Shortfall[],
  members: MembersByGroup,
  excluded: ReadonlySet<string>,
): boolean {
  const seats = shortfalls.flatMap(({ group, lacks }) =>
    Array.from({ length: lacks }, () => group),
  );
  const seatOf = new Map<string, number>();
  const seat = (index: number, tried: Set<string>): boolean => {
    for (const person of members.get(seats[index]) ?? []) {
      if (excluded.has(person) || tried.has(person)) {
        continue;
      }
      tried.add(person);
      const taken = seatOf.get(person);
      if (taken === undefined || seat(taken, tried)) {
        seatOf.set(person, index);
        return true;
      }
    }
    return false;
  };
  return seats.every((_, index) => seat(index, new Set()));
}

/**
 * For which of the groups that lack approvals a person's should count, so that the others can still
 * give theirs; the first one where none leaves that possible.
 */
export function groupToCountFor(
  shortfalls: readonly Shortfall[],
  members: MembersByGroup,
  person: { ref: string; groups: ReadonlySet<string> },
  /** The requester, and who has decided already. */
  excluded: ReadonlySet<string>,
): string | undefined {
  const own = shortfalls.filter(
    ({ group, lacks }) => lacks > 0 && person.groups.has(group),
  );
  const without = new Set([...excluded, person.ref]);
  const best = own.find(({ group }) =>
    canBeGiven(
      shortfalls.map(each =>
        each.group === group ? { ...each, lacks: each.lacks - 1 } : each,
      ),
      members,
      without,
    ),
  );
  return (best ?? own[0])?.group;
}
