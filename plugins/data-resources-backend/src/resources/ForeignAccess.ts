import type {
  EffectiveAccess,
  Observation,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { claimedAccess } from '../drift/claimedAccess';
import { withoutGrants } from '../drift/foreignAccess';
import { baseOfLogin } from '../logins/baseOfLogin';
import { prefixesOf } from '../requests/claims/claimsOf';
import type { Subject } from '../requests/Subject';
import { keepsAccess } from '../requests/updateRules';

/** Who reaches objects in ways that the portal did not make. */
export class ForeignAccess {
  readonly #knex: Knex;

  private constructor(options: { knex: Knex }) {
    this.#knex = options.knex;
  }

  static create(options: { knex: Knex }): ForeignAccess {
    return new ForeignAccess(options);
  }

  /**
   * Of those among the subjects, all of one instance and type, that take note of it, by name: of
   * what is adopted, and of updates that keep it. Throws the engine's `ProviderError`.
   */
  async of(
    subjects: readonly Subject[],
    observations: ReadonlyMap<string, Observation>,
    signal: AbortSignal,
  ): Promise<Map<string, EffectiveAccess[]>> {
    const asking = subjects.filter(
      subject =>
        (subject.planAction === 'adopt' &&
          observations.get(subject.name)?.exists) ||
        (keepsAccess(subject) && observations.get(subject.name)?.ours),
    );
    const objects = asking.map(({ name, type, resource }) => ({
      name,
      identity: observations.get(name)?.identity,
      prefixes: resource ? prefixesOf(type, name, resource.spec) : undefined,
    }));
    if (objects.length === 0) {
      return new Map();
    }
    const [{ instance, type }] = subjects;
    const access = await instance.connection
      .provider(type.type)
      .access(objects, instance.context(signal));
    const ours = await this.#ourLogins(
      instance.name,
      [...access.values()].flat(),
    );
    const isClaimed = await claimedAccess(
      this.#knex,
      { instance: instance.name, type },
      access.values(),
    );
    return new Map(
      asking.map(({ name, planAction, grants }) => {
        const items = (access.get(name) ?? []).filter(way => !isClaimed(way));
        return [
          name,
          planAction === 'adopt'
            ? items.filter(
                ({ internal, login }) =>
                  !internal && !ours.has(baseOfLogin(login)),
              )
            : withoutGrants(items, grants.keep),
        ];
      }),
    );
  }

  async #ourLogins(
    instance: string,
    access: readonly EffectiveAccess[],
  ): Promise<ReadonlySet<string>> {
    const bases = new Set(access.map(({ login }) => baseOfLogin(login)));
    const rows: { login_base: string }[] = await this.#knex('grants')
      .where({ instance })
      .whereRaw('login_base = ANY(?::text[])', [[...bases]])
      .distinct('login_base');
    return new Set(rows.map(({ login_base }) => login_base));
  }
}
