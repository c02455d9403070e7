import type { StepCheck } from '@data-resources/plugin-data-resources-node';
import { revokeTable } from '../../cql/statements';
import { settleAll } from '../../session/settleAll';
import { proveOurs } from './proveOurs';
import {
  CONCURRENT_WRITES,
  ROLE_BATCH,
  seenBefore,
  type StepHandler,
} from './StepHandler';

/**
 * The portal's role gives up what Cassandra gives the maker of a table: what it may in the keyspace is
 * enough to let the group roles in, and nothing is left on tables of a keyspace that is taken from it.
 */
export const releaseTables: StepHandler<'release-tables'> = {
  batchSize: ROLE_BATCH,

  async check({ object, args }, tools): Promise<StepCheck> {
    const held = await tools.roles.permissions.ownOnTables(
      object.name,
      args.tables,
      tools.deadline,
    );
    const tables = args.tables.filter(table => held.get(table)!.length > 0);
    const proof = await proveOurs(object, tools);
    if (proof.error) {
      return { state: 'failed', error: proof.error };
    }
    return tables.length === 0
      ? { state: 'satisfied', identity: proof.identity }
      : { state: 'pending', evidence: { tables } };
  },

  async act(call, { session, deadline }): Promise<void> {
    await settleAll(seenBefore(call, 'tables'), CONCURRENT_WRITES, table =>
      session.write(
        revokeTable(call.object.name, table, session.username),
        deadline,
      ),
    );
  },
};
