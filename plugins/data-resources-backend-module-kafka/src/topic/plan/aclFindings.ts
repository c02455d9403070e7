import type {
  Finding,
  PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import { describeAcl, isWildcard } from '../../client/acls';
import type { Acl } from '../../client/acls';
import { principalsOf } from '../roleAcls';

const POLICY = 'kafka/foreign-acl';
const MOST_SHOWN = 5;

/**
 * ACLs of others that a new topic would fall under: Kafka keeps ACLs for names that do not
 * exist, and who has one is in as soon as there is a topic.
 */
export function foreignAclFindings(
  name: string,
  acls: readonly Acl[],
  grants: readonly PlannedGrant[],
  ownPrincipal: string | undefined,
): Finding[] {
  const { literal, broad } = foreignAcls(acls, grants, ownPrincipal);
  const findings: Finding[] = [];
  if (literal.length > 0) {
    findings.push({
      policy: POLICY,
      effect: 'deny',
      path: 'name',
      message: `ACLs that nobody here asked for already wait for a topic '${name}': ${listAcls(
        literal,
      )}. Choose another name, or have them removed with kafka-acls.sh --remove --topic ${name}.`,
    });
  }
  if (broad.length > 0) {
    findings.push({
      policy: POLICY,
      effect: 'warn',
      path: 'name',
      message: `The topic will also be under ${listAcls(
        broad,
      )}, which no grant of this request gives.`,
    });
  }
  return findings;
}

/** ACLs on topics that are neither the portal's own nor of these grants. */
export function foreignAcls(
  acls: readonly Acl[],
  grants: readonly PlannedGrant[],
  ownPrincipal: string | undefined,
): {
  /** For the name alone. */
  literal: Acl[];
  /** Prefixed ones, and those on every topic. */
  broad: Acl[];
} {
  const ours = new Set(grants.flatMap(({ login }) => principalsOf(login)));
  const foreign = acls.filter(
    ({ resourceType, principal }) =>
      resourceType === 'TOPIC' &&
      principal !== ownPrincipal &&
      !ours.has(principal),
  );
  const literal = foreign.filter(
    acl => acl.patternType === 'LITERAL' && !isWildcard(acl),
  );
  return { literal, broad: foreign.filter(acl => !literal.includes(acl)) };
}

/** As people read them; of many only the first. */
export function listAcls(acls: readonly Acl[]): string {
  const more = acls.length - MOST_SHOWN;
  const shown = acls.slice(0, MOST_SHOWN).map(describeAcl).join('; ');
  return more > 0 ? `${shown}; and ${more} more` : shown;
}
