import type { StepRunItem } from '@data-resources/plugin-data-resources-node';
import type { OperationRow, ResourceRow } from '../database/rows';
import type { ManagedInstance } from '../instances/ManagedInstance';
import type { TracedStep } from '../tracing';

/** A step with the trace in which its request was made. */
export type Operation = OperationRow & { traceparent: string | null };

/** How the steps are traced, by operation. */
export function tracedSteps(
  { name, engine }: ManagedInstance,
  operations: readonly Operation[],
): Map<string, TracedStep> {
  return new Map(
    operations.map(operation => [
      operation.id,
      {
        requestId: operation.request_id,
        resourceId: operation.resource_id,
        instance: name,
        engine,
        traceparent: operation.traceparent,
      },
    ]),
  );
}

/** What is left to do of resources. */
export function runItems(
  rows: readonly ResourceRow[],
  operations: readonly OperationRow[],
): StepRunItem[] {
  const byRequest = new Map<string, OperationRow[]>();
  for (const operation of operations) {
    const ofRequest = byRequest.get(operation.request_id) ?? [];
    ofRequest.push(operation);
    byRequest.set(operation.request_id, ofRequest);
  }
  return rows.map(row => ({
    key: row.id,
    object: { name: row.name, identity: row.identity ?? undefined },
    steps: (byRequest.get(row.active_request_id!) ?? [])
      .filter(({ state }) => state !== 'done')
      .map(({ id, kind, args, login, evidence, attempt }) => ({
        key: id,
        step: { kind, args, login: login ?? undefined },
        intent: evidence ? { attempt, evidence } : undefined,
      })),
  }));
}
