import { ConflictError, ServiceUnavailableError } from '@backstage/errors';
import type { Approval } from '@data-resources/plugin-data-resources-common';
import type {
  Change,
  EffectiveAccess,
  InstanceProbe,
  Observation,
  PlannedStep,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import type { StoredPlan } from '../database/rows';
import { weaken, type PolicyEngine, type PolicyInput } from '../policy';
import type { ForeignAccess } from '../resources/ForeignAccess';
import type { UsageLedger } from '../usage';
import {
  adoptFindings,
  providerPlan,
  withObservedSpec,
  withSpecToJudge,
} from './adoptRules';
import { conditionFindings } from './conditionFindings';
import { denials } from './denials';
import { desiredOf } from './desiredOf';
import { originFindings, originOf } from './originRules';
import { planHash } from './planHash';
import { objectOf } from './planInput';
import type { QuarantinePeriods } from './QuarantinePeriods';
import { policyInputOf } from './policyInputOf';
import { policyUsageOf } from './policyUsageOf';
import { findingsOfApprovers, requiredApprovals } from './requiredApprovals';
import type { Subject } from './Subject';
import {
  changedPaths,
  declaredChanges,
  engineFindings,
  noChangeFindings,
} from './updateRules';

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
  basis: { probe: InstanceProbe; made: ProviderPlan };
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
    const probe = await instance.probe();
    const provider = instance.connection.provider(type.type);
    const observations = await provider.observe(
      subjects.map(objectOf),
      instance.context(signal),
    );
    const foreign = await this.#options.foreignAccess.ofAdopted(
      subjects,
      observations,
      signal,
    );
    const directory = this.#options.directory.remembering();
    return Promise.all(
      subjects.map(async asked => {
        const observed = observations.get(asked.name);
        if (!observed) {
          return new Error(`${asked.name} was not observed`);
        }
        try {
          const subject = withObservedSpec(
            withoutNeedlessQuarantine(asked, observed),
            observed,
          );
          const made = this.#complete(
            subject,
            providerPlan(provider, subject, observed, probe),
          );
          refuseWhatStandsThere(subject, observed, made);
          return await this.#judge(
            subject,
            { probe, made },
            observed,
            foreign.get(subject.name),
            directory,
          );
        } catch (error) {
          return error instanceof Error ? error : new Error(String(error));
        }
      }),
    );
  }

  /** What the engine would do, and what the ledger alone would have otherwise. */
  #complete(subject: Subject, made: ProviderPlan): ProviderPlan {
    return {
      ...made,
      changes: [
        ...made.changes,
        ...declaredChanges(subject, made),
        ...this.#deletionLater(subject),
      ],
    };
  }

  /** Part of what is approved: how long there is a way back. */
  #deletionLater({ planAction, instance, name }: Subject): Change[] {
    return planAction === 'quarantine'
      ? [
          {
            path: 'deletion',
            from: name,
            to: `${this.#options.quarantine.describe(
              instance.environment,
            )} after this, unless it is restored before`,
            kind: 'destructive',
          },
        ]
      : [];
  }

  /** Judges a plan by what the owner group holds now, without asking the engine again. */
  async judgeAgain({
    subject,
    observed,
    basis,
    foreignAccess,
  }: PlannedRequest): Promise<PlannedRequest> {
    return this.#judge(subject, basis, observed, foreignAccess);
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
    const now = requiredApprovals(subject, verdict);
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
    basis: PlannedRequest['basis'],
    observed: Observation,
    foreignAccess: EffectiveAccess[] | undefined,
    directory = this.#options.directory,
  ): Promise<PlannedRequest> {
    const { instance, type, input, planAction } = subject;
    const { probe, made } = basis;
    const verdict = this.#options.policies.evaluate(
      await this.#policyInput(withSpecToJudge(subject, observed), basis),
    );
    const approval = requiredApprovals(subject, verdict);
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
        ...(planAction === 'adopt' && subject.desired
          ? { spec: subject.desired }
          : {}),
        origin: originOf(subject),
        observedAt: new Date().toISOString(),
      },
    };
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

/** What is gone, or another object now, can be kept from nobody: only our traces are removed. */
function withoutNeedlessQuarantine(
  subject: Subject,
  observed: Observation,
): Subject {
  const { planAction, suspended = [] } = subject;
  return planAction === 'quarantine' && !observed.ours
    ? {
        ...subject,
        planAction: 'delete',
        suspended: undefined,
        grants: { add: [], remove: suspended, keep: [] },
      }
    : subject;
}

function refuseWhatStandsThere(
  subject: Subject,
  observed: Observation,
  made: ProviderPlan,
): void {
  const { input, instance, name } = subject;
  // A name that nobody may have is told as such: taking it over would be no way out.
  const nameIsDenied = denials(made).some(({ path }) => path === 'name');
  if (input.action === 'create' && observed.exists && !nameIsDenied) {
    throw new ConflictError(
      `${name} exists on ${instance.name} already, and nobody manages it. Choose another name, or ask the platform team to take it over with the action "adopt"`,
    );
  }
  if (input.action === 'grant' && !observed.ours) {
    throw new ConflictError(
      observed.exists
        ? `What is called ${name} on ${instance.name} now is not what the portal created there; somebody replaced it. Nothing can be granted on it`
        : `${name} is gone from ${instance.name}; nothing can be granted on it`,
    );
  }
}
