import type { Item } from '../Item';
import type { Lab, People } from '../Lab';

/** One of the actions of the API, on an object that it finds ready for it. */
export interface Action {
  name: string;
  /** Who does it, if not a developer whose request the platform approves. */
  people?: People;
  /** Brings a new object to where the action can be asked for, without any fault. */
  prepare(lab: Lab, item: Item): Promise<void>;
  /** What is asked for. */
  request(lab: Lab, item: Item): Promise<Record<string, unknown>>;
}

/** A `create` with access for the item's workload. */
export function createBody(
  { kind, name, principal }: Item,
  { granted = true, spec = kind.spec } = {},
): Record<string, unknown> {
  return {
    action: 'create',
    type: kind.type,
    instance: kind.instance,
    name,
    owner: 'group:default/payments',
    spec,
    ...(granted ? { grants: [{ principal, role: kind.role }] } : {}),
  };
}

/** An `update` to the other spec. */
export function updateBody({ kind, resourceId }: Item) {
  return { action: 'update', resourceId, spec: kind.changed };
}

/** A `grant` of the item's role to its workload. */
export function grantBody({ kind, resourceId, principal }: Item) {
  return { action: 'grant', resourceId, principal, role: kind.role };
}

/** A `revoke` of the one grant that there is. */
export async function revokeBody(lab: Lab, { resourceId }: Item) {
  const { body } = await lab.portal.get(
    'payments-dev',
    `/resources/${resourceId}/grants`,
  );
  const active = body.items.find((grant: any) => grant.state === 'active');
  return { action: 'revoke', grantId: active?.id };
}

export function deleteBody({ resourceId }: Item) {
  return { action: 'delete', resourceId };
}

export function restoreBody({ resourceId }: Item) {
  return { action: 'restore', resourceId };
}
