import { InputError, stringifyError } from '@backstage/errors';
import type { Finding } from '@data-resources/plugin-data-resources-node';
import { PolicyCondition, type ConditionResult } from './PolicyCondition';
import type {
  ApproverRequirement,
  PolicyDefinition,
  PolicyInput,
} from './types';

/** One policy, checked and ready to judge. */
export class CompiledPolicy {
  readonly name: string;
  readonly approve?: 'automatically' | readonly ApproverRequirement[];
  readonly #definition: PolicyDefinition;
  readonly #condition?: PolicyCondition;

  private constructor(definition: PolicyDefinition) {
    const { name, approve, when } = definition;
    this.name = name;
    this.#definition = definition;
    this.#condition =
      when === undefined ? undefined : PolicyCondition.compile(when);
    this.approve = approve;
  }

  static create(definition: PolicyDefinition): CompiledPolicy {
    const { name, configPath, effect, approve, message } = definition;
    if (!effect && !approve) {
      throw new InputError(
        `${configPath}, policy "${name}", has neither "effect" nor "approve", so it would do nothing; give it one of them`,
      );
    }
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
      holds(match.types, input.type) &&
      holds(match.environments, input.instance.environment) &&
      holds(match.instances, input.instance.name) &&
      holds(match.actions, input.request.action) &&
      holds(match.engines, input.instance.engine) &&
      holds(match.owners, input.owner)
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

function holds<T>(list: readonly T[] | undefined, value: T): boolean {
  return list === undefined || list.includes(value);
}
