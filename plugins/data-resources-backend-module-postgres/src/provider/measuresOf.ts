import type { Measure } from '@data-resources/plugin-data-resources-node';
import type { DatabaseUse, Standby, TableUse } from './useQueries';

/** A figure that may be unknown. */
type Figure = Omit<Measure, 'value'> & { value: number | null };

/** What is told of a database in figures; `tables` is a text where they could not be looked at. */
export function measuresOf(
  row: DatabaseUse,
  tables: TableUse | string,
): Measure[] {
  const figures: Figure[] = [
    {
      name: 'size',
      title: 'Size on disk',
      value: row.sizeBytes,
      unit: 'bytes',
    },
    ...sessionFigures(row),
    {
      name: 'cache-hit-ratio',
      title: 'Blocks found in the cache',
      value: row.cacheHitRatio,
      unit: 'ratio',
    },
    {
      name: 'transactions',
      title: 'Transactions since the statistics began',
      value: row.transactions,
      unit: 'count',
    },
    {
      name: 'deadlocks',
      title: 'Deadlocks since the statistics began',
      value: row.deadlocks,
      unit: 'count',
    },
    {
      name: 'wraparound',
      title: 'Transaction ids used up since the oldest row was frozen',
      value: row.wraparound,
      unit: 'ratio',
    },
    ...(typeof tables === 'string' ? [] : tableFigures(tables)),
    ...standbyFigures(row.standbys),
  ];
  return figures.flatMap(({ value, ...figure }) =>
    value === null ? [] : { ...figure, value },
  );
}

function sessionFigures({
  sessions,
  connectionLimit,
  longestTransactionSeconds,
}: DatabaseUse): Figure[] {
  const open = sessions.reduce((sum, { count }) => sum + count, 0);
  // What a session does is hidden from who may not see it: none would be a guess.
  const hidden = sessions.some(session => session.hidden);
  const limit: Figure[] =
    connectionLimit > 0
      ? [
          {
            name: 'connection-limit',
            title: 'Connection limit',
            value: connectionLimit,
            unit: 'count',
          },
          {
            name: 'connections-used',
            title: 'Open sessions, of the connection limit',
            value: open / connectionLimit,
            unit: 'ratio',
          },
        ]
      : [];
  return [
    {
      name: 'sessions',
      title: 'Open sessions',
      value: open,
      unit: 'count',
    },
    {
      name: 'idle-in-transaction',
      title: 'Sessions that are idle in a transaction',
      value: hidden
        ? null
        : sessions.reduce((sum, each) => sum + each.idleInTransaction, 0),
      unit: 'count',
    },
    ...limit,
    {
      name: 'longest-transaction',
      title: 'Longest open transaction',
      value: longestTransactionSeconds,
      unit: 'seconds',
    },
  ];
}

function tableFigures({ liveRows, deadRows }: TableUse): Figure[] {
  return [
    {
      name: 'live-rows',
      title: 'Rows, as estimated',
      value: liveRows,
      unit: 'count',
    },
    {
      name: 'dead-rows',
      title: 'Dead rows that a vacuum would remove, as estimated',
      value: deadRows,
      unit: 'count',
    },
  ];
}

/** The server tells no time of a standby that has applied all. */
function standbyFigures(standbys: readonly Standby[]): Figure[] {
  const seen = standbys.filter(({ hidden }) => !hidden);
  if (seen.length === 0) {
    return [];
  }
  const names = [...new Set(seen.map(({ name }) => name))];
  return [
    {
      name: 'replication-lag',
      title: 'Replication lag of the server, at most',
      value: Math.max(...seen.map(({ lagSeconds }) => lagSeconds ?? 0)),
      unit: 'seconds',
    },
    ...names.map((standby): Figure => {
      const behind = seen.flatMap(({ name, behindBytes }) =>
        name === standby && behindBytes !== null ? behindBytes : [],
      );
      return {
        name: 'replication-behind',
        title: 'Not applied yet by a standby',
        value: behind.length === 0 ? null : Math.max(...behind),
        unit: 'bytes',
        labels: { standby },
      };
    }),
  ];
}
