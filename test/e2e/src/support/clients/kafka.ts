import { consumeAs, produceAs } from '@data-resources/test-engines';
import type { KafkaLogin } from '@data-resources/test-engines';

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
  await produceAs(loginOf(properties), topic, value);
}

/** Reads the first message, in the group of the properties. */
export async function consume(
  properties: KafkaProperties,
  topic: string,
): Promise<string> {
  return consumeAs(loginOf(properties), topic, properties['group.id']);
}

function loginOf(properties: KafkaProperties): KafkaLogin {
  return {
    bootstrapServers: properties['bootstrap.servers'].split(','),
    username: properties['sasl.username'],
    password: properties['sasl.password'],
  };
}
