import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import { kafkaTopicExports } from './exports';
import { kafkaTopicSpecSchema } from './KafkaTopicSpec';
import type { KafkaTopicSpec } from './KafkaTopicSpec';
import { topicConfigKeys } from './topicConfigKeys';
import { checkTopicName, normaliseTopicName } from './topicNames';

/** The type `kafka-topic`. */
export const kafkaTopicType: ResourceType<KafkaTopicSpec> = {
  type: 'kafka-topic',
  engine: 'kafka',
  title: 'Kafka topic',
  description:
    'A topic on an Apache Kafka cluster, with ACLs for the workloads that produce to it and consume from it.',
  roles: [
    {
      name: 'producer',
      title: 'Producer',
      description:
        'WRITE and DESCRIBE on the topic; transactional ids named like its login.',
    },
    {
      name: 'consumer',
      title: 'Consumer',
      description:
        'READ and DESCRIBE on the topic; READ on consumer groups named like its login.',
    },
    {
      name: 'admin',
      title: 'Administrator',
      description:
        'READ, WRITE, DESCRIBE, DESCRIBE_CONFIGS and ALTER_CONFIGS on the topic; consumer groups and transactional ids named like its login. It may change the settings of the topic past the portal; it neither deletes the topic nor adds partitions.',
    },
  ],
  specSchema: kafkaTopicSpecSchema,
  mapKeys: { config: topicConfigKeys },
  checkName: checkTopicName,
  normaliseName: normaliseTopicName,
  claims: (_name, { prefix }) =>
    prefix === undefined ? [] : [{ prefix, path: 'spec.prefix' }],
  counters: ['topics', 'partitions'],
  usage: ({ partitions }) => ({ topics: 1, partitions }),
  exports: kafkaTopicExports,
};
