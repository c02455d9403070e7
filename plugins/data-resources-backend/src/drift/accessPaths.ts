import type { Change } from '@data-resources/plugin-data-resources-node';

/** Whether a change is about who reaches the object, and not about its settings. */
export function isAccess({ path }: Pick<Change, 'path'>): boolean {
  return path.startsWith('access.');
}

/** Whether a change shows a way in that the portal did not make and never takes away. */
export function isForeignAccess(change: Change): boolean {
  return isAccess(change) && change.kind === 'unsupported';
}
