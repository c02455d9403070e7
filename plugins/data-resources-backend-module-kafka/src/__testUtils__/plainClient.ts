import type { KafkaDescription } from '@data-resources/test-engines';
import {
  Admin,
  findErrorBy,
  ProduceAcks,
  Producer,
  stringSerializers,
} from '@platformatic/kafka';
import type { SASLOptions } from '@platformatic/kafka';

/** How a plain client logs in. */
export function saslOf(login: { user: string; password: string }): SASLOptions {
  return {
    mechanism: 'SCRAM-SHA-512',
    username: login.user,
    password: login.password,
  };
}

/** A client without any of the product's code, that asks once. */
export function plainClient(
  { bootstrap }: KafkaDescription,
  login: { user: string; password: string },
): Admin {
  return new Admin({
    clientId: 'witness',
    bootstrapBrokers: bootstrap.split(','),
    sasl: saslOf(login),
    retries: 0,
    timeout: 5_000,
  });
}

/** Whether the broker looked at the login and said no. */
export function isRefusal(error: unknown): boolean {
  for (
    let cause = error;
    cause instanceof Error;
    cause = cause.cause ?? (cause as { errors?: unknown[] }).errors?.[0]
  ) {
    if (findErrorBy(cause, 'code', 'PLT_KFK_AUTHENTICATION')) {
      return true;
    }
  }
  return false;
}

/** An answer in which single items failed is an answer. */
export async function answerOf<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const answer = findErrorBy(error as Error, 'code', 'PLT_KFK_RESPONSE');
    if (!answer) {
      throw error;
    }
    return answer.response as T;
  }
}

/**
 * Writes records as the administrator, without the id that an idempotent producer has; all
 * replicas in sync have them afterwards.
 *
 * @param timestamp - what the records claim, in milliseconds
 */
export async function writeRecords(
  { bootstrap, admin }: KafkaDescription,
  topic: string,
  values: readonly string[],
  timestamp: number,
): Promise<void> {
  const producer = new Producer({
    clientId: 'witness',
    bootstrapBrokers: bootstrap.split(','),
    sasl: saslOf(admin),
    idempotent: false,
    // Without an id the client asks the leader alone, and what only a leader has goes with it.
    acks: ProduceAcks.ALL,
    serializers: stringSerializers,
  });
  try {
    await producer.send({
      messages: values.map(value => ({
        topic,
        value,
        timestamp: BigInt(timestamp),
      })),
    });
  } finally {
    await producer.close();
  }
}
