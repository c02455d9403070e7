import type { OwnerHint } from '@data-resources/plugin-data-resources-node';
import { describeAcl, isWildcard } from '../../client/acls';
import type { Acl } from '../../client/acls';

const WRITING = new Set(['WRITE', 'ALL', 'ALTER', 'ALTER_CONFIGS', 'DELETE']);
const READING = new Set(['READ']);

/**
 * Who may own a topic, the strongest hint first: who may write to it and was named with this
 * topic, then who may write to all topics of a prefix, then those who read, consumer groups,
 * and how the name begins.
 *
 * @param groups - those that have offsets on it
 * @param ownPrincipal - the portal's login, which owns nothing
 */
export function ownerHints(
  name: string,
  acls: readonly Acl[],
  groups: readonly string[],
  ownPrincipal: string | undefined,
): OwnerHint[] {
  const named = acls.filter(
    acl =>
      acl.permission === 'ALLOW' &&
      acl.principal !== ownPrincipal &&
      acl.principal !== 'User:*' &&
      !isWildcard(acl),
  );
  const of = (operations: ReadonlySet<string>, pattern: Acl['patternType']) =>
    named
      .filter(
        ({ operation, patternType }) =>
          operations.has(operation) && patternType === pattern,
      )
      // The longest prefix says most about this topic.
      .sort(
        (left, right) => right.resourceName.length - left.resourceName.length,
      )
      .map(acl => ({
        value: acl.principal.replace(/^User:/, ''),
        source: `ACL: ${describeAcl(acl)}`,
      }));
  const hints = [
    ...of(WRITING, 'LITERAL'),
    ...of(WRITING, 'PREFIXED'),
    ...of(READING, 'LITERAL'),
    ...of(READING, 'PREFIXED'),
    ...groups.map(group => ({
      value: group,
      source: 'consumer group that has offsets on it',
    })),
    ...prefixHints(name),
  ];
  const first = new Map<string, OwnerHint>();
  for (const hint of hints) {
    if (!first.has(hint.value)) {
      first.set(hint.value, hint);
    }
  }
  return [...first.values()];
}

/** `payments.orders.v1` begins with `payments`. */
function prefixHints(name: string): OwnerHint[] {
  const prefix = /^([a-zA-Z0-9]+)[-._]/.exec(name)?.[1];
  return prefix
    ? [{ value: prefix, source: `the name begins with "${prefix}"` }]
    : [];
}
