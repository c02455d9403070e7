import {
  ProviderError,
  type StepCheck,
} from '@data-resources/plugin-data-resources-node';
import * as cql from '../../cql/statements';
import { provesOwnership } from '../../roles/roleState';
import { isRecorded, type KeyspaceRow } from '../observation';
import { awaitCreated } from './createdRights';
import { assertRightsCanBeWritten } from './assertRightsCanBeWritten';
import {
  type KeyspaceCall,
  type StepHandler,
  type StepTools,
} from './StepHandler';

type Call = KeyspaceCall<'create-keyspace'>;

/**
 * Ours is the keyspace that an open intent says we may have made, and on which we hold what
 * only its creator was given.
 */
export const createKeyspace: StepHandler<'create-keyspace'> = {
  batchSize: 'by-pace',

  async check({ object, intent }, tools): Promise<StepCheck> {
    const { name, identity } = object;
    if (!intent) {
      if ((await tools.reads.held(name)) === undefined) {
        return { state: 'pending', evidence: { exists: false } };
      }
      const { row, rightsHeld } = await look(name, tools);
      if (!row) {
        return { state: 'pending', evidence: { exists: false } };
      }
      return isRecorded(row, identity, rightsHeld)
        ? { state: 'satisfied' }
        : { state: 'failed', error: alreadyThere(name) };
    }
    const { row, rightsHeld } = await awaitCreated(
      () => look(name, tools),
      seen => !seen.row || seen.rightsHeld,
      tools.deadline,
    );
    if (!row) {
      return { state: 'pending', evidence: { exists: false } };
    }
    return rightsHeld
      ? {
          state: 'satisfied',
          identity: { keyspace: name, definedAt: row.definedAt },
        }
      : { state: 'failed', error: notProven(name, tools.session.username) };
  },

  async act({ object, args }: Call, tools): Promise<void> {
    const { session, deadline } = tools;
    await assertRightsCanBeWritten([`data/${object.name}`], tools);
    await session.changeSchema(
      cql.createKeyspace({
        keyspace: object.name,
        replication: args.replication,
        durableWrites: args.durableWrites,
      }),
      deadline,
    );
  },
};

async function look(
  name: string,
  { reads }: StepTools,
): Promise<{ row?: KeyspaceRow; rightsHeld: boolean }> {
  const [row, own] = await Promise.all([
    reads.keyspace(name),
    reads.ownOnKeyspace(name),
  ]);
  return { row, rightsHeld: provesOwnership(own) };
}

function alreadyThere(name: string): ProviderError {
  return new ProviderError(
    'Conflict',
    `The keyspace "${name}" exists already and is not managed here. Ask the platform team to adopt it, or choose another name`,
  );
}

function notProven(name: string, provisioner: string): ProviderError {
  return new ProviderError(
    'Conflict',
    `The keyspace "${name}" is there, and the portal's role "${provisioner}" has no ALTER and DROP on it: somebody else made it, or the node that made it for the portal died before it gave them. If it is empty and nobody's, an administrator runs: ${cql.dropKeyspace(
      name,
    )}; and this is tried again. To keep it, an administrator runs: ${cql.grantKeyspaceTo(
      name,
      provisioner,
    )}; and the platform team adopts it`,
  );
}
