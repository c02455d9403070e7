import type { EffectiveAccess } from '@data-resources/plugin-data-resources-node';
import { isWildcard } from '../../client/acls';
import type { Acl } from '../../client/acls';
import {
  decide,
  EVERYBODY,
  EVERYTHING,
  EVERYWHERE,
  impliedBy,
  TOPIC_OPERATIONS,
} from './decide';
import type { Operation } from './decide';
import { narrowedBy, quoted } from './denials';

/** No principal and no host is called like this, so that it stands for all that nobody names. */
const ANY_OTHER = '';

interface Way {
  rights: Operation[] | [`DENY ${Operation}`];
  implied: Operation[];
  via: string;
}

/**
 * Everybody whom ACLs let in, or keep out, with what each ACL really gives: what a DENY takes, an
 * ALLOW does not give, and what Kafka gives along with an operation is told as implied.
 *
 * @param acls - those that cover the topic, or names that it claims
 * @param around - all that are about the same names, of which a DENY counts
 */
export function waysIn(
  acls: readonly Acl[],
  ownPrincipal: string | undefined,
  around = acls,
): EffectiveAccess[] {
  const ways = new Map<string, EffectiveAccess>();
  for (const acl of acls) {
    const { rights, implied, via } = wayOf(acl, around);
    const key = `${acl.principal} ${via}`;
    const way = ways.get(key) ?? {
      login: acl.principal,
      rights: [],
      via,
      ...(acl.patternType === 'PREFIXED' ? { prefix: acl.resourceName } : {}),
      ...(acl.principal === ownPrincipal ? { internal: true } : {}),
    };
    way.rights.push(...rights);
    if (implied.length > 0) {
      way.implied = [...new Set([...(way.implied ?? []), ...implied])];
    }
    ways.set(key, way);
  }
  return [...ways.values()].map(withoutRepeats);
}

function wayOf(acl: Acl, acls: readonly Acl[]): Way {
  const via = describePattern(acl);
  if (acl.permission === 'DENY') {
    return {
      rights: [`DENY ${acl.operation}`],
      implied: [],
      via: `${via}; it comes before every ALLOW`,
    };
  }
  const { left, denial } = leftOf(acl, acls);
  const implied = impliedBy(acl.operation).filter(each => left.includes(each));
  if (denial) {
    return {
      rights: [],
      implied,
      via: `${via} for ${acl.operation}, ${
        implied.length > 0 ? `of which ${implied} is left` : 'without effect'
      }: ${quoted(denial)} comes before every ALLOW`,
    };
  }
  const exceptions = narrowedBy(acl, acls);
  return {
    rights: [acl.operation],
    implied,
    via:
      exceptions.length > 0
        ? `${via}, but for ${exceptions.map(quoted).join(' and ')}`
        : via,
  };
}

/** What an ALLOW gives to somebody whom no DENY names, and the DENY that takes what it says. */
function leftOf(
  acl: Acl,
  acls: readonly Acl[],
): { left: Operation[]; denial?: Acl } {
  const asking = {
    principal: acl.principal === EVERYBODY ? ANY_OTHER : acl.principal,
    host: acl.host === EVERYWHERE ? ANY_OTHER : acl.host,
  };
  const denials = acls.filter(({ permission }) => permission === 'DENY');
  const said =
    acl.operation === EVERYTHING ? TOPIC_OPERATIONS : [acl.operation];
  if (denials.length === 0) {
    return { left: [...said, ...impliedBy(acl.operation)] };
  }
  const verdicts = new Map(
    [...said, ...impliedBy(acl.operation)].map(operation => [
      operation,
      decide([...denials, acl], { ...asking, operation }),
    ]),
  );
  return {
    left: [...verdicts]
      .filter(([, { allowed }]) => allowed)
      .map(([operation]) => operation),
    denial: said.some(operation => verdicts.get(operation)?.allowed)
      ? undefined
      : verdicts.get(said[0])?.by,
  };
}

/** What is said need not be implied as well. */
function withoutRepeats(way: EffectiveAccess): EffectiveAccess {
  const { implied, ...rest } = way;
  const more = implied?.filter(operation => !way.rights.includes(operation));
  return more?.length ? { ...rest, implied: more } : rest;
}

function describePattern(acl: Acl): string {
  const host = acl.host === '*' ? '' : ` from host ${acl.host}`;
  if (isWildcard(acl)) {
    return `ACL on every topic${host}`;
  }
  return `${acl.patternType.toLowerCase()} ACL on topic ${
    acl.resourceName
  }${host}`;
}
