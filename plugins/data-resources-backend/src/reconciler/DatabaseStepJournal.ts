import type { JsonObject } from '@backstage/types';
import type {
  LoginUse,
  StepJournal,
  StepOutcome,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { appendStepAudit, type StepChange } from './appendStepAudit';
import type { LoginLocks } from '../logins/LoginLocks';

export interface DatabaseStepJournalOptions {
  knex: Knex;
  logins: LoginLocks;
  instance: string;
  /** Proves the lease on the resources whose steps are written about. */
  ticket: string;
  /** No call starts unless the rest of the lease is longer than this. */
  callTimeoutMs: number;
  /** The resource of each step. */
  resourceOf: ReadonlyMap<string, string>;
}

/** The intent log in `operations`: every write asks for the lease's ticket, and the rows that answer count. */
export class DatabaseStepJournal implements StepJournal {
  readonly #options: DatabaseStepJournalOptions;

  private constructor(options: DatabaseStepJournalOptions) {
    this.#options = options;
  }

  static create(options: DatabaseStepJournalOptions): DatabaseStepJournal {
    return new DatabaseStepJournal(options);
  }

  async begin(
    intents: readonly { key: string; evidence: JsonObject }[],
  ): Promise<ReadonlySet<string>> {
    const { knex, ticket, callTimeoutMs } = this.#options;
    // A clock that goes on while the process is suspended, and that nobody sets.
    const asked = performance.now();
    const begun = await knex.transaction(async trx => {
      const { rows } = await trx.raw<{
        rows: (StepChange & { rest_ms: number })[];
      }>(
        `UPDATE operations o
         SET state = 'running', attempt = o.attempt + 1, evidence = v.evidence,
             error = NULL, ended_at = NULL, started_at = coalesce(o.started_at, now())
         FROM jsonb_to_recordset(?::jsonb) AS v(key uuid, evidence jsonb), resources r
         WHERE o.id = v.key AND r.id = o.resource_id AND r.lease_ticket = ?
           AND r.lease_until > now() + ? * interval '1 millisecond'
         RETURNING o.id, o.request_id, o.resource_id, o.step_id, o.kind, o.state,
           o.attempt, o.error,
           extract(epoch FROM r.lease_until - now())::float8 * 1000 AS rest_ms`,
        [JSON.stringify(intents), ticket, callTimeoutMs],
      );
      await appendStepAudit(trx, rows);
      return rows;
    });
    // Suspended while the database answered, another replica may be done with these by now, and
    // the engine would take a late call for a new one.
    const waited = performance.now() - asked;
    return new Set(
      begun
        .filter(({ rest_ms }) => waited + callTimeoutMs < rest_ms)
        .map(({ id }) => id),
    );
  }

  async record(outcomes: readonly StepOutcome[]): Promise<ReadonlySet<string>> {
    const { knex, ticket } = this.#options;
    return knex.transaction(async trx => {
      const { rows } = await trx.raw<{
        rows: (StepChange & { is_news: boolean })[];
      }>(
        `UPDATE operations o
         SET state = v.state, error = v.error, ended_at = now(),
             started_at = coalesce(o.started_at, now()),
             evidence = CASE WHEN v.state = 'unknown' THEN o.evidence END
         FROM jsonb_to_recordset(?::jsonb) AS v(key uuid, state text, error jsonb),
           resources r, operations old
         WHERE o.id = v.key AND old.id = v.key AND r.id = o.resource_id AND r.lease_ticket = ?
         RETURNING o.id, o.request_id, o.resource_id, o.step_id, o.kind, o.state,
           o.attempt, o.error,
           (old.state, old.error) IS DISTINCT FROM (o.state, o.error) AS is_news`,
        [JSON.stringify(outcomes.map(writable)), ticket],
      );
      // An engine that stays away would otherwise add a row for every look.
      await appendStepAudit(
        trx,
        rows.filter(({ is_news }) => is_news),
      );
      const written = new Set(rows.map(({ id }) => id));
      const identities = this.#identities(outcomes, written);
      if (identities.size > 0) {
        await trx.raw(
          `UPDATE resources r SET identity = coalesce(r.identity, '{}'::jsonb) || v.identity
           FROM jsonb_to_recordset(?::jsonb) AS v(id uuid, identity jsonb)
           WHERE r.id = v.id AND r.lease_ticket = ?`,
          [
            JSON.stringify(
              [...identities].map(([id, identity]) => ({ id, identity })),
            ),
            ticket,
          ],
        );
      }
      return written;
    });
  }

  async loginUse(_key: string, base: string): Promise<LoginUse> {
    const { knex, instance } = this.#options;
    const roles: string[] = await knex('grants')
      .where({ instance, login_base: base })
      .whereIn('state', ['granting', 'active'])
      .distinct()
      .orderBy('role')
      .pluck('role');
    return { inUse: roles.length > 0, roles };
  }

  async withLogins<T>(
    bases: readonly string[],
    work: () => Promise<T>,
  ): Promise<T> {
    const { logins, instance, callTimeoutMs } = this.#options;
    // Check, act and check again, each within one call's time.
    return logins.run({ instance, bases, holdForMs: 4 * callTimeoutMs }, work);
  }

  #identities(
    outcomes: readonly StepOutcome[],
    written: ReadonlySet<string>,
  ): Map<string, JsonObject> {
    const identities = new Map<string, JsonObject>();
    for (const outcome of outcomes) {
      const id = this.#options.resourceOf.get(outcome.key);
      if (
        id &&
        outcome.state === 'done' &&
        outcome.identity &&
        written.has(outcome.key)
      ) {
        identities.set(id, { ...identities.get(id), ...outcome.identity });
      }
    }
    return identities;
  }
}

function writable(outcome: StepOutcome) {
  return {
    key: outcome.key,
    state: outcome.state,
    error:
      outcome.state === 'done'
        ? null
        : {
            reason: outcome.error.reason,
            message: outcome.error.message,
            retryable: outcome.error.retryable,
          },
  };
}
