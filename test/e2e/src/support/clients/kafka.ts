import {
  Consumer,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';

/** The properties that the portal shows for librdkafka, which name everything. */
export type KafkaProperties = Record<string, string>;

/** Reads a properties file. */
export function parseProperties(text: string): KafkaProperties {
  return Object.fromEntries(
    text
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
      .map(line => {
        const at = line.indexOf('=');
        return [line.slice(0, at), line.slice(at + 1)];
      }),
  );
}

/** Writes one message. */
export async function produce(
  properties: KafkaProperties,
  topic: string,
  value: string,
): Promise<void> {
  const client = new Producer({
    ...login(properties),
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

/** Reads the first message, in the group of the properties. */
export async function consume(
  properties: KafkaProperties,
  topic: string,
): Promise<string> {
  const client = new Consumer({
    ...login(properties),
    groupId: properties['group.id'],
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

function login(properties: KafkaProperties) {
  return {
    clientId: 'e2e',
    bootstrapBrokers: properties['bootstrap.servers'].split(','),
    sasl: {
      mechanism: properties['sasl.mechanisms'] as 'SCRAM-SHA-512',
      username: properties['sasl.username'],
      password: properties['sasl.password'],
    },
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
