import { createExtensionPoint } from '@backstage/backend-plugin-api';
import type { ExportFormat } from '../exports/ExportFormat';

/**
 * Where modules add further ways to write resources down.
 *
 * @public
 */
export interface DataResourcesExportsExtensionPoint {
  /**
   * Adds a format to a type, behind those that are there. Throws a `ConflictError` when the type
   * has one of that id, and an `InputError` for an id that does not fit into a URL.
   *
   * @param type - e.g. `kafka-topic`; the start fails where no engine brings it
   */
  addExport(type: string, format: ExportFormat): void;
}

/** @public */
export const dataResourcesExportsExtensionPoint =
  createExtensionPoint<DataResourcesExportsExtensionPoint>({
    id: 'data-resources.exports',
  });
