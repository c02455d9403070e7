import {
  Consumer,
  findErrorBy,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';
import { saslOf } from './plainClient';

/** What a user of the portal was given. */
export interface Login {
  user: string;
  password: string;
}

/**
 * A producer and a consumer as an application has them. They throw an error with Kafka's own
 * name of a refusal, e.g. `TOPIC_AUTHORIZATION_FAILED`.
 */
export class PlainClients {
  readonly #bootstrap: string;

  constructor(bootstrap: string) {
    this.#bootstrap = bootstrap;
  }

  /** Writes one record. */
  async produce(
    login: Login,
    topic: string,
    value: string,
    idempotent = true,
  ): Promise<void> {
    const client = new Producer({
      ...this.#options(login),
      idempotent,
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

  /** A producer that goes on writing, as a running application has it. */
  openProducer(login: Login) {
    const client = new Producer({
      ...this.#options(login),
      retries: 0,
      serializers: stringSerializers,
    });
    return {
      send: async (topic: string, value: string) => {
        try {
          await client.send({ messages: [{ topic, value }] });
        } catch (error) {
          throw inKafkasWords(error);
        }
      },
      close: () => client.close(),
    };
  }

  /** Whether the login may write a record. */
  async canProduce(login: Login, topic: string): Promise<boolean> {
    try {
      await this.produce(login, topic, 'may I', false);
      return true;
    } catch (error) {
      if ((error as Error).message === 'TOPIC_AUTHORIZATION_FAILED') {
        return false;
      }
      throw error;
    }
  }

  /** Reads the first record of the topic as a member of the group. */
  async consume(login: Login, topic: string, groupId: string): Promise<string> {
    const client = new Consumer({
      ...this.#options(login),
      groupId,
      // The group coordinator's topic is made when it is first needed.
      retries: 20,
      retryDelay: 250,
      deserializers: stringDeserializers,
    });
    try {
      const stream = await client.consume({
        topics: [topic],
        mode: 'earliest',
        autocommit: true,
      });
      for await (const { value } of stream) {
        return value;
      }
      throw new Error('the stream ended without a message');
    } catch (error) {
      throw inKafkasWords(error);
    } finally {
      await client.close(true);
    }
  }

  #options(login: Login) {
    return {
      clientId: login.user,
      bootstrapBrokers: this.#bootstrap.split(','),
      sasl: saslOf(login),
    };
  }
}

/** The protocol's name of what happened, which clients keep deep inside their errors. */
function inKafkasWords(error: unknown): Error {
  const names = ['TOPIC_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED'];
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const found = names.find(name =>
      findErrorBy(cause as Error, 'apiId', name),
    );
    if (found) {
      return new Error(found);
    }
  }
  return error as Error;
}
