import type {
  Finding,
  NameClaim,
} from '@data-resources/plugin-data-resources-node';
import { listSome } from '../../checks';
import { makesResource } from '../makesResource';
import type { Subject } from '../Subject';
import { claimsOfSubject, isNewClaim } from './claimsOf';
import type { OverlappingClaim, Overlaps } from './readOverlaps';

const POLICY = 'request/name-overlap';

/** What is known of the names that a request asks for. */
export interface NamesBasis {
  overlaps: Overlaps;
  /** Objects on the engine that begin with a prefix asked for, and that nobody manages. */
  unmanaged: readonly string[];
  /** Whether who asks may see what nobody manages. */
  namesUnmanaged: boolean;
}

/**
 * Who else has what overlaps with the names that a request asks for. Names of other owners are not told:
 * only whose they are, for not everybody may see them; a prefix is told where it is a beginning of
 * what was asked for.
 */
export function claimFindings(subject: Subject, basis: NamesBasis): Finding[] {
  const { planAction } = subject;
  const claims = claimsOfSubject(subject);
  if (planAction === 'quarantine' || planAction === 'delete') {
    return claims.flatMap(claim => remainFindings(subject, claim, basis));
  }
  return [
    ...(makesResource(subject.input.action)
      ? nameFindings(subject, basis)
      : []),
    ...claims.flatMap(claim => prefixFindings(subject, claim, basis)),
  ];
}

/** The new resource's own name, under prefixes of others. */
function nameFindings(
  { name, type, owner }: Subject,
  { overlaps }: NamesBasis,
): Finding[] {
  const normalised = type.normaliseName(name);
  return overlaps.claims
    .filter(claim => normalised.startsWith(claim.normalised))
    .map(claim =>
      claim.owner === owner
        ? told(
            'info',
            'name',
            `${name} begins with ${show(claim.prefix)}, which ${
              claim.name
            } of the same owner claims: who is granted a role there has it here as well`,
          )
        : told(
            'deny',
            'name',
            `name is ${show(name)}, and names that begin with ${show(
              claim.prefix,
            )} are claimed by ${
              claim.owner
            }: who is granted a role there would have it here as well. Choose a name that begins otherwise`,
          ),
    );
}

function prefixFindings(
  subject: Subject,
  claim: NameClaim,
  basis: NamesBasis,
): Finding[] {
  const { type, owner } = subject;
  const { overlaps } = basis;
  const mine = type.normaliseName(claim.prefix);
  const claims = overlaps.claims.filter(
    ({ normalised }) =>
      normalised.startsWith(mine) || mine.startsWith(normalised),
  );
  const names = overlaps.names.filter(({ prefix }) => prefix === mine);
  const isOther = (each: { owner: string }) => each.owner !== owner;
  const what = `${claim.path} is ${show(claim.prefix)}`;
  const { shorter, longer } = remediesOf(subject);
  const denied = [
    ...claims
      .filter(isOther)
      .map(
        other => `${what}, and ${describe(other, mine, { shorter, longer })}`,
      ),
    ...ownersOf(names.filter(isOther)).map(
      ([other, count]) =>
        `${what}, and ${some(count)} of ${other} ${
          count === 1 ? 'begins' : 'begin'
        } so: who is granted a role here would have it there as well. ${longer}`,
    ),
    ...claims
      .filter(other => !isOther(other) && other.normalised === mine)
      .map(
        other =>
          `${what}, which ${other.name} of the same owner claims already; a prefix belongs to one resource, so that what a grant there gives is never taken here. Ask for grants on ${other.name}, or choose another prefix`,
      ),
  ];
  return [...new Set(denied)]
    .map(message => told('deny', claim.path, message))
    .concat(
      isNewClaim(subject, claim)
        ? newPrefixFindings(subject, claim, basis)
        : [],
    );
}

/** What stands there when a prefix is asked for: later it may be what was made under it. */
function newPrefixFindings(
  { name, type, owner, instance }: Subject,
  { prefix, path }: NameClaim,
  { overlaps, unmanaged, namesUnmanaged }: NamesBasis,
): Finding[] {
  const mine = type.normaliseName(prefix);
  const begun = unmanaged.filter(each =>
    type.normaliseName(each).startsWith(mine),
  );
  const covered = overlaps.names.filter(
    each => each.owner === owner && each.prefix === mine,
  );
  const around = overlaps.claims.filter(
    each =>
      each.owner === owner &&
      each.normalised !== mine &&
      (each.normalised.startsWith(mine) || mine.startsWith(each.normalised)),
  );
  return [
    ...(begun.length > 0
      ? [
          told(
            'deny',
            path,
            `${path} is ${show(prefix)}, and ${
              begun.length
            } that nobody manages on ${instance.name} ${
              begun.length === 1 ? 'begins' : 'begin'
            } so${namesUnmanaged ? `: ${listSome(begun)}` : ''}. Have ${
              begun.length === 1 ? 'it' : 'them'
            } adopted first, or choose a longer prefix`,
          ),
        ]
      : []),
    ...(covered.length > 0
      ? [
          told(
            'info',
            path,
            `Of the same owner begin with ${show(prefix)}: ${listSome(
              covered.map(each => each.name),
            )}. Who is granted a role on ${name} has it there as well`,
          ),
        ]
      : []),
    ...(around.length > 0
      ? [
          told(
            'info',
            path,
            `Prefixes of the same owner overlap with ${show(
              prefix,
            )}: ${listSome(
              around.map(each => `${each.prefix} of ${each.name}`),
            )}`,
          ),
        ]
      : []),
  ];
}

/** Of what goes: what was made under its prefix does not go with it. */
function remainFindings(
  { name, type, owner }: Subject,
  { prefix, path }: NameClaim,
  { overlaps, unmanaged, namesUnmanaged }: NamesBasis,
): Finding[] {
  const mine = type.normaliseName(prefix);
  const kept = overlaps.names
    .filter(each => each.owner === owner && each.prefix === mine)
    .map(each => each.name);
  const rest = namesUnmanaged ? unmanaged : [];
  const hidden = unmanaged.length - rest.length;
  const list = [
    ...(kept.length + rest.length > 0 ? [listSome([...kept, ...rest])] : []),
    ...(hidden > 0 ? [`${hidden} that nobody manages`] : []),
  ];
  return list.length > 0
    ? [
        told(
          'info',
          path,
          `What begins with ${show(
            prefix,
          )} is not deleted with ${name}: ${list.join(
            ', and ',
          )}. Access to it by grants on ${name} goes`,
        ),
      ]
    : [];
}

function describe(
  { prefix, normalised, owner }: OverlappingClaim,
  mine: string,
  { shorter, longer }: { shorter: string; longer: string },
): string {
  return mine.startsWith(normalised)
    ? `names that begin with ${show(
        prefix,
      )} are claimed by ${owner}. ${shorter}`
    : `a part of the names that begin so is claimed by ${owner}. ${longer}`;
}

/** What would pass. */
function remediesOf({ input }: Subject): { shorter: string; longer: string } {
  if (makesResource(input.action) || input.action === 'update') {
    return {
      shorter: 'Choose one that begins otherwise, or none',
      longer: 'Choose a longer prefix that leaves them out, or none',
    };
  }
  const remedy = 'Have the prefix changed or removed by an update first';
  return { shorter: remedy, longer: remedy };
}

function ownersOf(names: readonly { owner: string }[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { owner } of names) {
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  return [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
}

function some(count: number): string {
  return count === 1 ? 'a name' : `${count} names`;
}

function show(text: string): string {
  return JSON.stringify(text);
}

function told(
  effect: Finding['effect'],
  path: string,
  message: string,
): Finding {
  return { policy: POLICY, effect, path, message };
}
