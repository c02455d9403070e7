import type { IssuedCredentials } from '@data-resources/plugin-data-resources-common';
import {
  consumeAs,
  produceAs,
  whileConsumingAs,
} from '@data-resources/test-engines';
import type { KafkaLogin } from '@data-resources/test-engines';

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
  await produceAs(loginOf(credentials), topic, value);
}

/** Reads the first message with issued credentials; of another topic than theirs if asked. */
export async function consume(
  credentials: IssuedCredentials,
  topic = connectionOf(credentials).topic,
): Promise<string> {
  return consumeAs(loginOf(credentials), topic, groupOf(credentials));
}

/** Has a member in a consumer group while `use` runs, which is told the group's name. */
export async function whileConsuming<T>(
  credentials: IssuedCredentials,
  use: (groupId: string) => Promise<T>,
): Promise<T> {
  const groupId = groupOf(credentials);
  const { topic } = connectionOf(credentials);
  return whileConsumingAs(loginOf(credentials), topic, groupId, () =>
    use(groupId),
  );
}

function groupOf(credentials: IssuedCredentials): string {
  return `${connectionOf(credentials).groupPrefix}${crypto.randomUUID()}`;
}

function connectionOf({ connection }: IssuedCredentials): KafkaConnection {
  return connection as unknown as KafkaConnection;
}

function loginOf(credentials: IssuedCredentials): KafkaLogin {
  const { bootstrapServers } = connectionOf(credentials);
  const { username, password } = credentials;
  return { bootstrapServers, username, password };
}
