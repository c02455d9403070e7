import { onOwnServers, RATE_LIMIT, type EngineOptions } from '../onOwnServers';
import { BareKafka } from './BareKafka';

/** A broker with less thrashes at thousands of topics. */
const HEAP_MB = 2_048;
/** From so many on it is the rate that counts. */
const MANY = 1_000;
const FEW_LIMIT = 1.3;

/** The portal on a Kafka broker of its own, against Kafka's bare client. Answers what is wrong. */
export async function kafka(options: EngineOptions): Promise<string[]> {
  return onOwnServers(options, {
    name: 'kafka-dev',
    noun: 'topic',
    heapMb: HEAP_MB,
    limitOf: count => (count < MANY ? FEW_LIMIT : RATE_LIMIT),
    open: server => BareKafka.open(server),
  });
}
