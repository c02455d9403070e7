import type {
  Finding,
  PlanInput,
  PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import { isCreating, schemaOf } from '../type/roles';
import type { DatabaseSpec } from '../type/specSchema';
import type { SchemaDifferences } from './differences';
import { closedFindings, deny } from './findings';

/** Whether grants can be given beside those that are there. */
export function grantFindings(input: PlanInput<DatabaseSpec>): Finding[] {
  const { add, keep } = input.grants;
  return [
    ...closedFindings(input, add),
    ...add.flatMap((grant, index) =>
      worksAsAnother(grant, [...keep, ...add.slice(0, index)]),
    ),
  ];
}

/** A session begins as one role, so that what it makes has one owner. */
function worksAsAnother(
  { principal, role }: PlannedGrant,
  others: readonly PlannedGrant[],
): Finding[] {
  const other = others.find(
    each =>
      each.principal === principal &&
      each.role !== role &&
      isCreating(each.role),
  );
  return isCreating(role) && other
    ? [
        deny(
          'one-owner',
          'role',
          `${principal} is ${other.role} already, and works as that group: what it makes has one owner. Revoke that first, or let ${principal} be writer where it does not create`,
        ),
      ]
    : [];
}

/** Whoever has a role on a schema that is dropped would lose it without a word. */
export function droppedGrantFindings(
  { grants }: PlanInput<DatabaseSpec>,
  { drop }: SchemaDifferences,
): Finding[] {
  return drop.flatMap(schema => {
    const held = grants.keep.filter(({ role }) => schemaOf(role) === schema);
    return held.length === 0
      ? []
      : deny(
          'schema-granted',
          'spec.schemas',
          `${held
            .map(({ principal, role }) => `${principal} is ${role}`)
            .join(', ')}; revoke that before the schema ${schema} is dropped`,
        );
  });
}
