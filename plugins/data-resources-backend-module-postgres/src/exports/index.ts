import {
  certificateAuthorityExport,
  type ExportFormat,
} from '@data-resources/plugin-data-resources-node';
import type { DatabaseSpec } from '../type/specSchema';
import {
  jdbcExport,
  pooledUrlExport,
  pythonExport,
  serviceExport,
  urlExport,
} from './clients';
import { cloudNativePgExport } from './cloudNativePg';
import { crossplaneExport } from './crossplane';
import { nodeExport } from './node';
import { sqlExport } from './sql';

/** How a database can be written down. */
export const databaseExports: readonly ExportFormat<DatabaseSpec>[] = [
  sqlExport,
  cloudNativePgExport,
  crossplaneExport,
  urlExport,
  pooledUrlExport,
  serviceExport,
  jdbcExport,
  nodeExport,
  pythonExport,
  certificateAuthorityExport,
] as readonly ExportFormat<DatabaseSpec>[];
