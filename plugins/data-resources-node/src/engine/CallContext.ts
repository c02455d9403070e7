import type { LoggerService } from '@backstage/backend-plugin-api';
import type { SharedReads } from './SharedReads';

/**
 * Goes with every engine call.
 *
 * @public
 */
export interface CallContext {
  logger: LoggerService;
  /** Aborts the call: the lease was lost, or the backend shuts down. */
  signal: AbortSignal;
  /** Names the operation in logs of ours and, where it can be told, of the engine. */
  operationId?: string;
  /**
   * Set while the ledger is compared with the engine: calls with the same one may share what they
   * read, and `access` may leave out what is `internal`.
   */
  reads?: SharedReads;
}
