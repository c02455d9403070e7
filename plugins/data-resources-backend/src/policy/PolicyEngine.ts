import { InputError } from '@backstage/errors';
import type { Finding } from '@data-resources/plugin-data-resources-node';
import { didYouMean } from '../checks';
import { Budgets } from './Budgets';
import { CompiledPolicy } from './CompiledPolicy';
import type {
  ApprovalVerdict,
  ApproverRequirement,
  BudgetDefinition,
  DriftVerdict,
  PolicyDefinition,
  PolicyInput,
  PolicyVerdict,
} from './types';

/** What {@link PolicyEngine.create} needs besides the policies. */
export interface PolicyEngineOptions {
  /** Full ref of the group that approves what no policy speaks for. */
  platformGroup: string;
  /**
   * The values that `match` may name. A list that is given is complete: a policy that names
   * anything else would never apply, and stops the start.
   */
  known?: {
    types?: readonly string[];
    engines?: readonly string[];
    environments?: readonly string[];
    instances?: readonly string[];
    counters?: readonly string[];
  };
  /** Beyond them nothing is approved automatically. */
  budgets?: readonly BudgetDefinition[];
}

/** What policies demand whose condition could not be evaluated. */
class Requirements {
  readonly #counts = new Map<string, number>();
  #policy?: string;

  add(policy: string, required: readonly ApproverRequirement[]): void {
    this.#policy ??= policy;
    for (const { group, count } of required) {
      this.#counts.set(group, Math.max(count, this.#counts.get(group) ?? 0));
    }
  }

  addTo(
    approval: ApprovalVerdict | undefined,
    platformGroup: string,
  ): ApprovalVerdict {
    const fallback: ApprovalVerdict = {
      mode: 'manual',
      required: [{ group: platformGroup, count: 1 }],
    };
    const decided = approval ?? fallback;
    if (this.#policy === undefined) {
      return decided;
    }
    const rest = decided.mode === 'manual' ? decided : fallback;
    this.add(this.#policy, rest.required);
    return {
      mode: 'manual',
      policy: this.#policy,
      required: [...this.#counts].map(([group, count]) => ({ group, count })),
    };
  }
}

/** Judges plans by the configured policies. */
export class PolicyEngine {
  readonly #policies: readonly CompiledPolicy[];
  readonly #budgets: Budgets;
  readonly #platformGroup: string;

  private constructor(
    policies: readonly CompiledPolicy[],
    budgets: Budgets,
    platformGroup: string,
  ) {
    this.#policies = policies;
    this.#budgets = budgets;
    this.#platformGroup = platformGroup;
  }

  /**
   * Compiles the policies. Throws an `InputError` that names the policy, its path in the
   * configuration, the line and the reason.
   */
  static create(
    policies: readonly PolicyDefinition[],
    options: PolicyEngineOptions,
  ): PolicyEngine {
    const seen = new Map<string, string>();
    for (const { name, configPath } of policies) {
      const first = seen.get(name);
      if (first !== undefined) {
        throw new InputError(
          `${configPath}.name is "${name}", the name of ${first} as well; names of policies must differ, for decisions and findings are recorded under them`,
        );
      }
      seen.set(name, configPath);
    }
    const compiled = policies.map(policy => {
      checkKnown(policy, options.known ?? {});
      return CompiledPolicy.create(policy);
    });
    return new PolicyEngine(
      compiled,
      Budgets.create(options.budgets ?? [], options.known),
      options.platformGroup,
    );
  }

  /** Whether a budget or a condition looks at what the owner group holds. */
  needsUsage(input: PolicyInput): boolean {
    return (
      this.#budgets.apply(input) ||
      this.#policies.some(policy => policy.needsUsage && policy.matches(input))
    );
  }

  /**
   * The name of the first policy that applies and lets a deletion go without quarantine. A
   * condition that cannot be evaluated leaves nothing out.
   */
  withoutQuarantine(input: PolicyInput): string | undefined {
    return this.#policies.find(
      policy =>
        policy.leavesOutQuarantine &&
        policy.matches(input) &&
        policy.evaluate(input).state === 'true',
    )?.name;
  }

  /** Whether any policy leaves out a quarantine, so that it is worth asking. */
  get mayLeaveOutQuarantine(): boolean {
    return this.#policies.some(policy => policy.leavesOutQuarantine);
  }

  /** Whether any policy has drift corrected, so that it is worth asking. */
  get mayCorrectDrift(): boolean {
    return this.#policies.some(({ drift }) => drift !== undefined);
  }

  /**
   * What the first policy that applies and speaks of drift says. One whose condition cannot be
   * evaluated ends the search: perhaps it would have said otherwise than those after it.
   */
  drift(input: PolicyInput): DriftVerdict | undefined {
    for (const policy of this.#policies) {
      const { name, drift } = policy;
      if (!drift || !policy.matches(input)) {
        continue;
      }
      const { state } = policy.evaluate(input);
      if (state !== 'false') {
        return state === 'true' ? { policy: name, way: drift } : undefined;
      }
    }
    return undefined;
  }

  /**
   * The findings of all policies that apply, and who approves by the first one that says so;
   * automatically only within every budget.
   *
   * The rules of the domain come on top of this: who decides a `grant` or a `revoke`, and
   * where a `deny` weakens.
   */
  evaluate(input: PolicyInput): PolicyVerdict {
    const findings: Finding[] = [];
    const undecided = new Requirements();
    let approval: ApprovalVerdict | undefined;
    for (const policy of this.#policies) {
      if (!policy.matches(input)) {
        continue;
      }
      const result = policy.evaluate(input);
      findings.push(...policy.findings(result));
      if (approval) {
        continue;
      }
      const { approve } = policy;
      if (typeof approve === 'object') {
        if (result.state === 'true') {
          approval = {
            mode: 'manual',
            policy: policy.name,
            required: [...approve],
          };
        } else if (result.state === 'error') {
          // Perhaps it would have demanded these people: nothing later may do without them.
          undecided.add(policy.name, approve);
        }
      } else if (approve === 'automatically' && result.state === 'true') {
        if (policy.mayApproveAutomatically(input)) {
          approval = { mode: 'auto', policy: policy.name };
        } else {
          findings.push({
            policy: policy.name,
            effect: 'info',
            message: `${policy.name} approves automatically, but not what destroys something: a person decides`,
          });
        }
      }
    }
    const exceeded = this.#budgets.exceeded(input);
    const decided = undecided.addTo(approval, this.#platformGroup);
    return {
      findings: [...findings, ...exceeded],
      approval:
        decided.mode === 'auto' && exceeded.length > 0
          ? {
              mode: 'manual',
              policy: exceeded[0].policy,
              required: [{ group: this.#platformGroup, count: 1 }],
            }
          : decided,
    };
  }
}

function checkKnown(
  policy: PolicyDefinition,
  known: NonNullable<PolicyEngineOptions['known']>,
): void {
  for (const key of [
    'types',
    'engines',
    'environments',
    'instances',
  ] as const) {
    const candidates = known[key];
    const index = policy.match?.[key]?.findIndex(
      value => candidates && !candidates.includes(value),
    );
    if (candidates && index !== undefined && index >= 0) {
      const value = policy.match![key]![index];
      throw new InputError(
        `${policy.configPath}.match.${key}[${index}] of policy "${
          policy.name
        }" is "${value}"${didYouMean(
          value,
          candidates,
        )}, and there is no such ${
          key === 'types' ? 'type' : key.slice(0, -1)
        }; known: ${candidates.join(', ') || 'none'}`,
      );
    }
  }
}
