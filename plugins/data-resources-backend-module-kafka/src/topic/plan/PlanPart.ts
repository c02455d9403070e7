import type { ProviderPlan } from '@data-resources/plugin-data-resources-node';

/** What one difference contributes to a plan. */
export type PlanPart = Pick<ProviderPlan, 'changes' | 'findings' | 'risk'>;

/** Of a whole, from that of its parts. */
export function highestRisk(
  risks: readonly ProviderPlan['risk'][],
): ProviderPlan['risk'] {
  const order: ProviderPlan['risk'][] = ['high', 'medium'];
  return order.find(risk => risks.includes(risk)) ?? 'low';
}
