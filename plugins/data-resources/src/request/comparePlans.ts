import type {
  LiveUser,
  Plan,
  Step,
} from '@data-resources/plugin-data-resources-common';

/** How two plans of one request differ. */
export interface PlanComparison {
  /** The paths whose outcome differs; undefined where a plan does not touch one. */
  changes: { path: string; before?: unknown; after?: unknown }[];
  /** How many changes are the same in both. */
  unchanged: number;
  /** Calls that the newer plan does not make, or not so. */
  gone: Step[];
  /** Calls that only the newer plan makes, or makes so. */
  added: Step[];
  /** Who uses it according to the newer plan only. */
  arrived: LiveUser[];
}

export function comparePlans(before: Plan, after: Plan): PlanComparison {
  const paths = new Set(
    [...before.changes, ...after.changes].map(({ path }) => path),
  );
  const changes: PlanComparison['changes'] = [];
  let unchanged = 0;
  for (const path of paths) {
    const was = outcome(before, path);
    const is = outcome(after, path);
    if (JSON.stringify(was) === JSON.stringify(is)) {
      unchanged++;
    } else {
      changes.push({ path, before: was, after: is });
    }
  }
  return {
    changes,
    unchanged,
    gone: before.steps.filter(step => !hasCall(after, step)),
    added: after.steps.filter(step => !hasCall(before, step)),
    arrived: usersOf(after).filter(
      user =>
        !usersOf(before).some(
          ({ kind, name }) => kind === user.kind && name === user.name,
        ),
    ),
  };
}

/** What a plan makes of a path. A change to nothing differs from no change. */
function outcome(plan: Plan, path: string): unknown {
  const change = plan.changes.find(found => found.path === path);
  if (!change) {
    return undefined;
  }
  return change.kind === 'destructive' && change.to === undefined
    ? 'removed'
    : change.to ?? null;
}

function usersOf({ use }: Plan): LiveUser[] {
  return use?.users ?? [];
}

function hasCall(plan: Plan, step: Step): boolean {
  return plan.steps.some(({ call }) => call === step.call);
}
