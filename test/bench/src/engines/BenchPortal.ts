import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '@backstage/types';
import type { Client } from 'pg';
import type { BenchServer } from '../BenchServer';
import type { Organisation } from '../organisation';
import type { BareEngine } from './BareEngine';

/** The most requests that one call takes. */
const MOST_AT_ONCE = 1_000;
const REQUESTER = 'developer';
const APPROVER = 'engineer';
const TEAM = 'group:default/team';
const PATIENCE_MS = 600_000;

/** The instance that is measured, and one on the same engine that can be made to hang. */
export const LIVE = 'live';
export const HANGING = 'hanging';

/** The component that has access to all that is made at once. */
const SHARED = 'app';

/** Who there is in its catalog: each object that is made alone has a component of its own. */
export function benchPeople(alone: readonly string[]): Organisation {
  return {
    users: { [REQUESTER]: ['team'], [APPROVER]: ['platform'] },
    components: Object.fromEntries(
      [SHARED, ...alone].map(name => [name, 'team']),
    ),
  };
}

/** When something began and ended, in milliseconds. */
export interface Span {
  /** From the call that approves until the database says that it is completed. */
  ms: number;
  /** The part of it until the approval was answered. */
  answeredMs: number;
}

/** Approves, and waits until all are completed; what is to happen in between, after the answer. */
export type Approve = (onAnswered?: () => Promise<void>) => Promise<Span>;

/** The portal as people use it, over HTTP. */
export class BenchPortal {
  readonly #server: BenchServer;
  readonly #client: Client;
  readonly #bare: BareEngine;
  readonly #signal: AbortSignal;

  /** @param options - `client` is one of the plugin's database */
  constructor(options: {
    server: BenchServer;
    client: Client;
    bare: BareEngine;
    signal: AbortSignal;
  }) {
    this.#server = options.server;
    this.#client = options.client;
    this.#bare = options.bare;
    this.#signal = options.signal;
  }

  /** Asks for an object for the component of its name; the answer approves it, and waits until it is completed. */
  async askForOne(name: string): Promise<() => Promise<Span>> {
    const request = await this.#post(
      REQUESTER,
      '/requests',
      this.#input(name, name),
    );
    return async () => {
      const begin = performance.now();
      await this.#post(APPROVER, `/requests/${request.id}/approve`, {
        planHash: request.plan.hash,
      });
      const answeredMs = performance.now() - begin;
      await this.#awaitCompleted([request.id]);
      return { ms: performance.now() - begin, answeredMs };
    };
  }

  /** Takes the first credential of the component of that name. */
  async takeCredential(name: string): Promise<number> {
    const { rows } = await this.#client.query(
      'SELECT id FROM resources WHERE name = $1',
      [name],
    );
    const begin = performance.now();
    await this.#post(REQUESTER, `/resources/${rows[0].id}/credentials`, {
      principal: `component:default/${name}`,
    });
    return performance.now() - begin;
  }

  /** Asks for many objects; the answer approves them at once, and waits until all are completed. */
  async askForMany(
    names: readonly string[],
    { instance = LIVE, spec }: { instance?: string; spec?: JsonObject } = {},
  ): Promise<Approve> {
    if (names.length > MOST_AT_ONCE) {
      throw new Error(`At most ${MOST_AT_ONCE} are asked for at once`);
    }
    const batch = await this.#post(REQUESTER, '/request-batches', {
      requests: names.map(name => ({
        ...this.#input(name, SHARED, instance),
        ...(spec ? { spec } : {}),
      })),
    });
    const refused = batch.items.find(({ status }: any) => status !== 201);
    if (refused) {
      throw new Error(`A request was refused: ${JSON.stringify(refused)}`);
    }
    const requests: { id: string; plan: { hash: string } }[] = batch.items.map(
      ({ request }: any) => request,
    );
    return async onAnswered => {
      const begin = performance.now();
      const decided = await this.#post(
        APPROVER,
        `/request-batches/${batch.id}/approve`,
        {
          planHashes: Object.fromEntries(
            requests.map(({ id, plan }) => [id, plan.hash]),
          ),
        },
      );
      const answeredMs = performance.now() - begin;
      const failed = decided.items.find(({ status }: any) => status !== 200);
      if (failed) {
        throw new Error(`An approval failed: ${JSON.stringify(failed)}`);
      }
      await onAnswered?.();
      await this.#awaitCompleted(requests.map(({ id }) => id));
      return { ms: performance.now() - begin, answeredMs };
    };
  }

  /** Has a drift pass begin now; answers how long it took, and how many resources differ. */
  async lookForDrift(): Promise<{ ms: number; drifted: number }> {
    // Its next turn is an interval of a day after the one in which it began.
    const { rows: before } = await this.#client.query(
      `UPDATE drift_passes SET due_at = now() WHERE instance = $1 RETURNING ended_at`,
      [LIVE],
    );
    if (before.length === 0) {
      throw new Error(`No drift pass of ${LIVE} has run yet`);
    }
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const { rows } = await this.#client.query(
        `SELECT ended_at,
           extract(epoch FROM ended_at - (due_at - interval '1 day'))::float8 * 1000 AS ms,
           (SELECT count(*)::int FROM resources
            WHERE instance = $1 AND drift IS NOT NULL) AS drifted
         FROM drift_passes WHERE instance = $1`,
        [LIVE],
      );
      const [{ ended_at, ms, drifted }] = rows;
      if (
        ended_at &&
        String(ended_at) !== String(before[0].ended_at) &&
        ms > 0
      ) {
        return { ms, drifted };
      }
      if (performance.now() > end) {
        throw new Error(`The drift pass of ${LIVE} did not end`);
      }
      await sleep(100, undefined, { signal: this.#signal });
    }
  }

  /** When what happened to requests that were asked for together, in ms since the first approval. */
  async timeline(names: readonly string[]): Promise<string[]> {
    const { rows } = await this.#client.query(
      `WITH r AS (SELECT id, updated_at FROM requests WHERE name = ANY($1::text[])),
         t AS (
           SELECT 1 AS n, 'approved' AS what, decided_at AS began, decided_at AS ended
           FROM decisions JOIN r ON r.id = request_id
           UNION ALL
           SELECT 2, 'started', a.at, a.at
           FROM audit a JOIN r ON r.id = a.request_id WHERE a.event = 'request.executing'
           UNION ALL
           SELECT 3 + o.ordinal, o.kind, o.started_at, o.ended_at
           FROM operations o JOIN r ON r.id = o.request_id
           UNION ALL SELECT 99, 'completed', updated_at, updated_at FROM r)
       SELECT what,
         round(extract(epoch FROM min(began) - (SELECT min(began) FROM t)) * 1000) AS first,
         round(extract(epoch FROM max(ended) - (SELECT min(began) FROM t)) * 1000) AS last,
         count(DISTINCT ended)::int AS times
       FROM t GROUP BY n, what ORDER BY n, what`,
      [names],
    );
    return rows.map(
      ({ what, first, last, times }) =>
        `${what}: ${first} to ${last} ms, in ${times} parts`,
    );
  }

  /** The two logins of a component; without a name, of the one that shares all. */
  async loginsOf(component: string = SHARED): Promise<string[]> {
    const { rows } = await this.#client.query(
      `SELECT DISTINCT login_base FROM grants WHERE principal = $1`,
      [`component:default/${component}`],
    );
    return rows.flatMap(({ login_base }) => [
      `${login_base}_a`,
      `${login_base}_b`,
    ]);
  }

  /** How many resources of the instance are ready. */
  async readyCount(): Promise<number> {
    const { rows } = await this.#client.query(
      `SELECT count(*)::int AS n FROM resources WHERE instance = $1 AND phase = 'ready'`,
      [LIVE],
    );
    return rows[0].n;
  }

  #input(name: string, component: string, instance = LIVE): JsonObject {
    const { type, spec, role } = this.#bare.wanted;
    return {
      action: 'create',
      type,
      instance,
      name,
      owner: TEAM,
      spec,
      grants: [{ principal: `component:default/${component}`, role }],
    };
  }

  async #awaitCompleted(ids: readonly string[]): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const { rows } = await this.#client.query(
        `SELECT count(*) FILTER (WHERE state = 'completed')::int AS completed,
           min(id::text) FILTER (WHERE state NOT IN ('approved', 'executing', 'completed')) AS bad
         FROM requests WHERE id = ANY($1::uuid[])`,
        [ids],
      );
      const [{ completed, bad }] = rows;
      if (bad || performance.now() > end) {
        throw new Error(
          `Request ${
            bad ?? 'after all this time'
          } was not completed: ${await this.#why(ids)}`,
        );
      }
      if (completed === ids.length) {
        return;
      }
      await sleep(ids.length === 1 ? 2 : 20, undefined, {
        signal: this.#signal,
      });
    }
  }

  async #why(ids: readonly string[]): Promise<string> {
    const { rows } = await this.#client.query(
      `SELECT state, waiting_message,
         (SELECT o.error FROM operations o
          WHERE o.request_id = r.id AND o.error IS NOT NULL LIMIT 1) AS error, count(*)::int AS n
       FROM requests r WHERE id = ANY($1::uuid[]) AND state <> 'completed'
       GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT 5`,
      [ids],
    );
    return JSON.stringify(rows);
  }

  async #post(user: string, path: string, body: unknown): Promise<any> {
    const response = await fetch(`${this.#server.url}${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await this.#server.tokenOf(user)}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) {
      throw new Error(
        `POST ${path} answered ${response.status}: ${JSON.stringify(answer)}`,
      );
    }
    return answer;
  }
}
