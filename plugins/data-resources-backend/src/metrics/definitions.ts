import type { MetricsService } from '@backstage/backend-plugin-api/alpha';
import { INSTANCE, type MetricDefinition } from './MetricDefinition';
import { useDefinitions } from './useDefinitions';

export { INSTANCE, type MetricDefinition };

/** From a look at a quick engine to the longest time-out of a call. */
const CALL_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];
/** From one quick step to a request that waited a day for its engine. */
const REQUEST_BUCKETS = [
  0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400,
];

const ofRequests = ['engine', INSTANCE, 'type', 'action'] as const;

/**
 * Every metric there is. Names end with their unit where they have one, so that they are the same
 * through Prometheus' exporter and through a collector, which adds it.
 */
export const definitions = {
  requests: {
    name: 'data_resources.requests',
    kind: 'gauge',
    unit: '{request}',
    description:
      'Open requests by state: pending, approved, executing, and failed ones that still hold their resource',
    labels: ['state', ...ofRequests],
    scope: 'ledger',
  },
  requestOldestAge: {
    name: 'data_resources.requests.oldest.age_seconds',
    kind: 'gauge',
    unit: 's',
    description:
      'How long the oldest open request has been waiting: pending since it was made, approved and executing since the approval, failed since it failed',
    labels: ['state', ...ofRequests],
    scope: 'ledger',
  },
  requestsWaiting: {
    name: 'data_resources.requests.waiting',
    kind: 'gauge',
    unit: '{request}',
    description:
      'Approved or executing requests that wait for another attempt, by what stopped the last one',
    labels: [INSTANCE, 'reason'],
    scope: 'ledger',
  },
  queueDepth: {
    name: 'data_resources.queue.depth',
    kind: 'gauge',
    unit: '{item}',
    description:
      'Work that is due: approved requests to be planned once more, and resources to be brought to their state',
    labels: [INSTANCE, 'queue'],
    scope: 'ledger',
  },
  resources: {
    name: 'data_resources.resources',
    kind: 'gauge',
    unit: '{resource}',
    description: 'Resources in the ledger by phase, without the deleted ones',
    labels: [INSTANCE, 'type', 'phase'],
    scope: 'ledger',
  },
  drifted: {
    name: 'data_resources.resources.drifted',
    kind: 'gauge',
    unit: '{resource}',
    description: 'Resources that differ from what is declared, by reason',
    labels: [INSTANCE, 'type', 'reason'],
    scope: 'ledger',
  },
  driftPassAge: {
    name: 'data_resources.drift.pass.age_seconds',
    kind: 'gauge',
    unit: 's',
    description:
      'Time since an instance was last compared with the ledger from end to end',
    labels: [INSTANCE],
    scope: 'ledger',
  },
  ...useDefinitions,
  quarantineOverdue: {
    name: 'data_resources.quarantine.overdue',
    kind: 'gauge',
    unit: '{resource}',
    description: 'Resources whose quarantine has ended and that still exist',
    labels: [INSTANCE],
    scope: 'ledger',
  },
  credentialsOverdue: {
    name: 'data_resources.credentials.overdue',
    kind: 'gauge',
    unit: '{credential}',
    description:
      'Credentials whose grace is over and that could not be switched off yet',
    labels: [INSTANCE],
    scope: 'ledger',
  },
  unnumbered: {
    name: 'data_resources.log.unnumbered',
    kind: 'gauge',
    unit: '{row}',
    description:
      'Rows of the outbox and of the audit trail that have no position yet',
    labels: ['log'],
    scope: 'ledger',
  },
  unnumberedAge: {
    name: 'data_resources.log.unnumbered.oldest.age_seconds',
    kind: 'gauge',
    unit: 's',
    description: 'Age of the oldest row that has no position yet; 0 for none',
    labels: ['log'],
    scope: 'ledger',
  },
  consumerLag: {
    name: 'data_resources.outbox.consumer.lag',
    kind: 'gauge',
    unit: '{row}',
    description: 'Numbered rows of the outbox that a consumer has not read yet',
    labels: ['consumer'],
    scope: 'ledger',
  },
  ledgerReads: {
    name: 'data_resources.ledger.reads',
    kind: 'counter',
    unit: '{read}',
    description:
      'Looks at the database for the gauges of the ledger, by outcome; while they fail, those gauges are NaN',
    labels: ['outcome'],
    scope: 'replica',
  },
  events: {
    name: 'data_resources.audit.events',
    kind: 'counter',
    unit: '{event}',
    description:
      'Events that entered the audit trail, counted by the replica that numbered them',
    labels: ['event'],
    scope: 'replica',
  },
  executions: {
    name: 'data_resources.request.execution.duration_seconds',
    kind: 'histogram',
    unit: 's',
    description:
      'From the first step of a request to its end, by outcome (completed, failed)',
    labels: [...ofRequests, 'outcome'],
    scope: 'replica',
    buckets: REQUEST_BUCKETS,
  },
  approvalToEnd: {
    name: 'data_resources.request.approval_to_end.duration_seconds',
    kind: 'histogram',
    unit: 's',
    description:
      'From the approval of a request to its end, by outcome: what people wait for',
    labels: [...ofRequests, 'outcome'],
    scope: 'replica',
    buckets: REQUEST_BUCKETS,
  },
  leasesLost: {
    name: 'data_resources.leases.lost',
    kind: 'counter',
    unit: '{lease}',
    description:
      'Work that was given up because its lease had gone to somebody else, or was too short for another call',
    labels: [INSTANCE],
    scope: 'replica',
  },
  engineCalls: {
    name: 'data_resources.engine.call.duration_seconds',
    kind: 'histogram',
    unit: 's',
    description:
      'Calls of the engines by operation; outcome is ok or the reason of the error',
    labels: ['engine', INSTANCE, 'operation', 'outcome'],
    scope: 'replica',
    buckets: CALL_BUCKETS,
  },
  stepErrors: {
    name: 'data_resources.engine.step.errors',
    kind: 'counter',
    unit: '{error}',
    description: 'Steps that an engine did not do, by kind and reason',
    labels: ['engine', INSTANCE, 'kind', 'reason'],
    scope: 'replica',
  },
  reachable: {
    name: 'data_resources.instance.reachable',
    kind: 'gauge',
    unit: '{instance}',
    description:
      '1 while the instance answers this replica, 0 while it does not',
    labels: ['engine', INSTANCE, 'environment'],
    scope: 'replica',
  },
  conditions: {
    name: 'data_resources.instance.conditions',
    kind: 'gauge',
    unit: '{condition}',
    description:
      'What the preflight found on an instance, by status; with an error it takes no new work',
    labels: ['engine', INSTANCE, 'environment', 'status'],
    scope: 'replica',
  },
  credentialIssues: {
    name: 'data_resources.credentials.issues',
    kind: 'counter',
    unit: '{issue}',
    description:
      'Attempts to issue a credential; outcome is issued, refused or failed',
    labels: [INSTANCE, 'outcome'],
    scope: 'replica',
  },
  loopRuns: {
    name: 'data_resources.loop.run.duration_seconds',
    kind: 'histogram',
    unit: 's',
    description: 'Runs of the loops in the background, by outcome (ok, failed)',
    labels: ['loop', 'outcome'],
    scope: 'replica',
    buckets: CALL_BUCKETS,
  },
  loopLastSuccess: {
    name: 'data_resources.loop.last_success.timestamp_seconds',
    kind: 'gauge',
    unit: 's',
    description:
      'When a loop last ended well, as Unix time; before the first time, when it started',
    labels: ['loop'],
    scope: 'replica',
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricKey = keyof typeof definitions;

/** The name under which Prometheus' exporter shows a metric. */
export function prometheusName(definition: MetricDefinition): string {
  const name = definition.name.replaceAll('.', '_');
  return definition.kind === 'counter' ? `${name}_total` : name;
}

const optionsOf = ({ description, unit, buckets }: MetricDefinition) => ({
  description,
  unit,
  ...(buckets ? { advice: { explicitBucketBoundaries: [...buckets] } } : {}),
});

export function counterOf(metrics: MetricsService, key: MetricKey) {
  const definition = definitions[key];
  return metrics.createCounter(definition.name, optionsOf(definition));
}

export function histogramOf(metrics: MetricsService, key: MetricKey) {
  const definition = definitions[key];
  return metrics.createHistogram(definition.name, optionsOf(definition));
}

export function gaugeOf(metrics: MetricsService, key: MetricKey) {
  const definition = definitions[key];
  return metrics.createObservableGauge(definition.name, optionsOf(definition));
}
