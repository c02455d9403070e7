import { InputError } from '@backstage/errors';
import type { Finding } from '@data-resources/plugin-data-resources-node';
import { didYouMean } from '../checks';
import type { BudgetDefinition, PolicyInput } from './types';

/** What {@link Budgets.create} checks against; a list that is given is complete. */
export interface KnownToBudgets {
  types?: readonly string[];
  environments?: readonly string[];
  counters?: readonly string[];
}

/**
 * How much an owner group may hold in an environment before a person is asked. Beyond a budget
 * nothing is refused; it is only not approved automatically any more.
 */
export class Budgets {
  readonly #budgets: readonly BudgetDefinition[];

  private constructor(budgets: readonly BudgetDefinition[]) {
    this.#budgets = budgets;
  }

  /** Throws an `InputError` that names the path of what is wrong. */
  static create(
    budgets: readonly BudgetDefinition[],
    known: KnownToBudgets = {},
  ): Budgets {
    const names = new Map<string, string>();
    for (const { name, configPath, match, limits } of budgets) {
      const first = names.get(name);
      if (first !== undefined) {
        throw new InputError(
          `${configPath}.name is "${name}", the name of ${first} as well; each budget must have its own`,
        );
      }
      names.set(name, configPath);
      checkKnown(match.types, known.types, `${configPath}.match.types`, 'type');
      checkKnown(
        match.environments,
        known.environments,
        `${configPath}.match.environments`,
        'environment',
      );
      for (const counter of Object.keys(limits)) {
        if (known.counters && !known.counters.includes(counter)) {
          throw new InputError(
            `${configPath}.limits.${counter} limits what nothing counts${didYouMean(
              counter,
              known.counters,
            )}; there are ${known.counters.join(', ') || 'none'}`,
          );
        }
      }
    }
    return new Budgets(budgets);
  }

  /** Whether any budget is for such a request. */
  apply(input: Pick<PolicyInput, 'owner' | 'type' | 'instance'>): boolean {
    return this.#of(input).length > 0;
  }

  /** A `warn` per limit that the request goes beyond. */
  exceeded(input: PolicyInput): Finding[] {
    const { held = [], adds = {} } = input.usage ?? {};
    return this.#of(input).flatMap(({ name, match, limits }) => {
      const counted = held.filter(({ type }) => holds(match.types, type));
      return Object.entries(limits).flatMap(([counter, limit]) => {
        const more = adds[counter] ?? 0;
        const now = counted.reduce(
          (sum, { counts }) => sum + (counts[counter] ?? 0),
          0,
        );
        // What a request does not raise is not its fault.
        return more <= 0 || now + more <= limit
          ? []
          : [
              {
                policy: `budget/${name}`,
                effect: 'warn' as const,
                message: `${shortRef(
                  input.owner,
                )} holds ${now} of ${limit} ${counter} in ${
                  input.instance.environment
                }; with this ${
                  now + more
                }, which is beyond the budget for automatic approval, so a person decides`,
              },
            ];
      });
    });
  }

  #of({
    owner,
    type,
    instance,
  }: Pick<PolicyInput, 'owner' | 'type' | 'instance'>): BudgetDefinition[] {
    return this.#budgets.filter(
      ({ match }) =>
        holds(match.owners, owner) &&
        holds(match.environments, instance.environment) &&
        holds(match.types, type),
    );
  }
}

function holds<T>(list: readonly T[] | undefined, value: T): boolean {
  return list === undefined || list.includes(value);
}

function checkKnown(
  values: readonly string[] | undefined,
  known: readonly string[] | undefined,
  path: string,
  what: string,
): void {
  values?.forEach((value, index) => {
    if (known && !known.includes(value)) {
      throw new InputError(
        `${path}[${index}] is "${value}"${didYouMean(
          value,
          known,
        )}, and there is no such ${what}; known: ${known.join(', ') || 'none'}`,
      );
    }
  });
}

/** `payments` of `group:default/payments`; a namespace of its own is told. */
function shortRef(ref: string): string {
  return ref.replace(/^group:(default\/)?/, '');
}
