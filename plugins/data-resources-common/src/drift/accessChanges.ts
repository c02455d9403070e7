import type { Change } from '../schema/openapi/generated/models';

const PREFIX = 'access.';

/**
 * Whether a change is about who reaches the object, and not about its settings.
 *
 * @public
 */
export function isAccess({ path }: Pick<Change, 'path'>): boolean {
  return path.startsWith(PREFIX);
}

/**
 * Whether a change shows a way in that the portal did not make and never takes away.
 *
 * @public
 */
export function isForeignAccess(
  change: Pick<Change, 'path' | 'kind'>,
): boolean {
  return isAccess(change) && change.kind === 'unsupported';
}

/**
 * Who and what a change of access is about, for people.
 *
 * @public
 */
export function accessOf({ path }: Pick<Change, 'path'>): string {
  return path.slice(PREFIX.length);
}
