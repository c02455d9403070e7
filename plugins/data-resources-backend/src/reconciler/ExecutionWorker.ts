import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import type { Started } from './startExecutions';

/** Who takes up what has been started. */
export interface ExecutionWorker {
  /** What the approval that woke it has just read of the catalog; given once. */
  takeDirectory(): CatalogDirectory | undefined;
  /** Whether it can take it up at once. */
  hasRoom(): boolean;
  /** Resources are under a lease with that ticket. */
  onStarted(started: readonly Started[], ticket: string): void;
}
