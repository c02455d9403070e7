import {
  accessOf,
  isAccess,
  isForeignAccess,
} from '@data-resources/plugin-data-resources-common';
import type {
  Change,
  Observation,
} from '@data-resources/plugin-data-resources-node';
import type { StoredCondition } from '../database/rows';
import type { DriftRow } from './DriftRow';

/** What the engine has differently, as a condition and as the changes that would put it back. */
export interface Drift {
  changes: Change[];
  condition: Omit<StoredCondition, 'since'>;
}

/** What was found about one resource. */
export interface DriftFinding {
  row: DriftRow;
  observed: Observation;
  drift: Drift;
  /** Whether that depends on who else has claimed a prefix. */
  byPrefix: boolean;
}

/** In words and changes: gone, replaced, changed, or as declared. */
export function driftOf(
  row: Pick<DriftRow, 'name'>,
  observed: Observation,
  found: readonly Change[],
): Drift {
  const access = found.filter(isAccess);
  const settings = found.filter(change => !isAccess(change));
  if (observed.renamedTo !== undefined) {
    return drifted(
      'Renamed',
      `${row.name} was renamed to ${observed.renamedTo}; somebody has to rename it back.`,
    );
  }
  if (!observed.exists) {
    return drifted(
      'Gone',
      `${row.name} is not there any more; somebody removed it.`,
    );
  }
  if (!observed.ours) {
    return drifted(
      'Replaced',
      `What is called ${row.name} now is another object; somebody replaced ours.`,
    );
  }
  if (found.length > 0) {
    return drifted(
      settings.length > 0 ? 'Changed' : 'AccessChanged',
      [...settingsText(settings), ...accessText(access)].join(' '),
      [...found],
    );
  }
  return {
    changes: [],
    condition: {
      type: 'Drifted',
      status: 'false',
      reason: 'Applied',
      message: 'The engine has the declared state.',
    },
  };
}

/** Drift that comes back as often as it is corrected: somebody has to talk to somebody. */
export function contested(drift: Drift, times: number): Drift {
  const { condition } = drift;
  return {
    ...drift,
    condition: {
      ...condition,
      reason: 'Contested',
      message: `${condition.message} Within an hour a correction was asked for ${times} times and did not last, so it is left as it is for now. Find out who or what changes it.`,
    },
  };
}

function drifted(
  reason: string,
  message: string,
  changes: Change[] = [],
): Drift {
  return {
    changes,
    condition: { type: 'Drifted', status: 'true', reason, message },
  };
}

function settingsText(changes: readonly Change[]): string[] {
  return changes.length > 0
    ? [
        `Different on the engine: ${changes
          .map(change => differenceText(change.path, change))
          .join('; ')}.`,
      ]
    : [];
}

function differenceText(
  what: string,
  { from, to }: Pick<Change, 'from' | 'to'>,
): string {
  return `${what} is ${show(from)}, declared is ${show(to)}`;
}

function accessText(changes: readonly Change[]): string[] {
  const named = (list: readonly Change[]) => list.map(accessOf).join(', ');
  const foreign = changes.filter(isForeignAccess);
  const ours = changes.filter(change => !isForeignAccess(change));
  const gone = ours.filter(({ from }) => from === undefined);
  const other = ours.filter(({ from }) => from !== undefined);
  return [
    ...(other.length > 0
      ? [
          `Different on the engine: ${other
            .map(change => differenceText(accessOf(change), change))
            .join('; ')}.`,
        ]
      : []),
    ...(gone.length > 0
      ? [`Granted, and gone from the engine: ${named(gone)}.`]
      : []),
    ...(foreign.length > 0
      ? [`New, and not given by the portal: ${named(foreign)}.`]
      : []),
  ];
}

function show(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
