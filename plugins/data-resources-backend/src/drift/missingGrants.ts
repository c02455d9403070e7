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

/**
 * Grants of which something is gone on the engine, by the resource's id. What a grant needs there
 * is what its steps would make: each is only checked, all of a kind together.
 */
export async function missingGrants(
  objects: readonly GrantedObject[],
  { provider, probe, context }: Options,
): Promise<Map<string, PlannedGrant[]>> {
  const owners = new Map<string, { id: string; grant: PlannedGrant }>();
  const byKind = new Map<string, StepCall[]>();
  for (const each of objects) {
    for (const grant of each.grants) {
      for (const { id, kind, args } of grantSteps(each, [grant], {
        provider,
        probe,
      })) {
        const key = `${each.id} ${owners.size} ${id}`;
        owners.set(key, { id: each.id, grant });
        const ofKind = byKind.get(kind) ?? [];
        ofKind.push({ key, kind, args, object: each.object });
        byKind.set(kind, ofKind);
      }
    }
  }
  const missing = new Map<string, Set<PlannedGrant>>();
  for (const calls of byKind.values()) {
    for (const [key, check] of await provider.check(calls, context)) {
      if (check.state === 'failed' && check.error.retryable) {
        throw check.error;
      }
      const owner = owners.get(key);
      if (owner && check.state !== 'satisfied') {
        const { id, grant } = owner;
        missing.set(id, (missing.get(id) ?? new Set()).add(grant));
      }
    }
  }
  return new Map([...missing].map(([id, grants]) => [id, [...grants]]));
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

/** A grant that is gone, as the change that gives it again. */
export function missingChange({ principal, role }: PlannedGrant): Change {
  return { path: `access.${principal}.${role}`, to: role, kind: 'in-place' };
}
