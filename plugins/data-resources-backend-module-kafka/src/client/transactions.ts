import { listTransactionsV0 } from '@platformatic/kafka';
import type { Deadline } from './Deadline';
import type { Broker, KafkaClient } from './KafkaClient';
import { ErrorCodes } from './protocolErrors';

const ANY_DURATION = -1n;
const ANY_ID = null;

/**
 * The transactional ids that a broker coordinates, by the ids of their producers: those that the
 * portal may describe.
 */
export async function listTransactionalIds(
  client: KafkaClient,
  broker: Broker,
  deadline: Deadline,
): Promise<Map<string, string>> {
  const answer = await client.readAt(
    broker,
    deadline,
    'list transactional ids',
    listTransactionsV0.api,
    [],
    [],
    ANY_DURATION,
    ANY_ID,
  );
  return new Map(
    answer.errorCode === ErrorCodes.NONE
      ? answer.transactionStates.map(({ producerId, transactionalId }) => [
          String(producerId),
          transactionalId,
        ])
      : [],
  );
}
