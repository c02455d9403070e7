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
import { EVERYTHING, type RuledRequest, type Scope } from '../permissions';
import { currentPlans } from './currentPlans';
import { noSuchRequest } from './noSuchSubject';
import { onlyApprovable } from './onlyApprovable';
import { permittedActions, visibleResources } from './permittedActions';
import { presentRequest } from './presentRequest';

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

  /** Those of a batch that are in the scope. */
  async ofBatch(
    batchId: string,
    scope: Scope<RuledRequest>,
  ): Promise<RequestRow[]> {
    const query = this.#knex<RequestRow>('requests')
      .where('requests.batch_id', batchId)
      .select('requests.*');
    scope.narrow(query);
    return query;
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
      .whereIn('id', [...ids])
      .orderBy('id')
      .forUpdate();
    return new Map(rows.map(row => [row.id, row]));
  }

  /** The decisions on each of the requests, in the order in which they were made. */
  async decisions(
    ids: readonly string[],
    knex: Knex = this.#knex,
  ): Promise<(id: string) => DecisionRow[]> {
    return byRequest(
      await knex<DecisionRow>('decisions')
        .whereIn('request_id', [...ids])
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

  /** The same requests as the API shows them to this caller, in the same order. */
  async present(
    rows: readonly RequestRow[],
    caller: Caller,
  ): Promise<DataRequest[]> {
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) {
      return [];
    }
    const [plans, decisions, operations] = await Promise.all([
      this.#knex<PlanRow>('request_plans')
        .whereIn('request_id', ids)
        .orderBy(['request_id', 'revision']),
      this.decisions(ids),
      this.#knex<OperationRow>('operations')
        .whereIn('request_id', ids)
        .orderBy(['request_id', 'ordinal']),
    ]);
    const permitted = await permittedActions(this.#knex, rows, caller);
    const plansOf = byRequest(plans);
    const operationsOf = byRequest(operations);
    return rows.map(row =>
      presentRequest(
        row,
        {
          plans: plansOf(row.id),
          decisions: decisions(row.id),
          operations: operationsOf(row.id),
        },
        { caller, permitted, platformGroup: this.#platformGroup },
      ),
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
