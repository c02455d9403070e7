import { z } from 'zod/v3';
import { LONGEST_NAME } from './topicNames';
import { SHORTEST_PREFIX } from './topicPrefix';

/** No topic needs more, and the controller makes no more than this in one request. */
const MOST_PARTITIONS = 10_000;
/** The protocol's number of replicas is a 16 bit integer. */
const MOST_REPLICAS = 32_767;
/** The protocol's ids of brokers are 32 bit integers. */
const HIGHEST_BROKER = 2 ** 31 - 1;
const MOST_BROKERS = 1_000;
const LONGEST_KEY = 200;
const LONGEST_VALUE = 10_000;

/** Kafka has no use for control characters in a setting, and nothing can show them. */
function isVisible(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}

/**
 * The spec of a `kafka-topic`, in Kafka's own words.
 *
 * @public
 */
export type KafkaTopicSpec = {
  partitions: number;
  replicationFactor: number;
  config: { [key: string]: string };
  /** The ids of the only brokers that may have replicas; Kafka chooses where it is left out. */
  brokers?: number[];
  /** Every grant on the topic holds for all topics that begin so as well: a PREFIXED resource pattern. */
  prefix?: string;
};

/**
 * What is wrong with a spec whichever cluster it is for. What depends on the cluster is a
 * finding of the plan.
 */
export const kafkaTopicSpecSchema: z.ZodType<
  KafkaTopicSpec,
  z.ZodTypeDef,
  unknown
> = z
  .object({
    partitions: z
      .number({
        required_error: 'is missing; expected a whole number of 1 or more',
        invalid_type_error: 'must be a whole number of 1 or more',
      })
      .int('must be a whole number')
      .min(1, 'must be 1 or more')
      .max(
        MOST_PARTITIONS,
        `must be ${MOST_PARTITIONS} or less: Kafka creates no more in one request`,
      )
      .describe(
        'Number of partitions: how many consumers of one group can read at once. It can never be made smaller.',
      ),
    replicationFactor: z
      .number({
        required_error: 'is missing; expected a whole number of 1 or more',
        invalid_type_error: 'must be a whole number of 1 or more',
      })
      .int('must be a whole number')
      .min(1, 'must be 1 or more')
      .max(MOST_REPLICAS, `must be ${MOST_REPLICAS} or less`)
      .describe(
        'Number of copies of each partition, each on a broker of its own.',
      ),
    config: z
      .record(
        z
          .string()
          .min(1, 'is an empty key')
          .max(LONGEST_KEY, `has a key longer than ${LONGEST_KEY} characters`)
          .refine(isVisible, 'has a key with control characters'),
        z
          .string({
            invalid_type_error:
              'must be a text, as Kafka\'s own tools take it, e.g. "604800000"',
          })
          .max(LONGEST_VALUE, `must be ${LONGEST_VALUE} characters or less`)
          .refine(isVisible, 'must not contain control characters'),
        {
          invalid_type_error:
            'must be an object of topic keys and their values as texts, e.g. {"retention.ms": "604800000"}',
        },
      )
      .default({})
      .describe(
        "Kafka's own topic settings as texts, e.g. retention.ms or cleanup.policy; what is left out follows the cluster's defaults.",
      ),
    brokers: z
      .array(
        z
          .number({ invalid_type_error: 'must be the id of a broker, e.g. 1' })
          .int('must be a whole number')
          .min(0, 'must be 0 or more')
          .max(HIGHEST_BROKER, `must be ${HIGHEST_BROKER} or less`),
        {
          invalid_type_error:
            'must be a list of ids of brokers, e.g. [1, 2, 3]',
        },
      )
      .min(1, 'must name one broker or more, or be left out')
      .max(MOST_BROKERS, `must name ${MOST_BROKERS} brokers or less`)
      .refine(
        ids => new Set(ids).size === ids.length,
        'must not name a broker twice',
      )
      .optional()
      .describe(
        'Ids of the only brokers that may have replicas, spread over their racks; where it is left out, Kafka chooses.',
      ),
    prefix: z
      .string({
        invalid_type_error: `must be a text, e.g. "payments.orders."`,
      })
      .min(
        SHORTEST_PREFIX,
        `must have ${SHORTEST_PREFIX} characters or more, or be left out`,
      )
      .max(LONGEST_NAME, `must be ${LONGEST_NAME} characters or less`)
      .regex(
        /^[a-zA-Z0-9._-]*$/,
        'must consist of what names of topics do: a-z, A-Z, 0-9, ".", "_" and "-"',
      )
      .optional()
      .describe(
        "Advanced: every grant on this topic holds for all topics whose names begin so as well (PREFIXED ACLs), those made later included, such as its retry and dead letter topics. No other owner can have names that begin so. Usually the topic's name and a dot. Left out, grants hold for this topic alone.",
      ),
  })
  .strict();
