import {
  isAndCriteria,
  isNotCriteria,
  isOrCriteria,
} from '@backstage/plugin-permission-node';
import type { PermissionCriteria } from '@backstage/plugin-permission-common';
import type { Knex } from 'knex';
import type { RequestKey, ResourceKey, RuleQuery } from './resourceRefs';

/** A condition in SQL, with what is bound to its question marks. */
export interface SqlCondition {
  sql: string;
  bindings: Knex.RawBinding[];
}

/** The condition that a key has one of the values, which are bound to its question mark. */
export type SqlOfKeys<TKey extends string> = Readonly<Record<TKey, string>>;

// One array is one binding: no number of values is too many, and none matches nothing.
const oneOf = (column: string) => `${column} = ANY(?::text[])`;

/** For queries of the table `resources`. */
export const SQL_OF_RESOURCES: SqlOfKeys<ResourceKey> = {
  owner: oneOf('resources.owner'),
  environment: oneOf('resources.environment'),
  type: oneOf('resources.type'),
};

/** For queries of the table `requests`. */
export const SQL_OF_REQUESTS: SqlOfKeys<RequestKey> = {
  owner: oneOf('requests.owner'),
  environment: oneOf('requests.environment'),
  type: oneOf('requests.type'),
  requestedBy: oneOf('requests.requested_by'),
  approver: `EXISTS (SELECT 1 FROM request_approvers AS ra WHERE ra.request_id = requests.id AND ra.plan_revision = requests.plan_revision AND ${oneOf(
    'ra.group_ref',
  )})`,
};

/** Translates what rules ask for; says the same of a row as their `apply`. */
export function criteriaToSql<TKey extends string>(
  criteria: PermissionCriteria<RuleQuery<TKey>>,
  sqlOfKeys: SqlOfKeys<TKey>,
): SqlCondition {
  if (isAndCriteria(criteria)) {
    return joined(criteria.allOf, ' AND ', 'TRUE', sqlOfKeys);
  }
  if (isOrCriteria(criteria)) {
    return joined(criteria.anyOf, ' OR ', 'FALSE', sqlOfKeys);
  }
  if (isNotCriteria(criteria)) {
    const { sql, bindings } = criteriaToSql(criteria.not, sqlOfKeys);
    // Not NOT: a comparison with NULL does not hold, so its opposite does, as in `apply`.
    return { sql: `((${sql}) IS NOT TRUE)`, bindings };
  }
  return {
    sql: sqlOfKeys[criteria.key],
    bindings: [storable(criteria.values)],
  };
}

/** PostgreSQL takes no text with a NUL, so no row has one of these. */
export function storable(values: readonly string[]): string[] {
  return values.filter(value => !value.includes('\0'));
}

function joined<TKey extends string>(
  criteria: readonly PermissionCriteria<RuleQuery<TKey>>[],
  operator: string,
  ofNone: string,
  sqlOfKeys: SqlOfKeys<TKey>,
): SqlCondition {
  const parts = criteria.map(each => criteriaToSql(each, sqlOfKeys));
  return {
    sql: parts.length
      ? `(${parts.map(({ sql }) => sql).join(operator)})`
      : ofNone,
    bindings: parts.flatMap(({ bindings }) => bindings),
  };
}
