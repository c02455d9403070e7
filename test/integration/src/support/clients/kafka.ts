import type { IssuedCredentials } from '@data-resources/plugin-data-resources-common';
import {
  Consumer,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';

/** What the portal tells about a topic. */
export interface KafkaConnection {
  bootstrapServers: string[];
  topic: string;
  groupPrefix: string;
}

/** Writes one message with issued credentials; into another topic than theirs if asked. */
export async function produce(
  credentials: IssuedCredentials,
  value: string,
  topic = connectionOf(credentials).topic,
): Promise<void> {
  const client = new Producer({
    ...login(credentials),
    serializers: stringSerializers,
  });
  try {
    await client.send({ messages: [{ topic, value }] });
  } catch (error) {
    throw inKafkasWords(error);
  } finally {
    await client.close();
  }
}

/** Reads the first message with issued credentials; of another topic than theirs if asked. */
export async function consume(
  credentials: IssuedCredentials,
  topic = connectionOf(credentials).topic,
): Promise<string> {
  const client = new Consumer({
    ...login(credentials),
    groupId: `${connectionOf(credentials).groupPrefix}${crypto.randomUUID()}`,
    // The coordinator's topic is made when the first group is.
    retries: 20,
    retryDelay: 250,
    deserializers: stringDeserializers,
  });
  try {
    const stream = await client.consume({ topics: [topic], mode: 'earliest' });
    for await (const { value } of stream) {
      return value;
    }
    throw new Error('The stream ended without a message');
  } catch (error) {
    throw inKafkasWords(error);
  } finally {
    await client.close(true);
  }
}

/** Has a member in a consumer group while `use` runs, which is told the group's name. */
export async function whileConsuming<T>(
  credentials: IssuedCredentials,
  use: (groupId: string) => Promise<T>,
): Promise<T> {
  const { topic, groupPrefix } = connectionOf(credentials);
  const groupId = `${groupPrefix}${crypto.randomUUID()}`;
  const client = new Consumer({
    ...login(credentials),
    groupId,
    retries: 20,
    retryDelay: 250,
    deserializers: stringDeserializers,
  });
  try {
    const stream = await client.consume({ topics: [topic], mode: 'earliest' });
    for await (const _ of stream) {
      // It reads, so it is a member.
      return await use(groupId);
    }
    throw new Error('The stream ended without a message');
  } finally {
    await client.close(true);
  }
}

function connectionOf({ connection }: IssuedCredentials): KafkaConnection {
  return connection as unknown as KafkaConnection;
}

function login(credentials: IssuedCredentials) {
  return {
    clientId: 'integration',
    bootstrapBrokers: connectionOf(credentials).bootstrapServers,
    sasl: {
      mechanism: 'SCRAM-SHA-512' as const,
      username: credentials.username,
      password: credentials.password,
    },
    retries: 0,
  };
}

/** The client wraps the broker's answer several times; its names are what tests look for. */
function inKafkasWords(error: unknown): Error {
  return new Error([...words(error)].join(': '));
}

function* words(error: unknown): Generator<string> {
  if (!(error instanceof Error)) {
    return;
  }
  const { message, cause, apiId, errors } = error as Error & {
    apiId?: string;
    errors?: unknown[];
  };
  yield apiId ?? message;
  yield* words(cause);
  for (const each of errors ?? []) {
    yield* words(each);
  }
}
