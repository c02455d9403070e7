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

/** What it reads of those of which the engine may tell that nothing has changed. */
export const LINE_COLUMNS = [
  'id',
  'type',
  'name',
  'phase',
  'active_request_id',
] as const satisfies readonly (typeof DRIFT_COLUMNS)[number][];

interface Versioned {
  /** Another one after each change of the resource or of a grant on it. */
  version: string;
}

/** A resource as a drift pass has read it. */
export type DriftRow = Pick<ResourceRow, (typeof DRIFT_COLUMNS)[number]> &
  Versioned;

/** A part of it. */
export type DriftLine = Pick<ResourceRow, (typeof LINE_COLUMNS)[number]> &
  Versioned;
