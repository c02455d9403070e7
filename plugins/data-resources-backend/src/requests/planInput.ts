import type { JsonObject } from '@backstage/types';
import type {
  InstanceProbe,
  ObjectRef,
  Observation,
  PlanInput,
  PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import stringify from 'fast-json-stable-stringify';
import { claimsOfSubject } from './claims/claimsOf';
import { makesResource } from './makesResource';
import type { Subject } from './Subject';

/** The object that a subject is about, as an engine is asked to look at it. */
export function objectOf(subject: Subject): ObjectRef {
  const prefixes = claimsOfSubject(subject).map(({ prefix }) => prefix);
  return {
    name: subject.name,
    identity: subject.resource?.identity ?? undefined,
    desired: ['create', 'update'].includes(subject.planAction)
      ? inOrder(subject.desired)
      : undefined,
    ...(prefixes.length > 0 ? { prefixes } : {}),
  };
}

/** All that an engine makes a plan from. */
export function planInput(
  subject: Subject,
  observed: Observation,
  instance: InstanceProbe,
): PlanInput {
  const bare = (grants: readonly PlannedGrant[]) =>
    grants.map(({ principal, role, login, owner }) => ({
      principal,
      role,
      login,
      owner,
    }));
  const { planAction, suspended = [], grants, held = [] } = subject;
  return {
    action: planAction,
    object: objectOf(subject),
    desired: inOrder(subject.desired),
    current: makesResource(subject.input.action)
      ? undefined
      : inOrder(subject.resource?.spec),
    grants: {
      add: bare(planAction === 'restore' ? suspended : grants.add),
      remove: bare(planAction === 'quarantine' ? suspended : grants.remove),
      keep: bare(suspended.length > 0 ? [] : grants.keep),
    },
    ...(held.length > 0 ? { held } : {}),
    observed,
    instance,
  };
}

/**
 * The spec with its keys in one order. The database gives them back in another than they were
 * sent in, and a plan that only lists the same things in another order has another hash.
 */
export function inOrder<T extends JsonObject | undefined>(spec: T): T {
  return spec && JSON.parse(stringify(spec));
}
