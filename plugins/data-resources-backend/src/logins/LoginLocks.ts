import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { runPrepared } from '../database/runPrepared';

const TAKE = {
  name: 'take_logins',
  sql: `
    INSERT INTO principals AS p (id, instance, base, lease_ticket, lease_until)
    SELECT v.id, :instance, v.base, CAST(:ticket AS uuid), now() + :holdForMs * interval '1 millisecond'
    FROM jsonb_to_recordset(CAST(:bases AS jsonb)) AS v(id uuid, base text) ORDER BY v.base
    ON CONFLICT (instance, base) DO UPDATE
    SET lease_ticket = excluded.lease_ticket, lease_until = excluded.lease_until
    WHERE p.lease_ticket IS NULL OR p.lease_until < now()`,
};

const RELEASE = {
  name: 'release_logins',
  sql: `
    WITH held AS MATERIALIZED (
      SELECT id FROM principals WHERE lease_ticket = CAST(:ticket AS uuid)
      -- In the order in which they are taken: who takes some waits for these rows.
      ORDER BY base FOR NO KEY UPDATE
    )
    UPDATE principals p SET lease_ticket = NULL, lease_until = NULL
    FROM held WHERE p.id = held.id`,
};

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
    const bases = [...new Set(options.bases)].sort();
    const ticket = uuid();
    const holder = { instance, ticket, holdForMs };
    try {
      if (!(await this.#take(bases, holder))) {
        // Whoever waits holds nothing that another one may wait for.
        await this.#release(ticket);
        await this.#takeInTurn(bases, holder);
      }
      return await work();
    } finally {
      // How the work ended stands, whether or not this is written: then the lease runs out.
      await this.#release(ticket).catch(() => {});
    }
  }

  /** Takes those that are free; whether they are all. */
  async #take(
    bases: readonly string[],
    { instance, ticket, holdForMs }: Holder,
  ): Promise<boolean> {
    const { rowCount } = await runPrepared(this.#knex, TAKE, {
      instance,
      ticket,
      holdForMs,
      bases: JSON.stringify(bases.map(base => ({ id: uuid(), base }))),
    });
    return rowCount === bases.length;
  }

  /** In one order for everybody, so that two operations never wait for each other. */
  async #takeInTurn(bases: readonly string[], holder: Holder): Promise<void> {
    const { instance } = holder;
    const deadline = Date.now() + PATIENCE_MS;
    for (const base of bases) {
      while (!(await this.#take([base], holder))) {
        if (Date.now() > deadline) {
          throw new ProviderError(
            'Unreachable',
            `The logins ${base}_a and ${base}_b on ${instance} are being changed by another operation`,
          );
        }
        await sleep(POLL_MS);
      }
    }
  }

  async #release(ticket: string): Promise<void> {
    await runPrepared(this.#knex, RELEASE, { ticket });
  }
}

interface Holder {
  instance: string;
  ticket: string;
  holdForMs: number;
}
