import { ServiceUnavailableError } from '@backstage/errors';
import type { Approval } from '@data-resources/plugin-data-resources-common';
import type {
  EffectiveAccess,
  Finding,
  Observation,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import {
  weaken,
  type DriftVerdict,
  type PolicyEngine,
  type PolicyInput,
  type PolicyVerdict,
} from '../policy';
import { traced } from '../tracing';
import type { UsageLedger } from '../usage';
import { adoptFindings, withSpecToJudge } from './adoptRules';
import { claimFindings } from './claims/claimFindings';
import type { NameClaims } from './claims/NameClaims';
import { conditionFindings } from './conditionFindings';
import { denials } from './denials';
import { desiredOf } from './desiredOf';
import { originFindings, originOf } from './originRules';
import type { PlannedRequest } from './PlannedRequest';
import { planHash } from './planHash';
import { policyInputOf } from './policyInputOf';
import { policyUsageOf } from './policyUsageOf';
import { findingsOfApprovers, requiredApprovals } from './requiredApprovals';
import type { Subject } from './Subject';
import {
  changedPaths,
  engineFindings,
  keptFindings,
  noChangeFindings,
} from './updateRules';

export interface PlanJudgeOptions {
  policies: PolicyEngine;
  directory: CatalogDirectory;
  usage: UsageLedger;
  claims: NameClaims;
  platformGroup: string;
  productionEnvironments: readonly string[];
}

/** What policies look at besides the request. */
type PolicyBasis = Pick<PlannedRequest['basis'], 'probe' | 'made'>;

/** What a group holds has changed since a plan was judged: it must be judged again. */
export class JudgedOtherwiseError extends ServiceUnavailableError {
  name = 'ServiceUnavailableError' as const;
}

/** What the rules say of a plan, and who must agree. Asks no engine and changes nothing. */
export class PlanJudge {
  readonly #options: PlanJudgeOptions;

  private constructor(options: PlanJudgeOptions) {
    this.#options = options;
  }

  static create(options: PlanJudgeOptions): PlanJudge {
    return new PlanJudge(options);
  }

  /**
   * @param directory - asked for the members of the groups that must approve
   */
  async judge(
    subject: Subject,
    observed: Observation,
    basis: PlannedRequest['basis'],
    foreignAccess: EffectiveAccess[] | undefined,
    directory = this.#options.directory,
  ): Promise<PlannedRequest> {
    const { instance, type, input, planAction } = subject;
    const { probe, made, use, names } = basis;
    const verdict = await traced(
      'policies',
      { instance: instance.name, type: type.type, action: input.action },
      async () =>
        this.#options.policies.evaluate(
          await this.#policyInput(withSpecToJudge(subject, observed), basis),
        ),
    );
    const approval = this.#approvals(subject, verdict, basis);
    const findings: Finding[] = [
      ...weaken(
        input.action,
        [
          ...conditionFindings(probe),
          ...verdict.findings,
          ...claimFindings(subject, names),
        ],
        changedPaths(subject, made),
      ),
      ...engineFindings(subject, made),
      ...originFindings(subject),
      ...adoptFindings(subject, observed, foreignAccess),
      ...keptFindings(subject, foreignAccess),
      ...noChangeFindings(subject, made.changes),
    ].concat(
      await findingsOfApprovers(approval, subject.requestedBy, directory),
    );
    const denied = denials({ findings });
    return {
      subject,
      observed,
      basis,
      foreignAccess,
      approval,
      isUnfit: denied.length > 0 && denied.every(({ retryable }) => retryable),
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
        // What the API shows of one is the verdict; whether it lasts is ours to know.
        findings: findings.map(({ retryable, ...finding }) => finding),
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

  /** What policies want done about drift, by the plan that would put it back. */
  async driftVerdict({
    subject,
    basis,
  }: PlannedRequest): Promise<DriftVerdict | undefined> {
    return this.#options.policies.drift(
      await this.#policyInput(subject, basis),
    );
  }

  /** Judges a plan by what groups hold and claim now, without asking the engine again. */
  async judgeAgain({
    subject,
    observed,
    basis,
    foreignAccess,
  }: PlannedRequest): Promise<PlannedRequest> {
    const names = await this.#options.claims.readAgain(subject, basis.names);
    return this.judge(subject, observed, { ...basis, names }, foreignAccess);
  }

  /**
   * In the transaction that stores a plan: waits for everybody else who decides by what this
   * group holds, or takes names that could overlap, and looks again. Throws `JudgedOtherwiseError` when
   * the plan is not approved automatically any more, or somebody has such names now. Takes its locks
   * first; take no other before.
   */
  async confirm(trx: Knex, planned: PlannedRequest): Promise<void> {
    const { subject, basis } = planned;
    await this.#confirmApproval(trx, planned);
    if (!(await this.#options.claims.confirm(trx, subject, basis.names))) {
      throw new JudgedOtherwiseError(
        `Somebody took names on ${subject.instance.name} at this moment that overlap with those asked for; try again`,
      );
    }
  }

  async #confirmApproval(
    trx: Knex,
    { subject, approval, basis }: PlannedRequest,
  ): Promise<void> {
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

  /** The policy that lets this deletion go without a quarantine, if one does. */
  async withoutQuarantine(
    subject: Subject,
    basis: PolicyBasis,
  ): Promise<string | undefined> {
    const { policies } = this.#options;
    return subject.planAction === 'quarantine' && policies.mayLeaveOutQuarantine
      ? policies.withoutQuarantine(await this.#policyInput(subject, basis))
      : undefined;
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
    basis: PolicyBasis,
  ): Promise<PolicyInput> {
    const { policies, usage } = this.#options;
    const bare = this.#bareInput(subject, basis);
    return policies.needsUsage(bare)
      ? { ...bare, usage: await policyUsageOf(subject, usage) }
      : bare;
  }

  #bareInput(subject: Subject, { probe, made }: PolicyBasis): PolicyInput {
    const { platformGroup, productionEnvironments } = this.#options;
    return policyInputOf(subject, {
      probe,
      made,
      isPlatform: subject.requesterGroups.has(platformGroup),
      production: productionEnvironments.includes(subject.instance.environment),
    });
  }
}
