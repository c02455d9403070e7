import {
  certificateAuthorityExport,
  type ExportFormat,
} from '@data-resources/plugin-data-resources-node';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { connectExport } from './connect';
import { javaExport } from './java';
import { kcatExport } from './kcat';
import { kafkaJsExport, nodeExport } from './node';
import { pythonExport, sparkExport } from './python';
import { strimziExport } from './strimzi';

/** How a topic can be written down. */
export const kafkaTopicExports: readonly ExportFormat<KafkaTopicSpec>[] = [
  strimziExport,
  javaExport,
  nodeExport,
  kafkaJsExport,
  pythonExport,
  sparkExport,
  connectExport,
  kcatExport,
  certificateAuthorityExport,
] as readonly ExportFormat<KafkaTopicSpec>[];
