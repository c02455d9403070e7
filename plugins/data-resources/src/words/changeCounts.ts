import type { Change } from '@data-resources/plugin-data-resources-common';

/** How many things a plan adds, changes, removes, or cannot do. */
export interface ChangeCounts {
  added: number;
  changed: number;
  removed: number;
  unsupported: number;
}

export function countChanges(changes: Change[]): ChangeCounts {
  const count = (kind: Change['kind']) =>
    changes.filter(change => change.kind === kind).length;
  return {
    added: count('create'),
    changed: count('in-place'),
    removed: count('destructive'),
    unsupported: count('unsupported'),
  };
}

/** For people who hear the page: "1 added, 2 changed, 0 removed". */
export function spokenCounts(counts: ChangeCounts): string {
  const words = [
    `${counts.added} added`,
    `${counts.changed} changed`,
    `${counts.removed} removed`,
  ];
  if (counts.unsupported) {
    words.push(`${counts.unsupported} not supported`);
  }
  return words.join(', ');
}
