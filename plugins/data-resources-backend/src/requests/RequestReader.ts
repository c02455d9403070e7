import {
  dataResourcesRequestDecidePermission,
  dataResourcesRequestReadPermission,
  type DataRequest,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';
import { isUuid, type PageOptions } from '../database/keyset';
import { defined, readVisiblePage } from '../database/readVisiblePage';
import type {
  DecisionRow,
  OperationRow,
  PlanRow,
  RequestRow,
} from '../database/rows';
import { runPrepared } from '../database/runPrepared';
import { EVERYTHING, type RuledRequest, type Scope } from '../permissions';
import { withTimes } from './approveRequests';
import { currentPlans } from './currentPlans';
import { noSuchRequest } from './noSuchSubject';
import { onlyApprovable } from './onlyApprovable';
import { permittedActions, visibleResources } from './permittedActions';
import { presentRequest } from './presentRequest';

const DETAILED = {
  name: 'read_request',
  sql: `
    SELECT q.*, to_jsonb(p) AS plan_now,
      (SELECT coalesce(jsonb_agg(to_jsonb(d) ORDER BY d.decided_at, d.id), '[]'::jsonb)
       FROM decisions d WHERE d.request_id = q.id) AS decided
    FROM requests q
    JOIN request_plans p ON p.request_id = q.id AND p.revision = q.plan_revision
    WHERE q.id = CAST(:id AS uuid)`,
};

/** Filters of a list of requests; all that are given must hold. */
export interface RequestFilter {
  state?: string;
  action?: string;
  type?: string;
  instance?: string;
  environment?: string;
  owner?: string;
  resourceId?: string;
  batchId?: string;
  requestedBy?: 'me';
  approvableBy?: 'me';
}

/** The plan that a request has now, and all decisions on it in the order in which they were made. */
export interface KnownDetails {
  plan: PlanRow;
  decisions: DecisionRow[];
}

/** Reads requests as the API shows them: everything of a page in a constant number of queries. */
export class RequestReader {
  readonly #knex: Knex;
  readonly #platformGroup: string;

  private constructor(options: { knex: Knex; platformGroup: string }) {
    this.#knex = options.knex;
    this.#platformGroup = options.platformGroup;
  }

  static create(options: { knex: Knex; platformGroup: string }): RequestReader {
    return new RequestReader(options);
  }

  async list(
    filter: RequestFilter,
    page: PageOptions,
    caller: Caller,
  ): Promise<{ items: DataRequest[]; nextCursor?: string }> {
    const { resourceId, batchId } = filter;
    if (resourceId !== undefined) {
      if (
        !isUuid(resourceId) ||
        !(await visibleResources(this.#knex, [resourceId], caller)).size
      ) {
        return { items: [] };
      }
    }
    if (batchId !== undefined && !isUuid(batchId)) {
      return { items: [] };
    }
    const { permissions } = caller;
    const scope = await permissions.requests(
      dataResourcesRequestReadPermission,
    );
    const decide = filter.approvableBy
      ? await permissions.requests(dataResourcesRequestDecidePermission)
      : undefined;
    const { rows, nextCursor } = await readVisiblePage<RequestRow>({
      knex: this.#knex,
      table: 'requests',
      scope,
      page,
      where: columnsOf(filter, caller),
      ...(decide && {
        waitingFor: [...caller.groups],
        filter: query => {
          onlyApprovable(query, caller);
          decide.narrow(query);
        },
      }),
    });
    return { items: await this.present(rows, caller), nextCursor };
  }

  /** Throws `NotFoundError`, also for a request that the caller may not see. */
  async get(id: string, caller: Caller): Promise<DataRequest> {
    const readable = await caller.permissions.requests(
      dataResourcesRequestReadPermission,
    );
    const row = await this.find(id, readable);
    if (!row) {
      throw noSuchRequest(id);
    }
    const [request] = await this.present([row], caller);
    return request;
  }

  /** Throws `NotFoundError`. Whether somebody may see it is the caller's concern. */
  async row(id: string): Promise<RequestRow> {
    const row = await this.find(id, EVERYTHING);
    if (!row) {
      throw noSuchRequest(id);
    }
    return row;
  }

  /** The request, if there is one and it is in the scope. */
  async find(
    id: string,
    scope: Scope<RuledRequest>,
  ): Promise<RequestRow | undefined> {
    if (!isUuid(id)) {
      return undefined;
    }
    const query = this.#knex<RequestRow>('requests')
      .where('requests.id', id)
      .select('requests.*');
    scope.narrow(query);
    const [row] = await query;
    return row;
  }

  /** The same with its details as they were at that moment, to be shown to nobody. */
  async findDetailed(
    id: string,
  ): Promise<{ row: RequestRow; details: KnownDetails } | undefined> {
    if (!isUuid(id)) {
      return undefined;
    }
    const { rows } = await runPrepared<
      RequestRow & { plan_now: PlanRow; decided: DecisionRow[] }
    >(this.#knex, DETAILED, { id });
    return rows.map(({ plan_now, decided, ...row }) => ({
      row,
      details: {
        plan: { ...plan_now, created_at: new Date(plan_now.created_at) },
        decisions: decided.map(withTimes),
      },
    }))[0];
  }

  /** The requests of these ids, whatever their order; for who may see them all. */
  async rows(ids: readonly string[]): Promise<RequestRow[]> {
    return this.#knex<RequestRow>('requests').whereRaw('id = ANY(?::uuid[])', [
      [...ids],
    ]);
  }

  /** Those of a batch that are in the scope, by id. */
  async ofBatch(
    batchId: string,
    scope: Scope<RuledRequest>,
  ): Promise<Map<string, RequestRow>> {
    const query = this.#knex<RequestRow>('requests')
      .where('requests.batch_id', batchId)
      .select('requests.*');
    scope.narrow(query);
    const rows: RequestRow[] = await query;
    return new Map(rows.map(row => [row.id, row]));
  }

  /** The same without what is known of them. */
  async idsOfBatch(
    batchId: string,
    scope: Scope<RuledRequest>,
  ): Promise<ReadonlySet<string>> {
    const query = this.#knex<RequestRow>('requests')
      .where('requests.batch_id', batchId)
      .select('requests.id');
    scope.narrow(query);
    const rows: Pick<RequestRow, 'id'>[] = await query;
    return new Set(rows.map(({ id }) => id));
  }

  /**
   * The requests as nobody else can change them until the transaction ends, by id. Whether somebody
   * may see them is the caller's concern.
   */
  async lock(
    trx: Knex,
    ids: readonly string[],
  ): Promise<Map<string, RequestRow>> {
    // One order for everybody, so that two decisions never wait for each other.
    const rows = await trx<RequestRow>('requests')
      .whereRaw('id = ANY(?::uuid[])', [[...ids]])
      .orderBy('id')
      .forUpdate();
    return new Map(rows.map(row => [row.id, row]));
  }

  /** The decisions on each of the requests, in the order in which they were made. */
  async decisions(
    ids: readonly string[],
    knex: Knex = this.#knex,
  ): Promise<(id: string) => DecisionRow[]> {
    if (ids.length === 0) {
      return () => [];
    }
    return byRequest(
      await knex<DecisionRow>('decisions')
        .whereRaw('request_id = ANY(?::uuid[])', [[...ids]])
        .orderBy(['decided_at', 'id']),
    );
  }

  /** The plan that each of the requests has now, by request. */
  async currentPlans(
    rows: readonly RequestRow[],
    knex: Knex = this.#knex,
  ): Promise<Map<string, PlanRow>> {
    return currentPlans(knex, rows);
  }

  /**
   * The same requests as the API shows them to this caller, in the same order.
   *
   * @param known - what was read or written of them just now, by request
   */
  async present(
    rows: readonly RequestRow[],
    caller: Caller,
    known: ReadonlyMap<string, KnownDetails> = new Map(),
  ): Promise<DataRequest[]> {
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) {
      return [];
    }
    const [plans, decisions, operations] = await Promise.all([
      this.#plans(
        // Of a request that was planned once, the plan that is known is all there is.
        rows.filter(row => row.plan_revision > 1 || !known.has(row.id)),
      ),
      this.decisions(ids.filter(id => !known.has(id))),
      this.#operations(ids),
    ]);
    const permitted = await permittedActions(this.#knex, rows, caller);
    return rows.map(row => {
      const { id, plan_revision } = row;
      const { plan, decisions: decided } = known.get(id) ?? {};
      return presentRequest(
        row,
        {
          plans: plan && plan_revision === 1 ? [plan] : plans(id),
          decisions: decided ?? decisions(id),
          operations: operations(id),
        },
        { caller, permitted, platformGroup: this.#platformGroup },
      );
    });
  }

  async #plans(
    rows: readonly RequestRow[],
  ): Promise<(id: string) => PlanRow[]> {
    return rows.length > 0
      ? byRequest(
          await this.#knex<PlanRow>('request_plans')
            .whereRaw('request_id = ANY(?::uuid[])', [rows.map(({ id }) => id)])
            .orderBy(['request_id', 'revision']),
        )
      : () => [];
  }

  async #operations(
    ids: readonly string[],
  ): Promise<(id: string) => OperationRow[]> {
    return byRequest(
      await this.#knex<OperationRow>('operations')
        .whereRaw('request_id = ANY(?::uuid[])', [[...ids]])
        .orderBy(['request_id', 'ordinal']),
    );
  }
}

/** What a filter says about columns. */
function columnsOf(
  filter: RequestFilter,
  caller: Caller,
): Record<string, string> {
  const {
    requestedBy,
    approvableBy: _,
    resourceId,
    batchId,
    ...columns
  } = filter;
  return defined({
    ...columns,
    resource_id: resourceId,
    batch_id: batchId,
    requested_by: requestedBy && caller.userRef,
  });
}

function byRequest<TRow extends { request_id: string }>(
  rows: readonly TRow[],
): (id: string) => TRow[] {
  const found = new Map<string, TRow[]>();
  for (const row of rows) {
    const list = found.get(row.request_id) ?? [];
    list.push(row);
    found.set(row.request_id, list);
  }
  return id => found.get(id) ?? [];
}
