import type { JsonObject } from '@backstage/types';
import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';

/** The quotas that Kafka knows for a user, in its own words. Each counts on every broker by itself. */
export const QUOTA_KEYS = [
  'producer_byte_rate',
  'consumer_byte_rate',
  'request_percentage',
  'controller_mutation_rate',
] as const;

/** One of Kafka's quotas for a user. */
export type QuotaKey = (typeof QUOTA_KEYS)[number];

/** Kafka's quotas of one user. A type, so that it is JSON in a step's arguments. */
export type Quotas = { [key in QuotaKey]?: number };

/** Which quotas the logins of an instance have; of several that are meant, the most exact counts. */
export interface QuotaConfig {
  /** Of every principal. */
  default: Quotas;
  /** Of principals that a group owns, by its full ref. */
  teams: ReadonlyMap<string, Quotas>;
  /** Of single principals, by their full refs. */
  principals: ReadonlyMap<string, Quotas>;
}

/** The quotas of a principal's logins: for each key that of the principal, of its team, or the default. */
export function quotasOf(
  { principal, owner }: Pick<PlannedGrant, 'principal' | 'owner'>,
  config: QuotaConfig,
): Quotas {
  return {
    ...config.default,
    ...(owner === undefined ? {} : config.teams.get(owner)),
    ...config.principals.get(principal),
  };
}

/** As they stand among the limits of the instance, which everybody may read. */
export function quotasAsLimits(config: QuotaConfig): JsonObject {
  return {
    default: config.default,
    teams: Object.fromEntries(config.teams),
    principals: Object.fromEntries(config.principals),
  };
}

/** The opposite of {@link quotasAsLimits}; none where the portal leaves quotas alone. */
export function quotasFromLimits({ quotas }: JsonObject): QuotaConfig {
  const known = (quotas ?? {}) as {
    default?: Quotas;
    teams?: { [owner: string]: Quotas };
    principals?: { [principal: string]: Quotas };
  };
  return {
    default: known.default ?? {},
    teams: new Map(Object.entries(known.teams ?? {})),
    principals: new Map(Object.entries(known.principals ?? {})),
  };
}

/** As Kafka's own tools write them, in one order: `producer_byte_rate=1048576`. */
export function quotaLines(quotas: Quotas): string[] {
  return QUOTA_KEYS.flatMap(key =>
    quotas[key] === undefined ? [] : [`${key}=${quotas[key]}`],
  );
}
