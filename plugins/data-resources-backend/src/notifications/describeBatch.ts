import type { NotificationPayload } from '@backstage/plugin-notifications-common';
import type { RequestState } from '@data-resources/plugin-data-resources-common';
import { listSome } from '../checks';
import type { BatchOfReader } from './readBatches';

/** In the order in which people want to know of them. */
const WORDS: readonly [RequestState, one: string, many: string][] = [
  ['failed', 'failed', 'failed'],
  ['pending', 'waits for a decision', 'wait for a decision'],
  ['approved', 'is approved', 'are approved'],
  ['executing', 'is being carried out', 'are being carried out'],
  ['completed', 'is done', 'are done'],
  ['rejected', 'was rejected', 'were rejected'],
  ['withdrawn', 'was withdrawn', 'were withdrawn'],
  ['expired', 'expired', 'expired'],
];

/**
 * What people are told about many requests that were sent together: one notification for all of
 * them, which a newer one takes the place of.
 */
export function describeBatch(batch: BatchOfReader): NotificationPayload {
  const { states, instances, reader, requestedBy } = batch;
  const isRequester = reader === requestedBy;
  const total = Object.values(states).reduce((sum, count) => sum + count, 0);
  const counts = WORDS.flatMap(([state, one, many]) =>
    states[state] ? `${states[state]} ${states[state] === 1 ? one : many}` : [],
  );
  return {
    title: `${headOf(batch, isRequester)}: ${total} requests on ${listSome(
      instances,
    )}`,
    description: `${
      isRequester ? 'You asked' : `${nameOf(requestedBy)} asks`
    } for them together (${batch.actions.join(', ')}). ${counts.join(', ')}.`,
    severity: severityOf(batch, isRequester),
    link: `/data-resources/requests?view=all&batch=${encodeURIComponent(
      batch.batchId,
    )}`,
    scope: `data-resources:batch:${batch.batchId}`,
    topic: isRequester ? 'data-resources:requests' : 'data-resources:approvals',
  };
}

function headOf({ states }: BatchOfReader, isRequester: boolean): string {
  if (states.pending) {
    return isRequester ? 'Waiting for approval' : 'Please decide';
  }
  if (states.approved || states.executing) {
    return 'Being carried out';
  }
  return states.failed ? 'Failed in part' : 'Done';
}

function severityOf(
  { states }: BatchOfReader,
  isRequester: boolean,
): NotificationPayload['severity'] {
  if (states.failed) {
    return 'high';
  }
  return states.pending && isRequester ? 'low' : 'normal';
}

function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}
