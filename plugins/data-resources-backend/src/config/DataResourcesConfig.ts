import type { Config } from '@backstage/config';
import type { DefaultPolicySettings } from '../policy/defaults';
import type { BudgetDefinition, PolicyDefinition } from '../policy/types';

/** One configured instance, without what is the engine's business. */
export interface InstanceConfig {
  /** Unique, lower case, a legal entity name. */
  name: string;
  engine: string;
  /** One of the configured environments. */
  environment: string;
  title: string;
  /** What people are told beside the error while the instance does not answer. */
  notice?: string;
  /** Full ref of the group that runs it. */
  owner: string;
  /** The id of the cluster that is accepted in place of the one that was there first. */
  clusterId?: string;
  /** The whole item; the engine reads `admin`, `client` and `limits` from it. */
  config: Config;
  /** Where it was read, e.g. `dataResources.instances[0]`. */
  path: string;
}

/** The section `dataResources`, checked. */
export interface DataResourcesConfig {
  /** Stands in markers and login names. Empty where the section is absent. */
  installationId: string;
  /** Full ref of the platform team. Empty where the section is absent. */
  platformGroup: string;
  /** In the order of the stages. */
  environments: string[];
  /** Empty where the section is absent: the plugin starts and offers nothing. */
  instances: InstanceConfig[];
  /** Read, and not yet compiled. */
  policies: PolicyDefinition[];
  /** Which of the policies that ship apply, and how. */
  defaultPolicies: DefaultPolicySettings;
  /** Read, and not yet checked against what there is to count. */
  budgets: BudgetDefinition[];
  /** Those of `environments` whose rules are stricter. */
  productionEnvironments: string[];
  /** `expireAfter`: milliseconds after which an undecided request expires. */
  requests: { expireAfter: number };
  /** `grace`: milliseconds for which the older login goes on after a new credential. */
  credentials: { grace: number };
  /** By environment: milliseconds for which what is deleted can be restored. */
  quarantine: ReadonlyMap<string, number>;
  /**
   * `interval`: milliseconds between two comparisons of an instance with the ledger. `massLoss`:
   * how much of an instance may be gone at once and still be believed.
   */
  drift: { interval: number; massLoss: { share: number; least: number } };
  /** `lease`: milliseconds after which another replica takes over the work of one that died. */
  reconciler: { lease: number };
  /** `interval`: milliseconds between two looks for what nobody manages on an instance. */
  discovery: { interval: number };
  /** `interval`: milliseconds between two looks at how much the resources of an instance are used. */
  liveUse: { interval: number };
}
