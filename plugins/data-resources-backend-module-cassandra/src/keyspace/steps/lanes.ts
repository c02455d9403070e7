import type { StepLanes } from '@data-resources/plugin-data-resources-node';
import type { StepKind } from './StepArgs';

/** Kinds that change the schema. */
const CHANGE_THE_SCHEMA: ReadonlySet<string> = new Set<StepKind>([
  'create-keyspace',
  'alter-keyspace',
  'create-object',
  'drop-keyspace',
]);

/** What has to be there before the step; see {@link StepLanes.needs}. */
const NEEDS: { readonly [kind: string]: readonly StepKind[] | undefined } = {
  'ensure-logins': [],
  'grant-role': ['create-group-roles', 'ensure-logins'],
} satisfies { [K in StepKind]?: readonly StepKind[] };

/**
 * Schema changes go one after another; while one batch of them is looked at before and after, the
 * changes of the other go on. Roles and permissions are made beside them.
 */
export const lanes: StepLanes = {
  laneOf: kind =>
    CHANGE_THE_SCHEMA.has(kind)
      ? { name: 'schema', batches: 2 }
      : { name: kind, batches: 1 },
  needs: kind => (Object.hasOwn(NEEDS, kind) ? NEEDS[kind] : undefined),
};
