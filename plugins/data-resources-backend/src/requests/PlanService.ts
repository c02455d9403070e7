import { ServiceUnavailableError } from '@backstage/errors';
import type {
  Approval,
  LiveUse,
} from '@data-resources/plugin-data-resources-common';
import type {
  CallContext,
  EffectiveAccess,
  InstanceProbe,
  Observation,
  PlannedStep,
  ProviderPlan,
  ResourceProvider,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import type { StoredPlan } from '../database/rows';
import {
  grantSteps,
  missingChange,
  missingGrants,
  type GrantedObject,
} from '../drift/missingGrants';
import { isGuarded, withLiveUse } from '../liveUse/judgeUse';
import { readLiveUse } from '../liveUse/readLiveUse';
import {
  weaken,
  type DriftVerdict,
  type PolicyEngine,
  type PolicyInput,
  type PolicyVerdict,
} from '../policy';
import type { ForeignAccess } from '../resources/ForeignAccess';
import { traced } from '../tracing';
import type { UsageLedger } from '../usage';
import { adoptFindings, withSpecToJudge } from './adoptRules';
import { conditionFindings } from './conditionFindings';
import { denials } from './denials';
import {
  draftPlan,
  withoutQuarantine,
  type Draft,
  type DraftOptions,
} from './draftPlan';
import { desiredOf } from './desiredOf';
import { originFindings, originOf } from './originRules';
import { planHash } from './planHash';
import { objectOf } from './planInput';
import type { QuarantinePeriods } from './QuarantinePeriods';
import { policyInputOf } from './policyInputOf';
import { policyUsageOf } from './policyUsageOf';
import { findingsOfApprovers, requiredApprovals } from './requiredApprovals';
import type { Subject } from './Subject';
import { changedPaths, engineFindings, noChangeFindings } from './updateRules';

/** A plan with all that is stored of it. */
export interface PlannedRequest {
  subject: Subject;
  plan: StoredPlan;
  steps: PlannedStep[];
  hash: string;
  approval: Approval;
  /** What the engine has, as it was seen. */
  observed: Observation;
  /** What the plan was judged by besides; to judge it again without asking the engine. */
  basis: { probe: InstanceProbe; made: ProviderPlan; use?: LiveUse };
  /** Of an adoption: who reaches the object in ways that the portal did not make. */
  foreignAccess?: EffectiveAccess[];
}

export interface PlanServiceOptions {
  policies: PolicyEngine;
  directory: CatalogDirectory;
  quarantine: QuarantinePeriods;
  usage: UsageLedger;
  foreignAccess: ForeignAccess;
  platformGroup: string;
  productionEnvironments: readonly string[];
}

/** What a group holds has changed since a plan was judged: it must be judged again. */
export class JudgedOtherwiseError extends ServiceUnavailableError {
  name = 'ServiceUnavailableError' as const;
}

/** Computes plans: what would be done, what the rules say, and who must agree. Changes nothing. */
export class PlanService {
  readonly #options: PlanServiceOptions;

  private constructor(options: PlanServiceOptions) {
    this.#options = options;
  }

  static create(options: PlanServiceOptions): PlanService {
    return new PlanService(options);
  }

  /** Throws the engine's `ProviderError`, or `ConflictError` when the object stands in the way. */
  async plan(subject: Subject, signal: AbortSignal): Promise<PlannedRequest> {
    const [result] = await this.planMany([subject], signal);
    if (result instanceof Error) {
      throw result;
    }
    return result;
  }

  /**
   * Plans many subjects of one instance and type with one look at the cluster. The answer
   * has, in the same order, a plan or the error of that subject alone; it throws when the
   * engine could not be asked at all.
   */
  async planMany(
    subjects: readonly Subject[],
    signal: AbortSignal,
  ): Promise<(PlannedRequest | Error)[]> {
    const [{ instance, type }] = subjects;
    return traced(
      'plan',
      {
        instance: instance.name,
        engine: instance.engine,
        type: type.type,
        count: subjects.length,
      },
      () => this.#planAll(subjects, signal),
    );
  }

  async #planAll(
    subjects: readonly Subject[],
    signal: AbortSignal,
  ): Promise<(PlannedRequest | Error)[]> {
    const [{ instance, type }] = subjects;
    const probe = await instance.probe();
    const provider = instance.connection.provider(type.type);
    const context = instance.context(signal);
    const observations = await provider.observe(
      subjects.map(objectOf),
      context,
    );
    const { quarantine } = this.#options;
    const drafts = subjects.map(asked => {
      const observed = observations.get(asked.name);
      return observed
        ? attempt(() =>
            draftPlan(asked, observed, { provider, probe, quarantine }),
          )
        : new Error(`${asked.name} was not observed`);
    });
    await this.#giveBack(drafts, { provider, probe, context });
    const uses = await readLiveUse(
      drafts.filter(isGuardedDraft).map(({ subject }) => ({
        object: objectOf(subject),
        grants: [...subject.grants.keep, ...subject.grants.remove],
      })),
      provider,
      context,
    );
    const foreign = await this.#options.foreignAccess.ofAdopted(
      subjects,
      observations,
      signal,
    );
    const directory = this.#options.directory.remembering();
    return Promise.all(
      drafts.map(async draft => {
        if (draft instanceof Error) {
          return draft;
        }
        const { observed } = draft;
        const { name } = draft.subject;
        const use = uses.get(name);
        try {
          const { subject, made } = await this.#atOnce(
            { ...draft, made: withLiveUse(draft, use) },
            { use, provider, probe, quarantine },
          );
          return await this.#judge(
            subject,
            observed,
            { probe, made, use },
            foreign.get(name),
            directory,
          );
        } catch (error) {
          return toError(error);
        }
      }),
    );
  }

  /** An update also gives what the ledger has granted and somebody took on the engine. */
  async #giveBack(
    drafts: readonly (Draft | Error)[],
    options: {
      provider: ResourceProvider;
      probe: InstanceProbe;
      context: CallContext;
    },
  ): Promise<void> {
    const updates = drafts.filter(
      (draft): draft is Draft =>
        !(draft instanceof Error) &&
        draft.subject.planAction === 'update' &&
        draft.observed.ours,
    );
    const granted = updates.map(grantedObject);
    const missing = await missingGrants(granted, options);
    updates.forEach((draft, index) => {
      const grants = missing.get(granted[index].id) ?? [];
      if (grants.length > 0) {
        draft.made = {
          ...draft.made,
          changes: [...draft.made.changes, ...grants.map(missingChange)],
          steps: [
            ...draft.made.steps,
            ...grantSteps(granted[index], grants, options),
          ],
        };
      }
    });
  }

  /** A deletion of which a policy says that it needs no quarantine, planned as such. */
  async #atOnce(
    draft: Draft,
    { use, ...options }: DraftOptions & { use?: LiveUse },
  ): Promise<Draft> {
    const { policies } = this.#options;
    const { subject, observed, made } = draft;
    if (
      subject.planAction !== 'quarantine' ||
      !policies.mayLeaveOutQuarantine
    ) {
      return draft;
    }
    const policy = policies.withoutQuarantine(
      await this.#policyInput(subject, { probe: options.probe, made }),
    );
    if (policy === undefined) {
      return draft;
    }
    const asked = { ...withoutQuarantine(subject), atOnce: policy };
    const again = draftPlan(asked, observed, options);
    return { ...again, made: withLiveUse(again, use) };
  }

  /** What policies want done about drift, by the plan that would put it back. */
  async driftVerdict({
    subject,
    basis,
  }: PlannedRequest): Promise<DriftVerdict | undefined> {
    return this.#options.policies.drift(
      await this.#policyInput(subject, basis),
    );
  }

  /** Judges a plan by what the owner group holds now, without asking the engine again. */
  async judgeAgain({
    subject,
    observed,
    basis,
    foreignAccess,
  }: PlannedRequest): Promise<PlannedRequest> {
    return this.#judge(subject, observed, basis, foreignAccess);
  }

  /**
   * In the transaction that stores an automatic decision: waits for everybody else who decides
   * by what this group holds, and looks again. Throws `JudgedOtherwiseError` when the plan is
   * not approved automatically any more. Takes its lock first; take no other before.
   */
  async confirm(trx: Knex, { subject, approval, basis }: PlannedRequest) {
    const { policies, usage } = this.#options;
    if (approval.mode !== 'auto') {
      return;
    }
    const bare = this.#bareInput(subject, basis);
    if (!policies.needsUsage(bare)) {
      return;
    }
    await usage.lock(trx, {
      owner: subject.owner,
      environment: subject.instance.environment,
    });
    const verdict = policies.evaluate({
      ...bare,
      usage: await policyUsageOf(subject, usage, trx),
    });
    const now = this.#approvals(subject, verdict, basis);
    const denied = denials({
      findings: weaken(
        subject.input.action,
        verdict.findings,
        changedPaths(subject, basis.made),
      ),
    });
    if (
      now.mode !== 'auto' ||
      now.policy !== approval.policy ||
      denied.length > 0
    ) {
      throw new JudgedOtherwiseError(
        `What ${subject.owner} holds in ${subject.instance.environment} has changed at this moment; try again`,
      );
    }
  }

  async #judge(
    subject: Subject,
    observed: Observation,
    basis: PlannedRequest['basis'],
    foreignAccess: EffectiveAccess[] | undefined,
    directory = this.#options.directory,
  ): Promise<PlannedRequest> {
    const { instance, type, input, planAction } = subject;
    const { probe, made, use } = basis;
    const verdict = await traced(
      'policies',
      { instance: instance.name, type: type.type, action: input.action },
      async () =>
        this.#options.policies.evaluate(
          await this.#policyInput(withSpecToJudge(subject, observed), basis),
        ),
    );
    const approval = this.#approvals(subject, verdict, basis);
    const findings = [
      ...weaken(
        input.action,
        [...conditionFindings(probe), ...verdict.findings],
        changedPaths(subject, made),
      ),
      ...engineFindings(subject, made),
      ...originFindings(subject),
      ...adoptFindings(subject, observed, foreignAccess),
      ...noChangeFindings(subject, made.changes),
    ].concat(
      await findingsOfApprovers(approval, subject.requestedBy, directory),
    );
    return {
      subject,
      observed,
      basis,
      foreignAccess,
      approval,
      steps: made.steps,
      hash: planHash({
        action: planAction,
        type: type.type,
        instance: instance.name,
        clusterId: probe.clusterId,
        identity:
          (planAction === 'adopt'
            ? observed.identity
            : subject.resource?.identity) ?? null,
        baseGeneration: subject.resource?.generation ?? 0,
        desired: desiredOf(subject),
        changes: made.changes,
        steps: made.steps,
      }),
      plan: {
        risk: made.risk,
        changes: made.changes,
        findings,
        approval,
        use,
        ...(planAction === 'adopt' && subject.desired
          ? { spec: subject.desired }
          : {}),
        origin: originOf(subject),
        observedAt: new Date().toISOString(),
      },
    };
  }

  #approvals(
    subject: Subject,
    verdict: PolicyVerdict,
    { use }: PlannedRequest['basis'],
  ): Approval {
    const { platformGroup } = this.#options;
    return requiredApprovals(subject, verdict, { platformGroup, use });
  }

  async #policyInput(
    subject: Subject,
    basis: PlannedRequest['basis'],
  ): Promise<PolicyInput> {
    const { policies, usage } = this.#options;
    const bare = this.#bareInput(subject, basis);
    return policies.needsUsage(bare)
      ? { ...bare, usage: await policyUsageOf(subject, usage) }
      : bare;
  }

  #bareInput(
    subject: Subject,
    { probe, made }: PlannedRequest['basis'],
  ): PolicyInput {
    const { platformGroup, productionEnvironments } = this.#options;
    return policyInputOf(subject, {
      probe,
      made,
      isPlatform: subject.requesterGroups.has(platformGroup),
      production: productionEnvironments.includes(subject.instance.environment),
    });
  }
}

/** What the error of one subject alone is. */
function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return toError(error);
  }
}

function grantedObject({ subject, observed }: Draft): GrantedObject {
  return {
    id: subject.resource!.id,
    object: { name: subject.name, identity: subject.resource!.identity! },
    observed,
    spec: subject.resource!.spec,
    grants: subject.grants.keep
      .filter(({ state }) => state === 'active')
      .map(({ principal, role, login }) => ({ principal, role, login })),
  };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** What is gone, or not ours, is nobody's to miss. */
function isGuardedDraft(draft: Draft | Error): draft is Draft {
  return (
    !(draft instanceof Error) &&
    draft.observed.ours &&
    isGuarded(draft.subject.planAction, draft.made)
  );
}
