import type {
  EffectiveAccess,
  Observation,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { baseOfLogin } from '../logins/baseOfLogin';
import type { Subject } from '../requests/Subject';

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
   * Of those among the subjects, all of one instance and type, that adopt something: by name.
   * Throws the engine's `ProviderError`.
   */
  async ofAdopted(
    subjects: readonly Subject[],
    observations: ReadonlyMap<string, Observation>,
    signal: AbortSignal,
  ): Promise<Map<string, EffectiveAccess[]>> {
    const objects = subjects
      .filter(
        ({ planAction, name }) =>
          planAction === 'adopt' && observations.get(name)?.exists,
      )
      .map(({ name }) => ({
        name,
        identity: observations.get(name)?.identity,
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
    return new Map(
      [...access].map(([name, items]) => [
        name,
        items.filter(
          ({ internal, login }) => !internal && !ours.has(baseOfLogin(login)),
        ),
      ]),
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
