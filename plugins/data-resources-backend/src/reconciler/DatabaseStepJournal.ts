import type { JsonObject } from '@backstage/types';
import type {
  JournalEntry,
  LoginUse,
  StepJournal,
  StepOutcome,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { runPrepared } from '../database/runPrepared';
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

/**
 * Ends steps and begins others, where the lease is still held, and says so in the audit trail: all
 * in one statement, for it stands between an engine's answer and the next call.
 */
const WRITE = {
  name: 'journal',
  sql: `
  WITH ended AS (
    UPDATE operations o
    SET state = v.state, error = v.error, note = v.note, ended_at = now(),
        started_at = coalesce(o.started_at, now()),
        evidence = CASE WHEN v.state = 'unknown' THEN o.evidence END
    FROM jsonb_to_recordset(CAST(:outcomes AS jsonb)) AS v(n int, audit_id uuid, event text,
        key uuid, resource_id uuid, state text, error jsonb, note text),
      resources r, operations old
    WHERE o.id = v.key AND old.id = v.key AND o.resource_id = v.resource_id
      AND r.id = v.resource_id AND r.lease_ticket = :ticket
    RETURNING v.n, v.audit_id, v.event, o.*,
      (old.state, old.error) IS DISTINCT FROM (o.state, o.error) AS is_news
  ), begun AS (
    UPDATE operations o
    SET state = 'running', attempt = o.attempt + 1, evidence = v.evidence,
        error = NULL, note = NULL, ended_at = NULL, started_at = coalesce(o.started_at, now())
    FROM jsonb_to_recordset(CAST(:intents AS jsonb)) AS v(n int, audit_id uuid, event text,
        key uuid, resource_id uuid, evidence jsonb),
      resources r
    WHERE o.id = v.key AND o.resource_id = v.resource_id
      AND r.id = v.resource_id AND r.lease_ticket = :ticket
      AND r.lease_until > now() + :callTimeoutMs * interval '1 millisecond'
    RETURNING v.n, v.audit_id, v.event, o.*,
      extract(epoch FROM r.lease_until - now())::float8 * 1000 AS rest_ms
  ), proven AS MATERIALIZED (
    SELECT v.*
    FROM jsonb_to_recordset(CAST(:identities AS jsonb)) AS v(id uuid, identity jsonb)
      JOIN resources r ON r.id = v.id
    WHERE r.lease_ticket = :ticket
    ORDER BY r.active_request_id FOR NO KEY UPDATE OF r
  ), identified AS (
    UPDATE resources r SET identity = coalesce(r.identity, '{}'::jsonb) || v.identity
    FROM proven v WHERE r.id = v.id
  ), told AS (
    INSERT INTO audit (id, event, actor, request_id, resource_id, details)
    SELECT audit_id, event, 'system:reconciler', request_id, resource_id,
      jsonb_build_object('operationId', id, 'stepId', step_id, 'kind', kind, 'attempt', attempt) ||
        CASE WHEN error IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('error', error) END ||
        CASE WHEN note IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('note', note) END
    FROM (
      -- An engine that stays away would otherwise add a row for every look.
      SELECT n, audit_id, event, request_id, resource_id, id, step_id, kind, attempt, error, note
      FROM ended WHERE is_news
      UNION ALL
      SELECT n, audit_id, event, request_id, resource_id, id, step_id, kind, attempt, error, note
      FROM begun
    ) AS changes ORDER BY n
  )
  SELECT id, NULL::float8 AS rest_ms FROM ended UNION ALL SELECT id, rest_ms FROM begun`,
};

/** The intent log in `operations`: every write asks for the lease's ticket, and the rows that answer count. */
export class DatabaseStepJournal implements StepJournal {
  readonly #options: DatabaseStepJournalOptions;

  private constructor(options: DatabaseStepJournalOptions) {
    this.#options = options;
  }

  static create(options: DatabaseStepJournalOptions): DatabaseStepJournal {
    return new DatabaseStepJournal(options);
  }

  async write({
    outcomes,
    intents,
  }: JournalEntry): Promise<ReadonlySet<string>> {
    const { knex, ticket, callTimeoutMs } = this.#options;
    // A clock that goes on while the process is suspended, and that nobody sets.
    const asked = performance.now();
    const { rows } = await runPrepared<{
      id: string;
      rest_ms: number | null;
    }>(knex, WRITE, {
      ticket,
      callTimeoutMs,
      // What ended stands before what begins, as it happened.
      outcomes: this.#rows(outcomes.map(writable), 0),
      intents: this.#rows(
        intents.map(({ key, evidence }) => ({
          key,
          evidence,
          event: 'step.begun',
        })),
        outcomes.length,
      ),
      identities: JSON.stringify(this.#identities(outcomes)),
    });
    // Suspended while the database answered, another replica may be done with these by now, and
    // the engine would take a late call for a new one.
    const waited = performance.now() - asked;
    return new Set(
      rows
        .filter(
          ({ rest_ms }) => rest_ms === null || waited + callTimeoutMs < rest_ms,
        )
        .map(({ id }) => id),
    );
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

  /** With what the statement needs besides, numbered from `first`. */
  #rows(changes: readonly { key: string; event: string }[], first: number) {
    return JSON.stringify(
      changes.map((change, index) => ({
        ...change,
        resource_id: this.#options.resourceOf.get(change.key),
        n: first + index,
        audit_id: uuid(),
      })),
    );
  }

  /** Of each resource, what its steps have proven. */
  #identities(
    outcomes: readonly StepOutcome[],
  ): { id: string; identity: JsonObject }[] {
    const identities = new Map<string, JsonObject>();
    for (const outcome of outcomes) {
      const id = this.#options.resourceOf.get(outcome.key);
      if (id && outcome.state === 'done' && outcome.identity) {
        identities.set(id, { ...identities.get(id), ...outcome.identity });
      }
    }
    return [...identities].map(([id, identity]) => ({ id, identity }));
  }
}

function writable(outcome: StepOutcome) {
  return {
    key: outcome.key,
    event: `step.${outcome.state}`,
    state: outcome.state,
    note: outcome.state === 'done' ? outcome.note : undefined,
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
