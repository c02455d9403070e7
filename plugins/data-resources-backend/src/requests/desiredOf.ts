import type { JsonObject } from '@backstage/types';
import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import type { Subject } from './Subject';

/** What a request asks for, as it stands in the plan's hash. */
export function desiredOf(subject: Subject): JsonObject {
  const grants = (list: readonly PlannedGrant[]) =>
    list.map(({ principal, role }) => `${principal} ${role}`);
  return {
    name: subject.name,
    owner: subject.owner,
    system: subject.system ?? null,
    spec: subject.desired ?? null,
    add: grants(subject.grants.add),
    remove: grants(subject.grants.remove),
  };
}
