import {
  ProviderError,
  type StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { isSameShape, type Shape } from '../../cql/schema/shapes';
import { readShape } from '../readShape';
import { proveOurs } from './proveOurs';
import type { StepArgs } from './StepArgs';
import { SCHEMA_BATCH, type StepHandler } from './StepHandler';

/**
 * One table, type or index of a first schema. The keyspace is proven ours, and nobody but whom the
 * administrator lets makes anything there: an object that is just what was asked for counts as made.
 */
export const createObject: StepHandler<'create-object'> = {
  batchSize: SCHEMA_BATCH,

  async check({ object, args }, tools): Promise<StepCheck> {
    const proof = await proveOurs(object, tools);
    if (proof.error) {
      return { state: 'failed', error: proof.error };
    }
    const { kind, name, shape } = args;
    const seen = await readShape({ keyspace: object.name, kind, name }, tools);
    if (!seen) {
      return { state: 'pending', evidence: { exists: false } };
    }
    return isSameShape(kind, shape, seen)
      ? { state: 'satisfied', identity: proof.identity }
      : { state: 'failed', error: anotherOne(object.name, args, seen) };
  },

  async act({ args }, { session, deadline }): Promise<void> {
    await session.changeSchema(args.cql, deadline);
  },
};

function anotherOne(
  keyspace: string,
  { kind, name, shape }: StepArgs['create-object'],
  seen: Shape,
): ProviderError {
  const missing = shape.filter(line => !seen.includes(line));
  const excess = seen.filter(line => !shape.includes(line));
  const differences = [
    ...missing.map(line => `it lacks ${line}`),
    ...excess.map(line => `it has ${line}`),
  ];
  return new ProviderError(
    'Conflict',
    `There is another ${kind} "${name}" in the keyspace "${keyspace}" than the schema asks for: ${
      differences.join('; ') || 'its parts are in another order'
    }. Somebody made or changed it meanwhile; drop it, and this is tried again`,
  );
}
