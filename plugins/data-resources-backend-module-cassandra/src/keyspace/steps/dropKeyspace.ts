import {
  ProviderError,
  type StepCheck,
} from '@data-resources/plugin-data-resources-node';
import * as cql from '../../cql/statements';
import { provesOwnership } from '../../roles/roleState';
import { isHeldByGroups } from '../groupState';
import { isKnown } from '../observation';
import { assertRightsCanBeWritten } from './assertRightsCanBeWritten';
import { rightsLost } from './proveOurs';
import type { StepHandler } from './StepHandler';
import { unlessGone } from './unlessGone';

/** Drops the recorded keyspace; one that was made in its place is left alone. */
export const dropKeyspace: StepHandler<'drop-keyspace'> = {
  batchSize: 'by-pace',

  async check({ object, intent }, tools): Promise<StepCheck> {
    const { reads, keyspaces, session, deadline } = tools;
    const { name, identity } = object;
    const [row, own] = await Promise.all([
      reads.keyspace(name),
      reads.ownOnKeyspace(name),
    ]);
    const rightsHeld = provesOwnership(own);
    if (!row) {
      return (await keyspaces.isGone(name, deadline))
        ? { state: 'satisfied' }
        : { state: 'failed', error: nodesDiffer(name) };
    }
    if (!rightsHeld && intent?.evidence.definedAt === row.definedAt) {
      // What we hold on a keyspace goes with it, and a node or two may hear of that later.
      return { state: 'failed', error: stillShown(name, session.username) };
    }
    const heldByGroups = () => isHeldByGroups(name, tools);
    if (!(await isKnown(row, identity, { rightsHeld, heldByGroups }))) {
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

  async act({ object }, tools): Promise<void> {
    const { keyspaces, session, deadline } = tools;
    // The permissions on it go with it, or would be there for the next one of its name.
    await assertRightsCanBeWritten([`data/${object.name}`], tools);
    await unlessGone(
      session.changeSchema(cql.dropKeyspace(object.name), deadline),
      () => keyspaces.isGone(object.name, deadline),
    );
  },
};

/** In the middle of our own drop, most likely; an administrator may have taken the permissions just then. */
function stillShown(name: string, provisioner: string): ProviderError {
  return new ProviderError(
    'Unknown',
    `A node still shows the keyspace "${name}" as it was before its drop, and the portal's permissions on it are gone, as they are with a drop: the nodes do not agree on the schema yet. If they do, an administrator has taken the permissions, and gives them back by: ${cql.grantKeyspaceTo(
      name,
      provisioner,
    )}`,
  );
}

/** As when a node comes back that was away; they agree again within seconds. */
function nodesDiffer(name: string): ProviderError {
  return new ProviderError(
    'Unknown',
    `Some nodes have the keyspace "${name}" and others have not: they do not agree on the schema yet`,
  );
}
