import type {
  Inspection,
  Measure,
} from '@data-resources/plugin-data-resources-node';

/** What an engine may tell of a busy object: two groups read it, one of them far behind, and somebody writes. */
export function usedBox(): Pick<
  Inspection,
  'users' | 'measures' | 'lastUsedAt'
> {
  const lag = (group: string, value: number): Measure[] => [
    {
      name: 'lag',
      title: `Lag of ${group}`,
      value,
      unit: 'count',
      labels: { group },
    },
    {
      name: 'partition-lag',
      title: `Lag of ${group} in partition 0`,
      value,
      unit: 'count',
      labels: { group, partition: '0' },
    },
  ];
  return {
    users: [
      { name: 'billing', kind: 'consumer group', count: 3 },
      { name: 'audit', kind: 'consumer group', count: 1 },
      { name: 'producers', kind: 'producer', count: 2 },
    ],
    lastUsedAt: new Date().toISOString(),
    measures: [
      { name: 'size', title: 'Size', value: 4_096, unit: 'bytes' },
      { name: 'records', title: 'Records', value: 20, unit: 'count' },
      { name: 'produce-rate', title: 'Rate', value: 2.5, unit: 'per second' },
      { name: 'last-record-age', title: 'Age', value: 40, unit: 'seconds' },
      { name: 'hit-ratio', title: 'Hits', value: 0.5, unit: 'ratio' },
      {
        name: 'part-size',
        title: 'Size of a part',
        value: 4_000,
        unit: 'bytes',
        labels: { part: 'secret-part' },
      },
      ...lag('billing', 12),
      ...lag('audit', 5),
    ],
  };
}
