import { actions } from '../actions';
import type { Lab } from '../Lab';
import type { PartResult } from '../Report';
import { crowd } from './crowds';
import { restartDatabase } from './database';
import { killAtMoments } from './moments';
import { outages } from './outages';
import { killAtRandom } from './randomKills';
import { suspendReplicas } from './replicas';
import { shutDown } from './shutdown';

/** What a part needs to know of the run. */
export interface PartOptions {
  short: boolean;
  kills: number;
  /** Of the moments, only those whose name matches. */
  match?: RegExp;
}

const parts = {
  crowd: (lab: Lab, { short }: PartOptions) => crowd(lab, short ? 1 : 3),
  moments: (lab: Lab, { short, match }: PartOptions) =>
    killAtMoments(lab, { actions, limit: short ? 8 : undefined, match }),
  kills: (lab: Lab, { kills }: PartOptions) => killAtRandom(lab, kills),
  replicas: (lab: Lab, { short }: PartOptions) =>
    suspendReplicas(lab, short ? { limit: 1, pauses: 0 } : { pauses: 5 }),
  shutdown: (lab: Lab, { short }: PartOptions) => shutDown(lab, short ? 1 : 5),
  database: (lab: Lab, { short }: PartOptions) =>
    restartDatabase(lab, short ? 1 : 5),
  outages: (lab: Lab, { short }: PartOptions) => outages(lab, short ? 1 : 3),
} satisfies Record<
  string,
  (lab: Lab, options: PartOptions) => Promise<PartResult>
>;

/** Name of a part, as `--only` takes it. */
export type PartName = keyof typeof parts;

export const partNames = Object.keys(parts) as PartName[];

export function partOf(name: PartName) {
  return parts[name];
}
