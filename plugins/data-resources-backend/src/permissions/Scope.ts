import {
  AuthorizeResult,
  type PermissionCriteria,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  createConditionAuthorizer,
  createConditionTransformer,
  type PermissionRuleset,
} from '@backstage/plugin-permission-node';
import type { Knex } from 'knex';
import { criteriaToSql, type SqlOfKeys } from './criteriaToSql';
import { reasonsOf, type Reason } from './reasons';
import type { RuleQuery } from './resourceRefs';

/** The rows for which a caller has a permission, said once for queries and once for rows. */
export interface Scope<TRow> {
  /** Whether no policy takes anything away: there is nothing to look at then. */
  readonly everything: boolean;
  /** Adds to a query of the table that nothing else is read. */
  narrow(query: Knex.QueryBuilder): void;
  /** The same as {@link Scope.narrow}, taken apart for a list; not where that is of no use. */
  readonly reasons?: readonly Reason[];
  includes(row: TRow): boolean;
}

/** For what no policy narrows. */
export const EVERYTHING: Scope<unknown> = {
  everything: true,
  narrow: () => {},
  includes: () => true,
};

const NOTHING: Scope<unknown> = {
  everything: false,
  narrow: query => {
    query.whereRaw('FALSE');
  },
  includes: () => false,
};

/** Makes a scope of what the policy said about a permission. */
export function scopeOf<TRow, TKey extends string>(
  decision: PolicyDecision,
  ruleset: PermissionRuleset<TRow, RuleQuery<TKey>>,
  sqlOfKeys: SqlOfKeys<TKey>,
): Scope<TRow> {
  switch (decision.result) {
    case AuthorizeResult.ALLOW:
      return EVERYTHING;
    case AuthorizeResult.CONDITIONAL: {
      const criteria: PermissionCriteria<RuleQuery<TKey>> =
        createConditionTransformer(ruleset)(decision.conditions);
      const { sql, bindings } = criteriaToSql(criteria, sqlOfKeys);
      const reasons = reasonsOf(criteria, sqlOfKeys);
      const authorise = createConditionAuthorizer(ruleset);
      return {
        everything: false,
        narrow: query => {
          query.whereRaw(sql, bindings);
        },
        reasons,
        includes: row => authorise(decision, row),
      };
    }
    default:
      return NOTHING;
  }
}
