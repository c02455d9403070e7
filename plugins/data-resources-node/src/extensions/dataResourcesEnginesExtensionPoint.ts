import { createExtensionPoint } from '@backstage/backend-plugin-api';
import type { Engine } from '../engine/Engine';

/**
 * Where engine modules register themselves.
 *
 * @public
 */
export interface DataResourcesEnginesExtensionPoint {
  /** Throws a `ConflictError` when an engine or one of its types is already there. */
  addEngine(engine: Engine): void;
}

/** @public */
export const dataResourcesEnginesExtensionPoint =
  createExtensionPoint<DataResourcesEnginesExtensionPoint>({
    id: 'data-resources.engines',
  });
