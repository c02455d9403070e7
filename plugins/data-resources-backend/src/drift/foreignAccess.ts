import type {
  Change,
  EffectiveAccess,
  PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import { isLoginOf } from '../logins/isLoginOf';

/** Ways in that no grant of the object gives, and that are not the engine's own. */
export function withoutGrants(
  access: readonly EffectiveAccess[],
  grants: readonly Pick<PlannedGrant, 'login' | 'role'>[],
): EffectiveAccess[] {
  return access.filter(
    ({ internal, login, roles }) =>
      !internal &&
      !grants.some(
        grant =>
          isLoginOf(grant.login.base, login) &&
          (roles === undefined || roles.includes(grant.role)),
      ),
  );
}

/** A right that was not there before, and all ways in which the engine gives it. */
export interface NewRight {
  /** `access.<login>.<right>` */
  path: string;
  via: string;
}

/** Of one way in the rights that a baseline does not have. */
export function unknownTo(
  baseline: readonly EffectiveAccess[],
): (way: EffectiveAccess) => string[] {
  const key = (login: string, via: string, right: string) =>
    JSON.stringify([login, via, right]);
  const known = new Set(
    baseline.flatMap(({ login, via, rights }) =>
      rights.map(right => key(login, via, right)),
    ),
  );
  return ({ login, via, formerly = via, rights }) =>
    rights.filter(
      right =>
        !known.has(key(login, via, right)) &&
        !known.has(key(login, formerly, right)),
    );
}

/** Rights that the baseline does not have. */
export function newRights(
  access: readonly EffectiveAccess[],
  baseline: readonly EffectiveAccess[],
): NewRight[] {
  const unknown = unknownTo(baseline);
  const ways = new Map<string, string[]>();
  for (const way of access) {
    for (const right of unknown(way)) {
      const path = `access.${way.login}.${right}`;
      ways.set(path, [...(ways.get(path) ?? []), way.via]);
    }
  }
  // Engines list in any order, and the same must be the same plan.
  return [...ways]
    .map(([path, vias]) => ({ path, via: vias.sort().join('; ') }))
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** As drift: a change that nobody makes, for it is not ours. */
export function foreignChange({ path, via }: NewRight): Change {
  return { path, from: via, kind: 'unsupported' };
}

/** As part of an update that keeps it: the ledger takes note of it. */
export function keptChange({ path, via }: NewRight): Change {
  return { path, to: via, kind: 'in-place' };
}
