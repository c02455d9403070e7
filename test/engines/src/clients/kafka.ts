import {
  Consumer,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';

/** How a user of a topic gets in, as whoever was given a credential has it. */
export interface KafkaLogin {
  bootstrapServers: string[];
  username: string;
  password: string;
}

/** Writes one message as a user of a topic. */
export async function produceAs(
  login: KafkaLogin,
  topic: string,
  value: string,
): Promise<void> {
  const client = new Producer({
    ...connection(login),
    retries: 0,
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

/** Reads the first message of a topic, as a member of a group. */
export async function consumeAs(
  login: KafkaLogin,
  topic: string,
  groupId: string,
): Promise<string> {
  return whileConsumingAs(login, topic, groupId, async value => value);
}

/** Is a member of a group, that has read the first message of a topic, while `use` runs. */
export async function whileConsumingAs<T>(
  login: KafkaLogin,
  topic: string,
  groupId: string,
  use: (value: string) => Promise<T>,
): Promise<T> {
  const client = new Consumer({
    ...connection(login),
    groupId,
    // The coordinator's topic is made when the first group is.
    retries: 20,
    retryDelay: 250,
    deserializers: stringDeserializers,
  });
  try {
    for await (const value of messages(client, topic)) {
      return await use(value);
    }
    throw new Error('The stream ended without a message');
  } finally {
    await client.close(true);
  }
}

async function* messages(
  client: Consumer<string, string, string, string>,
  topic: string,
): AsyncGenerator<string> {
  try {
    const stream = await client.consume({ topics: [topic], mode: 'earliest' });
    for await (const { value } of stream) {
      yield value;
    }
  } catch (error) {
    throw inKafkasWords(error);
  }
}

function connection({ bootstrapServers, username, password }: KafkaLogin) {
  return {
    clientId: 'witness',
    bootstrapBrokers: bootstrapServers,
    sasl: { mechanism: 'SCRAM-SHA-512' as const, username, password },
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
