import type {
  Engine,
  EngineInstance,
  EngineInstanceOptions,
  ResourceType,
} from '@data-resources/plugin-data-resources-node';
import { readKafkaConfig } from './config/readKafkaConfig';
import { KafkaInstance } from './KafkaInstance';
import { kafkaTopicType } from './topic/kafkaTopicType';

/**
 * Apache Kafka.
 *
 * @public
 */
export const kafkaEngine: Engine = {
  name: 'kafka',
  types: [kafkaTopicType as ResourceType],
  createInstance({
    config,
    installationId,
  }: EngineInstanceOptions): EngineInstance {
    return KafkaInstance.create({
      config: readKafkaConfig(config),
      installationId,
    });
  },
};
