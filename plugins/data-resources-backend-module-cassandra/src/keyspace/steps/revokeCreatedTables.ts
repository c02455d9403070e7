import type { StepCheck } from '@data-resources/plugin-data-resources-node';
import { revokeTable } from '../../cql/statements';
import { tableOf } from '../../roles/resourceNames';
import { settleAll } from '../../session/settleAll';
import {
  CONCURRENT_WRITES,
  ROLE_BATCH,
  type StepHandler,
  type StepTools,
} from './StepHandler';

/**
 * Whoever makes a table is given every permission on it, and keeps them when it loses the
 * role that let it make one. So they are taken as well.
 */
export const revokeCreatedTables: StepHandler<'revoke-created-tables'> = {
  batchSize: ROLE_BATCH,

  async check({ args }, tools): Promise<StepCheck> {
    const held = await heldTables(args, tools);
    return held.length === 0
      ? { state: 'satisfied' }
      : {
          state: 'pending',
          evidence: {
            held: held.map(({ login, table }) => `${login}: ${table}`),
          },
        };
  },

  async act({ args }, tools): Promise<void> {
    await settleAll(
      await heldTables(args, tools),
      CONCURRENT_WRITES,
      ({ login, table }) =>
        tools.session.write(
          revokeTable(args.keyspace, table, login),
          tools.deadline,
        ),
    );
  },
};

async function heldTables(
  { keyspace, logins }: { keyspace: string; logins: string[] },
  { roles, deadline }: StepTools,
): Promise<{ login: string; table: string }[]> {
  const held = await settleAll(logins, CONCURRENT_WRITES, async login => {
    const permissions = await roles.permissions.of(login, deadline);
    const tables = new Set(
      permissions.flatMap(({ resource }) => tableOf(resource, keyspace) ?? []),
    );
    return [...tables].map(table => ({ login, table }));
  });
  return held.flat();
}
