import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { fieldPath } from '@data-resources/plugin-data-resources-node';
import { QUOTA_KEYS } from '../quotas/quotas';
import type { QuotaConfig, QuotaKey, Quotas } from '../quotas/quotas';
import { configPath } from './configPath';

const EXAMPLES = {
  group: 'group:default/payments',
  component: 'component:default/payments-api',
};
const PARTS = ['default', 'teams', 'principals'] as const;
/** Kafka takes fractions of the others. */
const WHOLE: readonly QuotaKey[] = ['producer_byte_rate', 'consumer_byte_rate'];

/**
 * Reads `limits.quotas`; undefined where there is none: then the portal leaves quotas alone.
 *
 * @param limits - the instance's `limits`
 * @throws InputError with the path of what is wrong
 */
export function readQuotas(
  limits: Config | undefined,
): QuotaConfig | undefined {
  // Entity refs are no keys that `Config` itself would read.
  const value: unknown = limits?.getOptional('quotas');
  if (!limits || value === undefined) {
    return undefined;
  }
  const path = configPath(limits, 'quotas');
  const quotas = readObject(value, path);
  checkKeys(quotas, PARTS, path);
  return {
    default: readOf(quotas.default ?? {}, `${path}.default`),
    teams: readByRef(quotas.teams, `${path}.teams`, 'group'),
    principals: readByRef(quotas.principals, `${path}.principals`, 'component'),
  };
}

function readByRef(
  value: unknown,
  path: string,
  kind: 'group' | 'component',
): Map<string, Quotas> {
  const found = new Map<string, Quotas>();
  for (const [ref, quotas] of Object.entries(readObject(value ?? {}, path))) {
    const at = pathTo(path, ref);
    if (!new RegExp(`^${kind}:[^:/\\s]+/[^:/\\s]+$`, 'i').test(ref)) {
      throw new InputError(
        `${at} is no full ref of a ${kind}; expected e.g. '${EXAMPLES[kind]}'`,
      );
    }
    const key = ref.toLowerCase();
    if (found.has(key)) {
      throw new InputError(`${at} stands there twice; refs know no case`);
    }
    found.set(key, readOf(quotas, at));
  }
  return found;
}

function readOf(value: unknown, path: string): Quotas {
  const given = readObject(value, path);
  checkKeys(given, QUOTA_KEYS, path);
  return Object.fromEntries(
    QUOTA_KEYS.filter(key => given[key] !== undefined).map(key => [
      key,
      readNumber(given[key], key, `${path}.${key}`),
    ]),
  );
}

function readNumber(value: unknown, key: QuotaKey, path: string): number {
  const number =
    typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const whole = WHOLE.includes(key);
  if (
    typeof number !== 'number' ||
    !(number > 0 && number <= Number.MAX_SAFE_INTEGER) ||
    (whole && !Number.isInteger(number))
  ) {
    throw new InputError(
      `${path} is ${JSON.stringify(value)}; expected ${
        whole ? 'a whole number of 1 or more' : 'a number above 0'
      }`,
    );
  }
  return number;
}

function readObject(value: unknown, path: string): { [key: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(
      `${path} is ${JSON.stringify(value)}; expected an object`,
    );
  }
  return value as { [key: string]: unknown };
}

function checkKeys(
  value: { [key: string]: unknown },
  known: readonly string[],
  path: string,
): void {
  const other = Object.keys(value).find(key => !known.includes(key));
  if (other !== undefined) {
    throw new InputError(
      `${path}.${other} is no known setting; expected ${known.join(', ')}`,
    );
  }
}

/** Refs hold what would not stand in a path as it is. */
function pathTo(path: string, ref: string): string {
  const part = fieldPath([ref]);
  return part.startsWith('[') ? `${path}${part}` : `${path}.${part}`;
}
