import type {
  Change,
  Finding,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';

/** One setting that is not as asked for, with all that there is to say about changing it. */
export interface Difference {
  change: Change;
  findings: Finding[];
  risk: ProviderPlan['risk'];
}
