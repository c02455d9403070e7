import type {
  Approval,
  LiveUse,
} from '@data-resources/plugin-data-resources-common';
import type {
  EffectiveAccess,
  InstanceProbe,
  Observation,
  PlannedStep,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { StoredPlan } from '../database/rows';
import type { NamesBasis } from './claims/claimFindings';
import type { Subject } from './Subject';

/** A plan with all that is stored of it. */
export interface PlannedRequest {
  subject: Subject;
  plan: StoredPlan;
  steps: PlannedStep[];
  hash: string;
  approval: Approval;
  /** Whether all that denies it is that the engine is not fit for it now: it can run once that is mended. */
  isUnfit: boolean;
  /** What the engine has, as it was seen. */
  observed: Observation;
  /** What the plan was judged by besides; to judge it again without asking the engine. */
  basis: {
    probe: InstanceProbe;
    made: ProviderPlan;
    use?: LiveUse;
    /** Who else has names that overlap with those asked for. */
    names: NamesBasis;
  };
  /** Of what takes note of it, an adoption for one: who reaches the object in ways that the portal did not make. */
  foreignAccess?: EffectiveAccess[];
}
