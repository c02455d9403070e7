import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';

/** How long somebody waits for logins that are being worked on. */
const PATIENCE_MS = 5_000;
const POLL_MS = 50;

/**
 * Lets one operation at a time work on a principal's logins on an instance, over all replicas:
 * steps that make or remove them, and issues of credentials. A lease in the database, so that
 * what a killed process held becomes free.
 */
export class LoginLocks {
  readonly #knex: Knex;

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  static create(options: { knex: Knex }): LoginLocks {
    return new LoginLocks(options.knex);
  }

  /**
   * Runs `work` while holding the logins.
   *
   * @param options.holdForMs - when the lease ends if this process dies; longer than `work` may take
   * @throws `ProviderError` `Unreachable` when they are not free in time; nothing was done then
   */
  async run<T>(
    options: { instance: string; bases: readonly string[]; holdForMs: number },
    work: () => Promise<T>,
  ): Promise<T> {
    const { instance, holdForMs } = options;
    // One order for everybody, so that two operations never wait for each other.
    const bases = [...new Set(options.bases)].sort();
    const ticket = uuid();
    await this.#knex('principals')
      .insert(bases.map(base => ({ id: uuid(), instance, base })))
      .onConflict(['instance', 'base'])
      .ignore();
    const deadline = Date.now() + PATIENCE_MS;
    try {
      for (const base of bases) {
        while (!(await this.#take(instance, base, ticket, holdForMs))) {
          if (Date.now() > deadline) {
            throw new ProviderError(
              'Unreachable',
              `The logins ${base}_a and ${base}_b on ${instance} are being changed by another operation`,
            );
          }
          await sleep(POLL_MS);
        }
      }
      return await work();
    } finally {
      await this.#knex('principals')
        .where({ lease_ticket: ticket })
        .update({ lease_ticket: null, lease_until: null });
    }
  }

  async #take(
    instance: string,
    base: string,
    ticket: string,
    holdForMs: number,
  ): Promise<boolean> {
    const taken = await this.#knex('principals')
      .where({ instance, base })
      .whereRaw('(lease_ticket IS NULL OR lease_until < now())')
      .update({
        lease_ticket: ticket,
        lease_until: this.#knex.raw("now() + ? * interval '1 millisecond'", [
          holdForMs,
        ]),
      });
    return taken === 1;
  }
}
