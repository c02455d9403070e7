import type { StepCheck } from '@data-resources/plugin-data-resources-node';
import * as cql from '../../cql/statements';
import { keyspaceResource, tablesResource } from '../../roles/resourceNames';
import { settleAll } from '../../session/settleAll';
import { proveHeld } from './proveOurs';
import {
  CONCURRENT_WRITES,
  ROLE_BATCH,
  type StepHandler,
  type StepTools,
} from './StepHandler';

/** A permission may be granted again, so all are, when one is missing. */
export const grantPermissions: StepHandler<'grant-permissions'> = {
  batchSize: ROLE_BATCH,

  async check({ object, args, intent }, tools): Promise<StepCheck> {
    const prove = () => proveHeld(object, args.adopts, tools);
    // Most often it is to be done when it is first looked at, and needs the proof.
    const [missing, proof] = await Promise.all([
      Promise.all(args.grants.map(grant => missingOf(grant, tools))).then(
        found => found.flat(),
      ),
      intent ? undefined : prove(),
    ]);
    if (missing.length === 0) {
      return { state: 'satisfied' };
    }
    const { error } = proof ?? (await prove());
    return error
      ? { state: 'failed', error }
      : { state: 'pending', evidence: { missing } };
  },

  async act({ args }, { session, deadline }): Promise<void> {
    await settleAll(args.grants, CONCURRENT_WRITES, grant =>
      session.write(cql.grantPermissions(grant), deadline),
    );
  },
};

async function missingOf(
  { role, permissions, on, keyspace }: cql.Permissions,
  { reads }: StepTools,
): Promise<string[]> {
  const resource =
    on === 'keyspace' ? keyspaceResource(keyspace) : tablesResource(keyspace);
  const held = new Set(
    (await reads.permissionsOf(role))
      .filter(permission => permission.resource === resource)
      .map(({ permission }) => permission),
  );
  return permissions
    .filter(permission => !held.has(permission))
    .map(permission => `${role}: ${permission}`);
}
