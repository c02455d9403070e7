import type {
  EffectiveAccess,
  ResourceType,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { baseOfLogin } from '../logins/baseOfLogin';

/** Where rights are given for all names that begin alike. */
interface Place {
  instance: string;
  type: ResourceType | undefined;
}

/**
 * Which ways in a grant gives on another resource of the portal, which has claimed the prefix: they are
 * nobody's drift.
 */
export async function claimedAccess(
  knex: Knex,
  { instance, type }: Place,
  access: Iterable<readonly EffectiveAccess[]>,
): Promise<(way: EffectiveAccess) => boolean> {
  const prefixes = new Set(
    [...access]
      .flat()
      .flatMap(({ prefix, internal }) => (prefix && !internal ? prefix : [])),
  );
  if (!type?.claims || prefixes.size === 0) {
    return () => false;
  }
  const key = (prefix: string, base: string) => JSON.stringify([prefix, base]);
  const rows: { prefix: string; login_base: string }[] = await knex(
    'name_claims as c',
  )
    .join('grants as g', 'g.resource_id', 'c.resource_id')
    .where('c.instance', instance)
    .whereNull('c.released_at')
    .whereRaw('c.normalised_prefix = ANY(?::text[])', [
      [...prefixes].map(prefix => type.normaliseName(prefix)),
    ])
    .whereNot('g.state', 'revoked')
    .distinct('c.prefix', 'g.login_base');
  const given = new Set(
    rows.map(({ prefix, login_base }) => key(prefix, login_base)),
  );
  return ({ prefix, login }) =>
    prefix !== undefined && given.has(key(prefix, baseOfLogin(login)));
}
