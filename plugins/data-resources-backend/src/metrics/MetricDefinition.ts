/** What a metric is, for the instrument and for the operator's table alike. */
export interface MetricDefinition {
  /** As OpenTelemetry has it; Prometheus reads `.` as `_` and adds `_total` to counters. */
  name: string;
  kind: 'counter' | 'histogram' | 'gauge';
  /** UCUM; what is counted stands in braces. */
  unit: string;
  description: string;
  /** Each of a bounded set; never an id, a name of a resource or a person. */
  labels: readonly string[];
  /**
   * `ledger`: read from the database, the same on every replica. `replica`: of this process
   * alone.
   */
  scope: 'ledger' | 'replica';
  buckets?: readonly number[];
}

/**
 * Not `instance`: Prometheus keeps that label for the process that it scrapes, and would rename ours.
 */
export const INSTANCE = 'engine_instance';
