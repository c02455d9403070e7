import type { Change } from '@data-resources/plugin-data-resources-node';

const PATH = 'deletion';
const AT_ONCE = 'immediately';

/** Part of what is approved: how long there is a way back, e.g. `7 days`. */
export function deletionLater(name: string, period: string): Change {
  return {
    path: PATH,
    from: name,
    to: `${period} after this, unless it is restored before`,
    kind: 'destructive',
  };
}

/** Part of what is approved: that there is no way back, and which policy says so. */
export function deletionAtOnce(name: string, policy: string): Change {
  return {
    path: PATH,
    from: name,
    to: `${AT_ONCE}, without quarantine: policy ${policy}`,
    kind: 'destructive',
  };
}

/** Whether a deletion is only its first half, from which there is a way back. */
export function isReversible(
  changes: readonly Pick<Change, 'path' | 'to'>[],
): boolean {
  return changes.some(
    ({ path, to }) => path === PATH && !String(to).startsWith(AT_ONCE),
  );
}
