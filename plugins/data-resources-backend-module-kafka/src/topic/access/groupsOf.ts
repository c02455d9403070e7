import type { EffectiveAccess } from '@data-resources/plugin-data-resources-node';
import { isWildcard } from '../../client/acls';
import type { Acl } from '../../client/acls';
import { decide, EVERYBODY } from './decide';

/** What it takes to be a member of a group, and to read a topic. */
const READS = ['READ', 'ALL'];

/**
 * Adds to each way in that lets somebody read, which consumer groups they may do it in: `orders`,
 * of a prefix `orders…`, of all of them `*`.
 *
 * @param acls - all ACLs on groups
 */
export function withGroups(
  ways: readonly EffectiveAccess[],
  acls: readonly Acl[],
): EffectiveAccess[] {
  return ways.map(way => {
    if (way.internal || !way.rights.some(right => READS.includes(right))) {
      return way;
    }
    const groups = groupsOf(way.login, acls);
    return groups.length > 0 ? { ...way, groups } : way;
  });
}

function groupsOf(login: string, acls: readonly Acl[]): string[] {
  const given = acls.filter(
    ({ permission, principal, operation }) =>
      permission === 'ALLOW' &&
      READS.includes(operation) &&
      [login, EVERYBODY].includes(principal),
  );
  return [
    ...new Set(
      given
        .filter(acl => {
          const covering = acls.filter(
            other => other.permission === 'DENY' && covers(other, acl),
          );
          return decide([...covering, acl], {
            principal: login === EVERYBODY ? '' : login,
            host: acl.host === '*' ? '' : acl.host,
            operation: 'READ',
          }).allowed;
        })
        .map(nameOf),
    ),
  ];
}

/** Whether one is about every name that the other is about. */
function covers(wide: Acl, narrow: Acl): boolean {
  if (isWildcard(wide)) {
    return true;
  }
  if (wide.patternType === 'PREFIXED') {
    return (
      !isWildcard(narrow) && narrow.resourceName.startsWith(wide.resourceName)
    );
  }
  return (
    narrow.patternType === 'LITERAL' &&
    narrow.resourceName === wide.resourceName
  );
}

function nameOf({ patternType, resourceName }: Acl): string {
  return patternType === 'PREFIXED' ? `${resourceName}…` : resourceName;
}
