import { isWildcard } from '../../client/acls';
import type { Acl } from '../../client/acls';
import type { AclIndex } from '../../client/AclIndex';

/**
 * ACLs on names that the topic claims besides its own, and that do not cover the topic itself: by the
 * prefix that they are on, with all that those names are under.
 */
export function aclsBesides(
  name: string,
  prefixes: readonly string[],
  index: AclIndex,
): { acls: Acl[]; around: Acl[] }[] {
  const besides = prefixes
    .flatMap(prefix => index.overlapping(prefix))
    .filter(({ resourceName }) => !name.startsWith(resourceName));
  const places = new Set(besides.map(({ resourceName }) => resourceName));
  return [...places].sort().map(place => ({
    acls: [
      ...new Set(besides.filter(({ resourceName }) => resourceName === place)),
    ],
    around: index
      .covering(place)
      .filter(acl => acl.patternType === 'PREFIXED' || isWildcard(acl)),
  }));
}
