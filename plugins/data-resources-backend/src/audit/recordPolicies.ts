import { createHash } from 'node:crypto';
import stringify from 'fast-json-stable-stringify';
import type { Knex } from 'knex';
import { appendAudit } from '../database/appendEvents';
import type { BudgetDefinition, PolicyDefinition } from '../policy/types';

/** Any number that only this use has: the advisory lock's name. */
const LOCK = 7303;
const EVENT = 'policy.changed';

/** A policy as the audit trail knows it: `digest` is SHA-256, in hex, of what it says. */
type PolicyDigest = { name: string; digest: string };

/** The `details` of the event. */
interface PolicySet {
  digest: string;
  /** With budgets, in their order, which decides whose approval counts. */
  policies: PolicyDigest[];
  /** Approves what no policy speaks for. */
  platformGroup: string;
  /** Where `instance.production` is true for a condition. */
  productionEnvironments: string[];
}

/**
 * Records at the start which policies are in force, where they are others than at the last
 * record. However many replicas start at once, a change is recorded once.
 */
export async function recordPolicies(
  knex: Knex,
  options: {
    policies: readonly PolicyDefinition[];
    budgets?: readonly BudgetDefinition[];
    platformGroup: string;
    productionEnvironments: readonly string[];
  },
): Promise<void> {
  const now = policySet(options);
  await knex.transaction(async trx => {
    // Whoever comes second compares with what the first one has written.
    await trx.raw('SELECT pg_advisory_xact_lock(?)', [LOCK]);
    const last = await trx('audit')
      .where({ event: EVENT })
      .orderBy([
        { column: 'at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .first('details');
    const before: PolicySet | undefined = last?.details;
    if (before?.digest === now.digest) {
      return;
    }
    await appendAudit(trx, [
      {
        event: EVENT,
        actor: 'system:configuration',
        details: { ...now, ...difference(before, now) },
      },
    ]);
  });
}

function policySet({
  policies: definitions,
  budgets = [],
  platformGroup,
  productionEnvironments,
}: Parameters<typeof recordPolicies>[1]): PolicySet {
  const named = budgets.map(budget => ({
    ...budget,
    name: `budget/${budget.name}`,
  }));
  const policies = [...definitions, ...named].map(
    ({ configPath: _, ...policy }) => ({
      name: policy.name,
      digest: sha256(policy),
    }),
  );
  return {
    digest: sha256({ policies, platformGroup, productionEnvironments }),
    policies,
    platformGroup,
    productionEnvironments: [...productionEnvironments],
  };
}

function difference(before: PolicySet | undefined, now: PolicySet) {
  const old = new Map(
    before?.policies.map(({ name, digest }) => [name, digest]) ?? [],
  );
  const names = new Set(now.policies.map(({ name }) => name));
  const kept = (
    list: PolicyDigest[] = [],
    others: { has(n: string): boolean },
  ) => list.map(({ name }) => name).filter(name => others.has(name));
  return {
    added: now.policies.filter(({ name }) => !old.has(name)),
    removed: (before?.policies ?? []).filter(({ name }) => !names.has(name)),
    changed: now.policies.flatMap(({ name, digest }) => {
      const from = old.get(name);
      return from !== undefined && from !== digest
        ? [{ name, from, to: digest }]
        : [];
    }),
    reordered:
      kept(before?.policies, names).join('\n') !==
      kept(now.policies, old).join('\n'),
    ...(before && before.platformGroup !== now.platformGroup
      ? { previousPlatformGroup: before.platformGroup }
      : {}),
  };
}

function sha256(value: unknown): string {
  return createHash('sha256').update(stringify(value)).digest('hex');
}
