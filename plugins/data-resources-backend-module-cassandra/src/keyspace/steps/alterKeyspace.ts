import type { StepCheck } from '@data-resources/plugin-data-resources-node';
import * as cql from '../../cql/statements';
import { STRATEGY } from '../keyspaceSpec';
import type { KeyspaceRow } from '../observation';
import { proveOurs } from './proveOurs';
import type { StepArgs } from './StepArgs';
import type { StepHandler } from './StepHandler';

/**
 * An ALTER may be repeated. The server writes the definition anew, so the time of that is
 * recorded when what we hold on the keyspace has proven that it is still the same.
 */
export const alterKeyspace: StepHandler<'alter-keyspace'> = {
  batchSize: 'by-pace',

  async check({ object, args }, tools): Promise<StepCheck> {
    const proof = await proveOurs(object, tools);
    if (proof.error) {
      return { state: 'failed', error: proof.error };
    }
    const { row, identity } = proof;
    return isAsAsked(row, args)
      ? { state: 'satisfied', identity }
      : {
          state: 'pending',
          evidence: { definedAt: row.definedAt, ...row.spec },
        };
  },

  async act({ object, args }, { session, deadline }): Promise<void> {
    await session.changeSchema(
      cql.alterKeyspace({
        keyspace: object.name,
        replication: args.replication,
        durableWrites: args.durableWrites,
      }),
      deadline,
    );
  },
};

function isAsAsked(
  { strategy, spec }: KeyspaceRow,
  args: StepArgs['alter-keyspace'],
): boolean {
  const [seen, asked] = [spec.replication, args.replication];
  return (
    strategy === STRATEGY &&
    spec.durableWrites === args.durableWrites &&
    Object.keys(seen).length === Object.keys(asked).length &&
    Object.keys(asked).every(
      name => Object.hasOwn(seen, name) && seen[name] === asked[name],
    )
  );
}
