import type { StepCheck } from '@data-resources/plugin-data-resources-node';
import * as cql from '../../cql/statements';
import { provesOwnership } from '../../roles/RoleReader';
import { isRecorded } from '../observation';
import { rightsLost } from './proveOurs';
import { SCHEMA_BATCH, type StepHandler } from './StepHandler';
import { unlessGone } from './unlessGone';

/** Drops the recorded keyspace; one that was made in its place is left alone. */
export const dropKeyspace: StepHandler<'drop-keyspace'> = {
  batchSize: SCHEMA_BATCH,

  async check(
    { object },
    { keyspaces, roles, session, deadline },
  ): Promise<StepCheck> {
    const { name, identity } = object;
    const [row, own] = await Promise.all([
      keyspaces.one(name, deadline),
      roles.ownOnKeyspaces([name], deadline),
    ]);
    const rightsHeld = provesOwnership(own.get(name));
    if (!row || !isRecorded(row, identity, rightsHeld)) {
      return { state: 'satisfied' };
    }
    if (rightsHeld) {
      return { state: 'pending', evidence: { definedAt: row.definedAt } };
    }
    return {
      state: 'failed',
      error: rightsLost(name, session.username),
    };
  },

  async act({ object }, { keyspaces, session, deadline }): Promise<void> {
    await unlessGone(
      session.changeSchema(cql.dropKeyspace(object.name), deadline),
      async () => (await keyspaces.one(object.name, deadline)) === undefined,
    );
  },
};
