import { mockServices } from '@backstage/backend-test-utils';
import type { CallContext } from '@data-resources/plugin-data-resources-node';

/** A call context that nobody aborts. */
export function contextOf(): CallContext {
  return {
    logger: mockServices.logger.mock(),
    signal: new AbortController().signal,
  };
}
