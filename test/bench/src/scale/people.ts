import type { Organisation } from '../organisation';

/** Owns a tenth of everything, however much there is. */
export const BIG_TEAM = 'team-1';
/** Owns as much as any of the many others. */
export const SMALL_TEAM = 'team-2';

/** Whose lists are measured. */
export const readers = {
  'platform-lead': 'sees everything',
  'big-member': 'of a group that owns a tenth',
  'small-member': 'of one group of many',
  'security-officer': 'approves a twentieth, owns nothing',
} as const;

export type Reader = keyof typeof readers;

export const people: Organisation = {
  users: {
    'platform-lead': ['platform'],
    'big-member': [BIG_TEAM],
    'small-member': [SMALL_TEAM],
    'security-officer': ['security'],
  },
};
