import type { JsonObject } from '@backstage/types';
import {
  type ObjectRef,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import { grantKeyspaceTo } from '../../cql/statements';
import { provesOwnership } from '../../roles/roleState';
import {
  isKnown,
  type KeyspaceIdentity,
  type KeyspaceRow,
} from '../observation';
import { isHeldByGroups } from '../groupState';
import type { Adopted } from './StepArgs';
import type { StepTools } from './StepHandler';

/** The keyspace as it stands, and what is to be recorded of it anew; or why it is not to be touched. */
export type Proof =
  | { row: KeyspaceRow; identity?: JsonObject; error?: undefined }
  | { error: ProviderError };

/** Proves, before a keyspace is changed, that it is the recorded one and that we may. */
export async function proveOurs(
  object: ObjectRef & { identity?: Partial<KeyspaceIdentity> },
  tools: StepTools,
): Promise<Proof> {
  const { reads, session } = tools;
  const { name, identity } = object;
  const [row, own] = await Promise.all([
    reads.keyspace(name),
    reads.ownOnKeyspace(name),
  ]);
  const rightsHeld = provesOwnership(own);
  const heldByGroups = () => isHeldByGroups(name, tools);
  if (!row || !(await isKnown(row, identity, { rightsHeld, heldByGroups }))) {
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

/**
 * As {@link proveOurs}, for a keyspace that is being adopted and not recorded yet. Every change of a
 * table writes the keyspace's definition anew, so an older one is no other keyspace by itself: the
 * permissions that an administrator gave for the adoption vanish with the keyspace as its maker's do.
 */
export async function proveAdopted(
  object: ObjectRef & { identity?: Partial<KeyspaceIdentity> },
  adopts: Adopted | undefined,
  tools: StepTools,
): Promise<Proof> {
  const { name, identity } = object;
  if (!adopts || identity?.keyspace !== undefined) {
    return proveOurs(object, tools);
  }
  const proof = await proveOurs({ name, identity: adopts }, tools);
  return proof.error?.reason === 'Conflict'
    ? { error: notPlanned(name) }
    : proof;
}

/**
 * As {@link proveAdopted}, where nothing is asked for but the proof: what only its maker was given, of a
 * keyspace that is there, is enough.
 */
export async function proveHeld(
  object: ObjectRef & { identity?: Partial<KeyspaceIdentity> },
  adopts: Adopted | undefined,
  tools: StepTools,
): Promise<{ error?: ProviderError }> {
  const { name, identity } = object;
  const recorded = identity?.keyspace ?? adopts?.keyspace;
  if (recorded === name && provesOwnership(await tools.reads.held(name))) {
    return {};
  }
  return proveAdopted(object, adopts, tools);
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

function notPlanned(name: string): ProviderError {
  return new ProviderError(
    'Conflict',
    `The keyspace "${name}" was dropped or replaced since its adoption was planned. Plan anew from what is there now`,
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
