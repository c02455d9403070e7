import type { Knex } from 'knex';

/** How many of each kind are looked at: enough to say who is in the way. */
const MOST = 50;
/** Sorts after everything that a name can have. */
const LAST = '\u{10FFFF}';
const NO_RESOURCE = '00000000-0000-0000-0000-000000000000';

/** The prefixes asked for, as a table. */
const RANGES =
  'unnest(?::int[], ?::text[], ?::text[], ?::text[], ?::uuid[]) AS a(asker, low, high, owner, resource)';

/** Names that a request asks for on an instance, or that are to be looked at for it; normalised. */
export interface AskedNames {
  /** The resource that they are for; what it has itself is left out. */
  resourceId?: string;
  owner: string;
  /** The name that is to be its own. */
  name?: string;
  prefixes: readonly string[];
}

/** A prefix that somebody claims. */
export interface OverlappingClaim {
  prefix: string;
  normalised: string;
  /** The name of the resource that claims it. */
  name: string;
  owner: string;
}

/** A name that somebody has. */
export interface CoveredName {
  name: string;
  owner: string;
  /** The prefix asked for that it begins with, normalised. */
  prefix: string;
}

/** What others have, and the same owner for other resources, that overlaps with what is asked for. */
export interface Overlaps {
  /** Prefixes that a name or prefix asked for begins with, or that begin with a prefix asked for. */
  claims: OverlappingClaim[];
  /** Names that begin with a prefix asked for: some of other owners, and some of the same. */
  names: CoveredName[];
}

/** Of many at once, on one instance; the answer is in the same order. */
export async function readOverlaps(
  knex: Knex,
  instance: string,
  asked: readonly AskedNames[],
): Promise<Overlaps[]> {
  // One after the other: in a transaction there is one connection for all of them.
  const covering = await readCovering(knex, instance, asked);
  const within = await readWithin(knex, instance, asked);
  const names = await readNames(knex, instance, asked);
  return asked.map(({ resourceId, name, prefixes }, index) => {
    const wanted = [...(name === undefined ? [] : [name]), ...prefixes];
    const claims = [
      ...covering.filter(({ normalised }) =>
        wanted.some(each => each.startsWith(normalised)),
      ),
      ...within.filter(({ asker }) => asker === index),
    ].filter(({ resource }) => !resourceId || resource !== resourceId);
    const distinct = new Map(
      claims.map(({ prefix, normalised, name: holder, owner }) => [
        JSON.stringify([prefix, holder]),
        { prefix, normalised, name: holder, owner },
      ]),
    );
    return {
      claims: [...distinct.values()].sort((left, right) =>
        left.normalised < right.normalised ? -1 : 1,
      ),
      names: names.filter(({ asker }) => asker === index),
    };
  });
}

type ClaimRow = OverlappingClaim & { resource: string | null };

/** One look into the index per beginning of what is asked for. */
async function readCovering(
  knex: Knex,
  instance: string,
  asked: readonly AskedNames[],
): Promise<ClaimRow[]> {
  const beginnings = new Set(
    asked.flatMap(({ name, prefixes }) =>
      [...(name === undefined ? [] : [name]), ...prefixes].flatMap(
        beginningsOf,
      ),
    ),
  );
  if (beginnings.size === 0) {
    return [];
  }
  return knex('name_claims')
    .where({ instance })
    .whereNull('released_at')
    .whereRaw('normalised_prefix = ANY(?::text[])', [[...beginnings]])
    .select(
      'prefix',
      'normalised_prefix as normalised',
      'name',
      'owner',
      'resource_id as resource',
    );
}

function beginningsOf(text: string): string[] {
  let beginning = '';
  return Array.from(text, character => {
    beginning += character;
    return beginning;
  });
}

/** A range of the index per prefix asked for. */
async function readWithin(
  knex: Knex,
  instance: string,
  asked: readonly AskedNames[],
): Promise<(ClaimRow & { asker: number })[]> {
  const ranges = rangesOf(asked);
  if (ranges.length === 0) {
    return [];
  }
  // Other owners' first: they are what must not be missed among many.
  const { rows } = await knex.raw<{ rows: (ClaimRow & { asker: number })[] }>(
    `SELECT a.asker, x.* FROM ${RANGES} CROSS JOIN LATERAL (
       SELECT c.prefix, c.normalised_prefix AS normalised, c.name, c.owner, c.resource_id AS resource
       FROM name_claims c
       WHERE c.instance = ? AND c.released_at IS NULL
         AND c.normalised_prefix ~>=~ a.low AND c.normalised_prefix ~<~ a.high
       ORDER BY c.owner = a.owner LIMIT ${MOST}) x`,
    [...columnsOf(ranges), instance],
  );
  return rows;
}

async function readNames(
  knex: Knex,
  instance: string,
  asked: readonly AskedNames[],
): Promise<(CoveredName & { asker: number })[]> {
  const ranges = rangesOf(asked);
  if (ranges.length === 0) {
    return [];
  }
  const some = (whose: '<>' | '=') => `(
    SELECT v.name, q.owner
    FROM reservations v
    JOIN requests q ON q.id = v.request_id
    WHERE v.instance = ? AND v.released_at IS NULL
      AND v.normalised_name ~>=~ a.low AND v.normalised_name ~<~ a.high
      AND v.resource_id IS DISTINCT FROM a.resource
      AND q.owner ${whose} a.owner
    LIMIT ${MOST})`;
  const { rows } = await knex.raw<{
    rows: (CoveredName & { asker: number })[];
  }>(
    `SELECT a.asker, a.low AS prefix, x.* FROM ${RANGES}
     CROSS JOIN LATERAL (${some('<>')} UNION ALL ${some('=')}) x
     ORDER BY x.name`,
    [...columnsOf(ranges), instance, instance],
  );
  return rows;
}

interface Range {
  asker: number;
  low: string;
  owner: string;
  resource: string;
}

function rangesOf(asked: readonly AskedNames[]): Range[] {
  return asked.flatMap(({ prefixes, owner, resourceId }, asker) =>
    prefixes.map(low => ({
      asker,
      low,
      owner,
      resource: resourceId ?? NO_RESOURCE,
    })),
  );
}

function columnsOf(ranges: readonly Range[]): (number[] | string[])[] {
  return [
    ranges.map(({ asker }) => asker),
    ranges.map(({ low }) => low),
    ranges.map(({ low }) => `${low}${LAST}`),
    ranges.map(({ owner }) => owner),
    ranges.map(({ resource }) => resource),
  ];
}
