import type {
  Change,
  PlanInput,
  PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import { operationsOf } from '../roleAcls';

/**
 * The access that a plan gives and takes.
 *
 * @param lasting - false where what is taken comes back, or what is given was there before
 */
export function grantChanges(
  { add, remove }: PlanInput['grants'],
  lasting = true,
): Change[] {
  return [
    ...add.map(
      (grant): Change => ({
        path: pathOf(grant),
        to: operationsOf(grant.role),
        kind: lasting ? 'create' : 'in-place',
      }),
    ),
    ...remove.map(
      (grant): Change => ({
        path: pathOf(grant),
        from: operationsOf(grant.role),
        kind: lasting ? 'destructive' : 'in-place',
      }),
    ),
  ].sort((left, right) => (left.path < right.path ? -1 : 1));
}

function pathOf({ principal, role }: PlannedGrant): string {
  return `grants.${principal}.${role}`;
}
