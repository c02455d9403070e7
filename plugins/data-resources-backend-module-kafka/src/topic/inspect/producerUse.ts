import type {
  LiveUser,
  Measure,
} from '@data-resources/plugin-data-resources-node';
import type { Offsets } from '../../client/offsets';
import type { Producer } from '../../client/producers';
import type { Topic } from '../../client/topics';
import { duration } from '../plan/units';
import { RECENT_MS } from './Look';
import type { Look } from './Look';
import type { BrokerView } from './lookAtBroker';

/** Who writes to a topic, how much, and what is in it. */
export function producerUse(
  { name }: Topic,
  { views, now }: Look,
): { users: LiveUser[]; measures: Measure[]; lastUsedAt?: number } {
  const seen = [...views.answers.values()];
  const known = lastOfEach(
    seen.flatMap(({ producers }) => producers.found.get(name) ?? []),
  );
  const totals = totalsOf(name, seen);
  // Timestamps are the producers' own by default; nothing was written in the future.
  const last = Math.min(
    now,
    Math.max(totals.newest, ...known.map(({ lastTimestamp }) => lastTimestamp)),
  );
  return {
    users: usersOf({
      active: known.filter(
        ({ lastTimestamp, inTransaction }) =>
          inTransaction || now - lastTimestamp < RECENT_MS,
      ),
      transactionalIds: new Map(
        seen.flatMap(({ transactionalIds }) => [...transactionalIds]),
      ),
      recent: totals.recent,
      now,
    }),
    measures: measuresOf(totals, last < 0 ? undefined : now - last),
    ...(last < 0 ? {} : { lastUsedAt: last }),
  };
}

interface Totals {
  /** By partition; absent where it could not be read. */
  ends: [number, number][];
  records: number;
  /** Records of late. */
  recent: number;
  /** The newest record's timestamp; -1 where there is none. */
  newest: number;
  /** Undefined where no broker told it. */
  bytes?: number;
}

function totalsOf(name: string, seen: readonly BrokerView[]): Totals {
  const all = (which: 'begin' | 'end' | 'newest' | 'recent') =>
    new Map(seen.flatMap(view => [...partitionsOf(view[which], name)]));
  const [begin, end, newest, recent] = [
    all('begin'),
    all('end'),
    all('newest'),
    all('recent'),
  ];
  const sizes = seen.flatMap(({ disk }) => disk.bytes.get(name) ?? []);
  const ends = [...end]
    .map(([partition, { offset }]): [number, number] => [partition, offset])
    .sort(([left], [right]) => left - right);
  const since = (from: typeof begin, partition: number, to: number) => {
    const offset = from.get(partition)?.offset ?? -1;
    return offset < 0 ? 0 : Math.max(0, to - offset);
  };
  return {
    ends,
    records: sum(ends.map(([partition, to]) => since(begin, partition, to))),
    recent: sum(ends.map(([partition, to]) => since(recent, partition, to))),
    newest: Math.max(
      -1,
      ...[...newest.values()].map(({ timestamp }) => timestamp),
    ),
    ...(sizes.length > 0 ? { bytes: sum(sizes) } : {}),
  };
}

function partitionsOf(offsets: Offsets, name: string) {
  return offsets.get(name) ?? new Map();
}

function measuresOf(
  { ends, records, recent, bytes }: Totals,
  ageMs: number | undefined,
): Measure[] {
  const told = ends.length > 0;
  return [
    ...(bytes === undefined
      ? []
      : [
          {
            name: 'size',
            title: 'Size on disk, with all copies',
            value: bytes,
            unit: 'bytes' as const,
          },
        ]),
    ...(told
      ? [
          {
            name: 'records',
            title: 'Records, those that compaction removed included',
            value: records,
            unit: 'count' as const,
          },
          {
            name: 'produce-rate',
            title: `Records per second, over the last ${duration(RECENT_MS)}`,
            value: recent / (RECENT_MS / 1_000),
            unit: 'per second' as const,
          },
        ]
      : []),
    ...(ageMs === undefined
      ? []
      : [
          {
            name: 'last-record-age',
            title: 'Time since the newest record',
            value: Math.round(ageMs / 1_000),
            unit: 'seconds' as const,
          },
        ]),
    ...ends.map(([partition, offset]) => ({
      name: 'end-offset',
      title: `End of partition ${partition}`,
      value: offset,
      unit: 'count' as const,
      labels: { partition: String(partition) },
    })),
  ];
}

/** A producer writes to several partitions. */
function lastOfEach(producers: readonly Producer[]): Producer[] {
  const each = new Map<string, Producer>();
  for (const producer of producers) {
    const known = each.get(producer.id);
    each.set(producer.id, {
      id: producer.id,
      lastTimestamp: Math.max(
        producer.lastTimestamp,
        known?.lastTimestamp ?? -1,
      ),
      inTransaction: producer.inTransaction || Boolean(known?.inTransaction),
    });
  }
  return [...each.values()];
}

/**
 * Transactional producers have a name that outlives them. The others do not: they stand
 * together, so that one which was started anew is nobody new.
 */
function usersOf({
  active,
  transactionalIds,
  recent,
  now,
}: {
  active: readonly Producer[];
  transactionalIds: ReadonlyMap<string, string>;
  recent: number;
  now: number;
}): LiveUser[] {
  const named = active.filter(({ id }) => transactionalIds.has(id));
  const nameless = active.filter(({ id }) => !transactionalIds.has(id));
  const users = named.map(
    (producer): LiveUser => ({
      name: transactionalIds.get(producer.id)!,
      kind: 'transactional producer',
      count: 1,
      detail: lastOf([producer], now),
    }),
  );
  if (nameless.length > 0) {
    users.push({
      name: 'producers',
      kind: 'producer',
      count: nameless.length,
      detail: `without a name, ${lastOf(nameless, now)}`,
    });
  } else if (active.length === 0 && recent > 0) {
    users.push({
      name: 'producers',
      kind: 'producer',
      count: 1,
      detail: `at least one without an id: ${recent} records in the last ${duration(
        RECENT_MS,
      )}`,
    });
  }
  return users;
}

function lastOf(producers: readonly Producer[], now: number): string {
  const last = Math.max(...producers.map(({ lastTimestamp }) => lastTimestamp));
  return [
    ...(last < 0
      ? []
      : [`last record ${duration(Math.max(0, now - last))} ago`]),
    ...(producers.some(({ inTransaction }) => inTransaction)
      ? ['in a transaction']
      : []),
  ].join(', ');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
