import type { ResourceRow } from '../database/rows';

/** What a drift pass reads of a resource: there are thousands, and each column is to be parsed. */
export const DRIFT_COLUMNS = [
  'id',
  'type',
  'instance',
  'environment',
  'name',
  'spec',
  'identity',
  'generation',
  'phase',
  'conditions',
  'drift',
  'access_baseline',
  'active_request_id',
] as const satisfies readonly (keyof ResourceRow)[];

/** A resource as a drift pass has read it. */
export type DriftRow = Pick<ResourceRow, (typeof DRIFT_COLUMNS)[number]>;
