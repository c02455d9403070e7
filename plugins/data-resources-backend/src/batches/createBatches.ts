import {
  BatchDecisionService,
  type BatchDecisionServiceOptions,
} from './BatchDecisionService';
import type { BatchRoutesOptions } from './batchRoutes';
import { BatchStore } from './BatchStore';
import {
  RequestBatchService,
  type RequestBatchServiceOptions,
} from './RequestBatchService';

/** All that asks for and decides on many things at once. */
export function createBatches(
  options: Omit<RequestBatchServiceOptions, 'batches'> &
    BatchDecisionServiceOptions,
): Omit<BatchRoutesOptions, 'callers'> {
  return {
    batches: RequestBatchService.create({
      ...options,
      batches: BatchStore.create(options),
    }),
    decisions: BatchDecisionService.create(options),
  };
}
