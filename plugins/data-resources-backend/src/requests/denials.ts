import type { Finding } from '@data-resources/plugin-data-resources-common';

/** What a plan must not be carried out for; empty when there is nothing. */
export function denials<T extends Finding>(plan: { findings: T[] }): T[] {
  return plan.findings.filter(({ effect }) => effect === 'deny');
}
