import type { JsonObject } from '@backstage/types';
import type { NewGrant, Subject } from './Subject';

/** What a request asks for, as it stands in the plan's hash. */
export function desiredOf(subject: Subject): JsonObject {
  // Whose component it was when people agreed is part of what they agreed to.
  const grants = (list: readonly NewGrant[]) =>
    list.map(({ principal, role, owner, uid }) =>
      [principal, role, owner, uid].join(' '),
    );
  return {
    name: subject.name,
    owner: subject.owner,
    system: subject.system ?? null,
    spec: subject.desired ?? null,
    add: grants(subject.grants.add),
    remove: grants(subject.grants.remove),
  };
}
