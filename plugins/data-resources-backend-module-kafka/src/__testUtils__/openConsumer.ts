import { Consumer, stringDeserializers } from '@platformatic/kafka';
import { saslOf } from './plainClient';

/** A consumer that reads until it is ended, in the protocol that is asked for. */
export async function openConsumer(options: {
  bootstrap: string;
  login: { user: string; password: string };
  topic: string;
  group: string;
  protocol?: 'classic' | 'consumer';
}): Promise<{
  /** Values read so far. */
  read: string[];
  end(): Promise<void>;
}> {
  const { bootstrap, login, topic, group, protocol = 'classic' } = options;
  const client = new Consumer({
    clientId: login.user,
    bootstrapBrokers: bootstrap.split(','),
    sasl: saslOf(login),
    groupId: group,
    groupProtocol: protocol,
    retries: 20,
    retryDelay: 250,
    deserializers: stringDeserializers,
  } as never);
  const read: string[] = [];
  const stream = await client.consume({
    topics: [topic],
    mode: 'earliest',
    autocommit: true,
  });
  stream.on('data', ({ value }: { value: unknown }) =>
    read.push(String(value)),
  );
  // A stream that ends in the middle shows as missing values.
  stream.on('error', () => {});
  return {
    read,
    end: async () => {
      await client.close(true);
    },
  };
}
