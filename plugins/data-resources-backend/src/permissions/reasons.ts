import {
  isAndCriteria,
  isNotCriteria,
  isOrCriteria,
} from '@backstage/plugin-permission-node';
import type { PermissionCriteria } from '@backstage/plugin-permission-common';
import {
  criteriaToSql,
  storable,
  type SqlCondition,
  type SqlOfKeys,
} from './criteriaToSql';
import type { RuleQuery } from './resourceRefs';

/** What an index in the order of the lists begins with, and tells few rows from many. */
const INDEXED: ReadonlySet<string> = new Set([
  'owner',
  'requestedBy',
  'approver',
]);

/** One of several conditions, any of which lets a row be seen. */
export interface Reason<TKey extends string = string> {
  /** What an index finds the rows by; without, the list's own index does. */
  lookup?: { key: TKey; values: readonly string[] };
  /** What must hold as well. */
  condition?: SqlCondition;
}

/**
 * Takes a condition apart at its outermost OR. Over an OR no index gives the newest rows: the
 * database would read the whole list through to find the few that somebody may see. For each of
 * the reasons by itself there is an index.
 *
 * Answers `undefined` where no reason has a key with an index, for nothing is won then.
 */
export function reasonsOf<TKey extends string>(
  criteria: PermissionCriteria<RuleQuery<TKey>>,
  sqlOfKeys: SqlOfKeys<TKey>,
): Reason<TKey>[] | undefined {
  if (isNotCriteria(criteria)) {
    return undefined;
  }
  if (isOrCriteria(criteria)) {
    const parts = criteria.anyOf.map(each => ({
      each,
      reasons: reasonsOf(each, sqlOfKeys),
    }));
    return parts.some(({ reasons }) => reasons)
      ? parts.flatMap(
          ({ each, reasons }) =>
            reasons ?? [{ condition: criteriaToSql(each, sqlOfKeys) }],
        )
      : undefined;
  }
  if (isAndCriteria(criteria)) {
    for (const [index, each] of criteria.allOf.entries()) {
      const reasons = reasonsOf(each, sqlOfKeys);
      if (reasons) {
        const others = criteria.allOf
          .filter((_, other) => other !== index)
          .map(other => criteriaToSql(other, sqlOfKeys));
        return reasons.map(reason => ({
          ...reason,
          condition: all([
            ...(reason.condition ? [reason.condition] : []),
            ...others,
          ]),
        }));
      }
    }
    return undefined;
  }
  return INDEXED.has(criteria.key)
    ? [{ lookup: { key: criteria.key, values: storable(criteria.values) } }]
    : undefined;
}

function all(conditions: readonly SqlCondition[]): SqlCondition | undefined {
  return conditions.length > 0
    ? {
        sql: conditions.map(({ sql }) => `(${sql})`).join(' AND '),
        bindings: conditions.flatMap(({ bindings }) => bindings),
      }
    : undefined;
}
