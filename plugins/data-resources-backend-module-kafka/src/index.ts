/**
 * Kafka topics for Data Resources.
 *
 * @packageDocumentation
 */
export { dataResourcesModuleKafka as default } from './module';
export { kafkaEngine } from './kafkaEngine';
export type { KafkaTopicSpec } from './topic/KafkaTopicSpec';
