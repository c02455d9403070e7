import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type { Deadline } from './Deadline';
import type { Broker } from './KafkaClient';

/** What the brokers said, by their ids. */
export interface BrokerAnswers<T> {
  answers: Map<number, T>;
  /** Those that gave no answer, with why. */
  silent: Map<number, string>;
}

/**
 * Asks every broker at once. One that does not answer hides only what it has.
 *
 * @throws ProviderError when none of them answers
 */
export async function askBrokers<T>(
  brokers: readonly Broker[],
  deadline: Deadline,
  ask: (broker: Broker) => Promise<T>,
): Promise<BrokerAnswers<T>> {
  const answers = new Map<number, T>();
  const silent = new Map<number, string>();
  let failure: unknown;
  await Promise.all(
    brokers.map(async broker => {
      try {
        answers.set(broker.id, await ask(broker));
      } catch (error) {
        if (!isProviderError(error) || deadline.aborted) {
          throw error;
        }
        failure ??= error;
        silent.set(broker.id, error.message);
      }
    }),
  );
  if (failure && answers.size === 0) {
    throw failure;
  }
  return { answers, silent };
}
