import { actions } from '../actions';
import type { Lab } from '../Lab';
import type { PartResult } from '../Report';
import { crowd } from './crowds';
import { killAtMoments } from './moments';

/** What a part needs to know of the run. */
export interface PartOptions {
  short: boolean;
  kills: number;
}

const parts = {
  crowd: (lab: Lab, { short }: PartOptions) => crowd(lab, short ? 1 : 3),
  moments: (lab: Lab, { short }: PartOptions) =>
    killAtMoments(lab, { actions, limit: short ? 12 : undefined }),
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
