import type { SpecKeys } from '@data-resources/plugin-data-resources-node';
import { checkedTopicKeys } from './topicConfigValues';

/** What most topics differ in from what the cluster would give them. */
const common: NonNullable<SpecKeys['common']> = {
  'cleanup.policy': {
    description:
      '"delete" drops records that are too old, "compact" keeps the latest of each key',
    examples: ['delete', 'compact', 'compact,delete'],
  },
  'retention.ms': {
    description:
      'How long records are kept, in milliseconds: 604800000 is 7 days, -1 is for ever',
    examples: ['86400000', '604800000', '2592000000', '-1'],
  },
  'min.insync.replicas': {
    description:
      'How many copies must have a record before a producer with acks=all goes on. Production wants 2 of 3',
    examples: ['1', '2'],
  },
  'max.message.bytes': {
    description: 'The largest batch of records, in bytes after compression',
  },
};

/** Kafka's settings of topics, as a form offers them. */
export const topicConfigKeys: SpecKeys = {
  common,
  others: checkedTopicKeys.filter(key => !Object.hasOwn(common, key)),
};
