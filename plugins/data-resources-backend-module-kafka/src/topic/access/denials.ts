import { describeAcl } from '../../client/acls';
import type { Acl } from '../../client/acls';
import { EVERYBODY, EVERYTHING, EVERYWHERE, impliedBy } from './decide';

/**
 * The DENYs that take a part of what an ALLOW gives: from some hosts, to some, of what its
 * operation implies, or some of ALL.
 */
export function narrowedBy(allowed: Acl, acls: readonly Acl[]): Acl[] {
  const given = [allowed.operation, ...impliedBy(allowed.operation)];
  return acls.filter(
    ({ permission, principal, host, operation }) =>
      permission === 'DENY' &&
      meet(allowed.principal, principal, EVERYBODY) &&
      meet(allowed.host, host, EVERYWHERE) &&
      given.some(each => meet(each, operation, EVERYTHING)),
  );
}

/** As it stands in a sentence. */
export function quoted(acl: Acl): string {
  return `"${describeAcl(acl)}"`;
}

/** Whether there is something that both are about. */
function meet(left: string, right: string, all: string): boolean {
  return left === right || left === all || right === all;
}
