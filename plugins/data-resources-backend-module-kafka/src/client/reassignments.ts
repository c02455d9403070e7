import {
  alterPartitionReassignmentsV0,
  listPartitionReassignmentsV0,
} from '@platformatic/kafka';
import type { Deadline } from './Deadline';
import type { KafkaClient } from './KafkaClient';
import type { Refusal } from './alterTopics';
import { ErrorCodes, errorOf } from './protocolErrors';

/** Where partitions are being moved to: by topic and partition, the brokers in the end. */
export type Reassignments = ReadonlyMap<
  string,
  ReadonlyMap<number, readonly number[]>
>;

/** The partitions that are on their way between brokers, of all topics. */
export async function listReassignments(
  client: KafkaClient,
  deadline: Deadline,
): Promise<Reassignments> {
  const answer = await client.read(
    deadline,
    'list reassignments of partitions',
    listPartitionReassignmentsV0.api,
    deadline.remainingMs,
    null,
  );
  if (answer.errorCode !== ErrorCodes.NONE) {
    throw errorOf(answer, {
      doing: 'list reassignments of partitions',
      mode: 'read',
      needs: 'DESCRIBE on the cluster',
    });
  }
  return new Map(
    answer.topics.map(({ name, partitions }) => [
      name,
      new Map(
        partitions.map(({ partitionIndex, replicas, removingReplicas }) => [
          partitionIndex,
          replicas.filter(id => !removingReplicas.includes(id)),
        ]),
      ),
    ]),
  );
}

/**
 * Has the controller bring each partition, by its number, to these brokers; the copying goes on
 * after the answer. Answers with the refused topics, by name.
 */
export async function reassignPartitions(
  client: KafkaClient,
  deadline: Deadline,
  topics: readonly { name: string; replicas: readonly (readonly number[])[] }[],
): Promise<Map<string, Refusal>> {
  const answer = await client.write(
    deadline,
    `reassign partitions of ${
      topics.length === 1
        ? `topic ${topics[0].name}`
        : `${topics.length} topics`
    }`,
    alterPartitionReassignmentsV0.api,
    deadline.remainingMs,
    true,
    topics.map(({ name, replicas }) => ({
      name,
      partitions: replicas.map((ids, partitionIndex) => ({
        partitionIndex,
        replicas: [...ids],
      })),
    })),
  );
  if (answer.errorCode !== ErrorCodes.NONE) {
    return new Map(topics.map(({ name }) => [name, answer]));
  }
  return new Map(
    answer.responses.flatMap(({ name, partitions }): [string, Refusal][] => {
      const refused = partitions.find(
        ({ errorCode }) => errorCode !== ErrorCodes.NONE,
      );
      return refused
        ? [
            [
              name,
              {
                errorCode: refused.errorCode,
                errorMessage: `partition ${refused.partitionIndex}: ${
                  refused.errorMessage ?? ''
                }`,
              },
            ],
          ]
        : [];
    }),
  );
}
