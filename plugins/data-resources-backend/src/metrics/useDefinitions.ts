import { INSTANCE, type MetricDefinition } from './MetricDefinition';

const ofTypes = [INSTANCE, 'type'] as const;

/**
 * How much ready resources are used, as the engines told the last pass: added up by instance and
 * type. Kinds and measures are the words of the engines, a few each.
 */
export const useDefinitions = {
  useResources: {
    name: 'data_resources.use.resources',
    kind: 'gauge',
    unit: '{resource}',
    description:
      'Ready resources by use: used (somebody was seen), unused (nobody was), unknown (nobody was, and not everything could be looked at)',
    labels: [...ofTypes, 'state'],
    scope: 'ledger',
  },
  useIdle: {
    name: 'data_resources.use.idle',
    kind: 'gauge',
    unit: '{resource}',
    description:
      'Ready resources that were last used over 30 days ago, where the engine knows when (Kafka: the newest record)',
    labels: ofTypes,
    scope: 'ledger',
  },
  useUnseen: {
    name: 'data_resources.use.unseen',
    kind: 'gauge',
    unit: '{resource}',
    description: 'Ready resources of which the engine did not show everything',
    labels: ofTypes,
    scope: 'ledger',
  },
  useUsers: {
    name: 'data_resources.use.users',
    kind: 'gauge',
    unit: '{user}',
    description:
      'Who uses ready resources by kind, each name once: logins with sessions, clients, consumer groups with members; producers without a name are one',
    labels: [...ofTypes, 'kind'],
    scope: 'ledger',
  },
  useClients: {
    name: 'data_resources.use.clients',
    kind: 'gauge',
    unit: '{client}',
    description:
      'Sessions, connections, members of groups and active producers by kind; who uses two resources counts for each',
    labels: [...ofTypes, 'kind'],
    scope: 'ledger',
  },
  useBytes: {
    name: 'data_resources.use.bytes',
    kind: 'gauge',
    unit: 'By',
    description: 'Sum over ready resources by measure, e.g. size',
    labels: [...ofTypes, 'measure'],
    scope: 'ledger',
  },
  useAmount: {
    name: 'data_resources.use.amount',
    kind: 'gauge',
    unit: '{item}',
    description:
      'Sum over ready resources by measure of what engines count, e.g. records, idle-groups, tables, live-rows',
    labels: [...ofTypes, 'measure'],
    scope: 'ledger',
  },
  useRate: {
    name: 'data_resources.use.rate_per_second',
    kind: 'gauge',
    unit: '1/s',
    description: 'Sum over ready resources by measure, e.g. produce-rate',
    labels: [...ofTypes, 'measure'],
    scope: 'ledger',
  },
  useLongest: {
    name: 'data_resources.use.longest_seconds',
    kind: 'gauge',
    unit: 's',
    description:
      'The longest that any ready resource has by measure, e.g. last-record-age, longest-transaction',
    labels: [...ofTypes, 'measure'],
    scope: 'ledger',
  },
  useLag: {
    name: 'data_resources.use.lag_records',
    kind: 'gauge',
    unit: '{record}',
    description:
      'Records that groups with offsets have not read yet, with members or without',
    labels: ofTypes,
    scope: 'ledger',
  },
  useLagMax: {
    name: 'data_resources.use.lag_max_records',
    kind: 'gauge',
    unit: '{record}',
    description: 'The largest lag of one group on one resource',
    labels: ofTypes,
    scope: 'ledger',
  },
  usePassAge: {
    name: 'data_resources.use.pass.age_seconds',
    kind: 'gauge',
    unit: 's',
    description:
      'Time since the live use of a type was last looked at from end to end: how old the figures of use are',
    labels: ofTypes,
    scope: 'ledger',
  },
} as const satisfies Record<string, MetricDefinition>;

export type UseMetricKey = keyof typeof useDefinitions;
