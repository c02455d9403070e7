import type { ItemView } from './Snapshot';
import type { Part } from './Report';

/** What a view should be like, and what a difference means. */
export interface Difference {
  outcome: 'lost' | 'doubled' | 'orphaned';
  note: string;
}

/**
 * Compares what became of an object with what becomes of one when nothing is in its way.
 * `history` is left out where there are several ways to the same state.
 */
export function differences(
  expected: ItemView,
  found: ItemView,
  parts: readonly (keyof ItemView)[] = ['engine', 'state', 'history'],
): Difference[] {
  return parts.flatMap(part => {
    const missing = without(expected[part], found[part]);
    const extra = without(found[part], expected[part]);
    const note = `${part}${missing
      .map(line => `\n    - ${line}`)
      .join('')}${extra.map(line => `\n    + ${line}`).join('')}`;
    if (missing.length + extra.length === 0) {
      return [];
    }
    if (part === 'history') {
      return [{ outcome: 'doubled' as const, note }];
    }
    return [
      { outcome: extra.length > 0 ? 'orphaned' : 'lost', note } as Difference,
    ];
  });
}

/** Counts an object by the worst that is different. */
export function judge(part: Part, name: string, found: Difference[]): void {
  const worst =
    found.find(({ outcome }) => outcome === 'lost') ??
    found.find(({ outcome }) => outcome === 'orphaned') ??
    found[0];
  if (worst) {
    part.count(
      worst.outcome,
      `${name}: ${found.map(({ note }) => note).join('\n    ')}`,
    );
  } else {
    part.count('recovered');
  }
}

/** As lists, in which equal lines count. */
function without(
  lines: readonly string[],
  others: readonly string[],
): string[] {
  const left = [...others];
  return lines.filter(line => {
    const index = left.indexOf(line);
    if (index >= 0) {
      left.splice(index, 1);
    }
    return index < 0;
  });
}
