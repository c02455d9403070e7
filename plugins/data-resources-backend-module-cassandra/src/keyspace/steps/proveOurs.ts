import type { JsonObject } from '@backstage/types';
import {
  type ObjectRef,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import { grantKeyspaceTo } from '../../cql/statements';
import { provesOwnership } from '../../roles/RoleReader';
import {
  isRecorded,
  type KeyspaceIdentity,
  type KeyspaceRow,
} from '../observation';
import type { StepTools } from './StepHandler';

/** The keyspace as it stands, and what is to be recorded of it anew; or why it is not to be touched. */
export type Proof =
  | { row: KeyspaceRow; identity?: JsonObject; error?: undefined }
  | { error: ProviderError };

/** Proves, before a keyspace is changed, that it is the recorded one and that we may. */
export async function proveOurs(
  object: ObjectRef & { identity?: Partial<KeyspaceIdentity> },
  { keyspaces, roles, session, deadline }: StepTools,
): Promise<Proof> {
  const { name, identity } = object;
  const [row, own] = await Promise.all([
    keyspaces.one(name, deadline),
    roles.ownOnKeyspaces([name], deadline),
  ]);
  const rightsHeld = provesOwnership(own.get(name));
  if (!row || !isRecorded(row, identity, rightsHeld)) {
    return { error: notOurs(name, row !== undefined) };
  }
  if (!rightsHeld) {
    return { error: rightsLost(name, session.username) };
  }
  const known = [identity?.definedAt, identity?.redefinedAt];
  return known.includes(row.definedAt)
    ? { row }
    : { row, identity: { redefinedAt: row.definedAt } };
}

/** An administrator took what the creator of a keyspace was given. */
export function rightsLost(name: string, provisioner: string): ProviderError {
  return new ProviderError(
    'Unauthorized',
    `The portal's role "${provisioner}" has lost its permissions on the keyspace "${name}". An administrator gives them back by: ${grantKeyspaceTo(
      name,
      provisioner,
    )}`,
  );
}

function notOurs(name: string, exists: boolean): ProviderError {
  return new ProviderError(
    'Conflict',
    exists
      ? `The keyspace "${name}" is not the one that was created here: somebody has made another of the same name. It is left alone`
      : `The keyspace "${name}" is not on the cluster any more: somebody has dropped it`,
  );
}
