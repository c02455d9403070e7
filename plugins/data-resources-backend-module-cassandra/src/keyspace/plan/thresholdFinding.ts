import type { Finding } from '@data-resources/plugin-data-resources-node';
import type { Guardrails, Thresholds } from '../../probe/facts';

type Stem<K> = K extends `${infer S}Warn` ? S : never;

/** What a pair of guardrails says to a number, e.g. `tables_warn_threshold` and `tables_fail_threshold`. */
export function thresholdFinding(options: {
  guardrails: Guardrails;
  /** What both begin with in {@link Guardrails}, e.g. `tables`. */
  guardrail: Stem<keyof Thresholds>;
  value: number;
  /** Names the rule, e.g. `cassandra/guardrail-tables`. */
  policy: string;
  /** What there would be, e.g. `The cluster would have 5 tables`. */
  found: string;
  path?: string;
}): Finding[] {
  const { guardrails, guardrail, value, policy, found, path } = options;
  const setting = guardrail.replace(/[A-Z]/g, each => `_${each.toLowerCase()}`);
  for (const [effect, limit, kind] of [
    ['deny', guardrails[`${guardrail}Fail`], 'fail'],
    ['warn', guardrails[`${guardrail}Warn`], 'warn'],
  ] as const) {
    if (limit !== undefined && value > limit) {
      return [
        {
          policy,
          effect,
          ...(path === undefined ? {} : { path }),
          message: `${found}; the guardrail ${setting}_${kind}_threshold is ${limit}`,
        },
      ];
    }
  }
  return [];
}
