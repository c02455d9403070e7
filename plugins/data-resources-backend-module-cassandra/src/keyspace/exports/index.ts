import {
  certificateAuthorityExport,
  type ExportFormat,
} from '@data-resources/plugin-data-resources-node';
import type { KeyspaceSpec } from '../keyspaceSpec';
import { cqlshExport, javaExport, nodeExport, pythonExport } from './clients';
import { cqlExport } from './cql';

/** How a keyspace can be written down. */
export const keyspaceExports: readonly ExportFormat<KeyspaceSpec>[] = [
  cqlExport,
  javaExport,
  nodeExport,
  pythonExport,
  cqlshExport,
  certificateAuthorityExport,
] as readonly ExportFormat<KeyspaceSpec>[];
