import type { Kind } from '../kinds';
import { cassandraWitness } from './cassandra';
import { kafkaWitness } from './kafka';
import { postgresWitness } from './postgres';
import type { Witness } from './Witness';

export { plantForeign, plantObject } from './foreign';

/** Who tells what is really there, by engine. */
export const witnesses: Record<Kind['name'], Witness> = {
  postgres: postgresWitness,
  kafka: kafkaWitness,
  cassandra: cassandraWitness,
};
