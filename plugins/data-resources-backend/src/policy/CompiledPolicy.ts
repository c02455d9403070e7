import { InputError, stringifyError } from '@backstage/errors';
import type { Finding } from '@data-resources/plugin-data-resources-node';
import { DRIFT_REQUESTER } from '../requests/systemRequesters';
import { PolicyCondition, type ConditionResult } from './PolicyCondition';
import type {
  ApproverRequirement,
  DriftWay,
  PolicyAction,
  PolicyDefinition,
  PolicyInput,
} from './types';

/** One policy, checked and ready to judge. */
export class CompiledPolicy {
  readonly name: string;
  readonly approve?: 'automatically' | readonly ApproverRequirement[];
  /** Whether a deletion that it applies to goes without a quarantine. */
  readonly leavesOutQuarantine: boolean;
  /** What is done about drift that it applies to. */
  readonly drift?: DriftWay;
  readonly #definition: PolicyDefinition;
  readonly #condition?: PolicyCondition;

  private constructor(definition: PolicyDefinition) {
    const { name, approve, when } = definition;
    this.name = name;
    this.leavesOutQuarantine = definition.quarantine === 'none';
    this.drift = definition.drift;
    this.#definition = definition;
    this.#condition =
      when === undefined ? undefined : PolicyCondition.compile(when);
    this.approve = approve;
  }

  static create(definition: PolicyDefinition): CompiledPolicy {
    const { name, configPath, effect, approve, message } = definition;
    if (!effect && !approve && !definition.quarantine && !definition.drift) {
      throw new InputError(
        `${configPath}, policy "${name}", has none of "effect", "approve", "quarantine" and "drift", so it would do nothing; give it one of them`,
      );
    }
    checkAction(definition, 'quarantine', 'delete');
    checkAction(definition, 'drift', 'update');
    if (effect === 'deny' && approve) {
      throw new InputError(
        `${configPath}, policy "${name}", both denies and approves; make two policies of it`,
      );
    }
    if (effect && !message) {
      throw new InputError(
        `${configPath}.message of policy "${name}" is missing; a policy with an "effect" must say what is wrong and what would pass`,
      );
    }
    try {
      return new CompiledPolicy(definition);
    } catch (error) {
      const reason =
        error instanceof Error ? error.message : stringifyError(error);
      throw new InputError(
        `${configPath}.when of policy "${name}" is no valid condition: ${reason}`,
      );
    }
  }

  /** Whether the condition may look at what the owner group holds. */
  get needsUsage(): boolean {
    return this.#condition?.needsUsage === true;
  }

  /** Whether the policy looks at such requests at all. */
  matches(input: PolicyInput): boolean {
    const match = this.#definition.match ?? {};
    return (
      this.#concerns(input) &&
      holds(match.types, input.type) &&
      holds(match.environments, input.instance.environment) &&
      holds(match.instances, input.instance.name) &&
      holds(match.actions, input.request.action) &&
      holds(match.engines, input.instance.engine) &&
      holds(match.owners, input.owner)
    );
  }

  /** What speaks of one kind of request alone has nothing to say to others. */
  #concerns({ request, requester }: PolicyInput): boolean {
    const { effect, approve, quarantine, drift } = this.#definition;
    return (
      effect !== undefined ||
      approve !== undefined ||
      (quarantine !== undefined && request.action === 'delete') ||
      (drift !== undefined && requester.ref === DRIFT_REQUESTER)
    );
  }

  evaluate(input: PolicyInput): ConditionResult {
    return this.#condition?.evaluate(input) ?? { state: 'true' };
  }

  /**
   * What destroys something needs a person. Only the deletion of a whole resource can be
   * left to a policy, and that one must name it.
   */
  mayApproveAutomatically(input: PolicyInput): boolean {
    return input.request.action === 'delete'
      ? this.#definition.match?.actions?.includes('delete') === true
      : !input.plan.destructive;
  }

  /** A condition that could not be evaluated must never let anything through unseen. */
  findings(result: ConditionResult): Finding[] {
    if (result.state === 'false') {
      return [];
    }
    const { effect, message = '', path } = this.#definition;
    const finding = (as: Finding['effect'], text: string): Finding => ({
      policy: this.name,
      effect: as,
      message: text,
      ...(path === undefined ? {} : { path }),
    });
    if (result.state === 'true') {
      return effect ? [finding(effect, message)] : [];
    }
    const unknown = `${this.name} cannot judge this request (${result.reason})`;
    if (effect === 'deny') {
      return [finding('deny', `${unknown}, so it refuses. ${message}`)];
    }
    return [
      finding(
        'warn',
        this.approve === 'automatically'
          ? `${unknown}, so it does not approve`
          : unknown,
      ),
    ];
  }
}

/** A list of actions without the one that a key is about would switch the key off. */
function checkAction(
  { name, configPath, match, ...definition }: PolicyDefinition,
  key: 'quarantine' | 'drift',
  action: PolicyAction,
): void {
  if (definition[key] && match?.actions && !match.actions.includes(action)) {
    throw new InputError(
      `${configPath}.match.actions of policy "${name}" is ${match.actions.join(
        ', ',
      )}, so its "${key}" would never apply; list ${action} as well, or leave actions out`,
    );
  }
}

function holds<T>(list: readonly T[] | undefined, value: T): boolean {
  return list === undefined || list.includes(value);
}
