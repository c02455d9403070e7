import { describeAcl } from '../../client/acls';
import type { Acl } from '../../client/acls';

const EVERYBODY = 'User:*';
const EVERYWHERE = '*';
const EVERYTHING = 'ALL';

/**
 * The DENY that leaves an ALLOW without any effect. Kafka looks at all DENYs that match a
 * request before it looks at an ALLOW, however exact that is.
 */
export function overruledBy(
  allowed: Acl,
  acls: readonly Acl[],
): Acl | undefined {
  return denialsOf(acls).find(
    ({ principal, host, operation }) =>
      [allowed.principal, EVERYBODY].includes(principal) &&
      [allowed.host, EVERYWHERE].includes(host) &&
      [allowed.operation, EVERYTHING].includes(operation),
  );
}

/** The DENYs that take a part of what an ALLOW gives: from some hosts, to some, or some of ALL. */
export function narrowedBy(allowed: Acl, acls: readonly Acl[]): Acl[] {
  return denialsOf(acls).filter(
    ({ principal, host, operation }) =>
      meet(allowed.principal, principal, EVERYBODY) &&
      meet(allowed.host, host, EVERYWHERE) &&
      meet(allowed.operation, operation, EVERYTHING),
  );
}

/** As it stands in a sentence. */
export function quoted(acl: Acl): string {
  return `"${describeAcl(acl)}"`;
}

function denialsOf(acls: readonly Acl[]): Acl[] {
  return acls.filter(({ permission }) => permission === 'DENY');
}

/** Whether there is something that both are about. */
function meet(left: string, right: string, all: string): boolean {
  return left === right || left === all || right === all;
}
