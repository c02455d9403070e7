import type { JsonObject } from '@backstage/types';
import type {
  CallContext,
  Change,
  InstanceProbe,
  ObjectRef,
  Observation,
  PlannedGrant,
  PlannedStep,
  ResourceProvider,
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';

/** An object of ours with the grants that the ledger has on it. */
export interface GrantedObject {
  /** The resource's id. */
  id: string;
  object: ObjectRef;
  observed: Observation;
  /** With its keys in the order in which plans take them. */
  spec: JsonObject;
  grants: readonly PlannedGrant[];
}

interface Options {
  provider: ResourceProvider;
  probe: InstanceProbe;
  context: CallContext;
}

/** A grant of which something is gone on the engine, or different there. */
export interface MissingGrant {
  grant: PlannedGrant;
  /** What would give it again, or mend it. */
  changes: Change[];
}

/**
 * Grants of which something is gone on the engine, by the resource's id. What a grant needs there
 * is what its steps would make: each is only checked, all of a kind together.
 */
export async function missingGrants(
  objects: readonly GrantedObject[],
  { provider, probe, context }: Options,
): Promise<Map<string, MissingGrant[]>> {
  const owners = new Map<string, { id: string; grant: PlannedGrant }[]>();
  const byKind = new Map<string, StepCall[]>();
  for (const each of objects) {
    for (const grant of each.grants) {
      for (const { id, kind, args, login } of grantSteps(each, [grant], {
        provider,
        probe,
      })) {
        // What belongs to a login is looked at once for all objects that it reaches.
        const key = login
          ? JSON.stringify([kind, args])
          : `${each.id} ${owners.size} ${id}`;
        const owner = { id: each.id, grant };
        const known = owners.get(key);
        if (known) {
          known.push(owner);
          continue;
        }
        owners.set(key, [owner]);
        const ofKind = byKind.get(kind) ?? [];
        ofKind.push({ key, kind, args, object: each.object });
        byKind.set(kind, ofKind);
      }
    }
  }
  const missing = new Map<string, Map<PlannedGrant, Change[]>>();
  for (const calls of byKind.values()) {
    for (const [key, check] of await provider.check(calls, context)) {
      if (check.state === 'failed' && check.error.retryable) {
        throw check.error;
      }
      if (check.state === 'satisfied') {
        continue;
      }
      for (const { id, grant } of owners.get(key) ?? []) {
        const grants = missing.get(id) ?? new Map<PlannedGrant, Change[]>();
        missing.set(id, grants);
        grants.set(grant, [
          ...(grants.get(grant) ?? []),
          ...changesOf(grant, check),
        ]);
      }
    }
  }
  return new Map(
    [...missing].map(([id, grants]) => [
      id,
      [...grants].map(([grant, changes]) => ({ grant, changes })),
    ]),
  );
}

/** All that is missing of an object's grants, each once: they share what belongs to a login. */
export function missingChanges(missing: readonly MissingGrant[]): Change[] {
  const changes = missing.flatMap(each => each.changes);
  return [...new Map(changes.map(each => [each.path, each])).values()];
}

/** What gives grants that the ledger has and the engine lost. */
export function grantSteps(
  { object, observed, spec, grants }: GrantedObject,
  add: readonly PlannedGrant[],
  { provider, probe }: Pick<Options, 'provider' | 'probe'>,
): PlannedStep[] {
  return provider.plan({
    action: 'grant',
    object,
    desired: spec,
    current: spec,
    grants: {
      add,
      remove: [],
      keep: grants.filter(grant => !add.includes(grant)),
    },
    observed,
    instance: probe,
  }).steps;
}

/** A grant that is gone, as the change that gives it again, unless the engine knows it better. */
function changesOf(
  { principal, role }: PlannedGrant,
  check: StepCheck,
): Change[] {
  return check.state === 'pending' && check.changes?.length
    ? check.changes
    : [{ path: `access.${principal}.${role}`, to: role, kind: 'in-place' }];
}
