import {
  dataResourcesRequestDecidePermission,
  dataResourcesRequestReadPermission,
  type DataRequest,
  type RequestInput as WireInput,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';
import { isUuid, type PageOptions } from '../database/keyset';
import { readVisiblePage } from '../database/readVisiblePage';
import type {
  DecisionRow,
  OperationRow,
  PlanRow,
  RequestRow,
} from '../database/rows';
import { EVERYTHING, type RuledRequest, type Scope } from '../permissions';
import { mayDecide } from './approvalProgress';
import { denials } from './denials';
import { noSuchRequest } from './noSuchSubject';
import { onlyApprovable } from './onlyApprovable';
import {
  permittedActions,
  visibleResources,
  type PermittedActions,
} from './permittedActions';
import { presentPlan } from './presentPlan';

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

interface Details {
  plans: PlanRow[];
  decisions: DecisionRow[];
  operations: OperationRow[];
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
      : EVERYTHING;
    const { rows, nextCursor } = await readVisiblePage<RequestRow>({
      knex: this.#knex,
      table: 'requests',
      scope,
      page,
      pendingOnly:
        filter.state === 'pending' || filter.approvableBy !== undefined,
      filter: query => {
        this.#filter(query, filter, caller);
        decide.narrow(query);
      },
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
   * The request as nobody else can change it until the transaction ends. Throws `NotFoundError`.
   * Whether somebody may see it is the caller's concern.
   */
  async lock(trx: Knex, id: string): Promise<RequestRow> {
    const row = isUuid(id)
      ? await trx<RequestRow>('requests').where({ id }).forUpdate().first()
      : undefined;
    if (!row) {
      throw noSuchRequest(id);
    }
    return row;
  }

  async currentPlan(
    row: RequestRow,
    knex: Knex = this.#knex,
  ): Promise<PlanRow> {
    const plan = await knex<PlanRow>('request_plans')
      .where({ request_id: row.id, revision: row.plan_revision })
      .first();
    if (!plan) {
      throw new Error(`Request ${row.id} has no plan ${row.plan_revision}`);
    }
    return plan;
  }

  async decisions(
    row: RequestRow,
    knex: Knex = this.#knex,
  ): Promise<DecisionRow[]> {
    return knex<DecisionRow>('decisions')
      .where({ request_id: row.id })
      .orderBy(['decided_at', 'id']);
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
      this.#knex<DecisionRow>('decisions')
        .whereIn('request_id', ids)
        .orderBy(['decided_at', 'id']),
      this.#knex<OperationRow>('operations')
        .whereIn('request_id', ids)
        .orderBy(['request_id', 'ordinal']),
    ]);
    const permitted = await permittedActions(this.#knex, rows, caller);
    const plansOf = byRequest(plans);
    const decisionsOf = byRequest(decisions);
    const operationsOf = byRequest(operations);
    return rows.map(row =>
      this.#presentOne(
        row,
        {
          plans: plansOf(row.id),
          decisions: decisionsOf(row.id),
          operations: operationsOf(row.id),
        },
        caller,
        permitted,
      ),
    );
  }

  #presentOne(
    row: RequestRow,
    details: Details,
    caller: Caller,
    permitted: PermittedActions,
  ): DataRequest {
    const { plans, decisions, operations } = details;
    const current = plans.find(
      ({ revision }) => revision === row.plan_revision,
    )!;
    const { promotedFrom } = row.input;
    const seesOrigin =
      typeof promotedFrom === 'string' && permitted.resources.has(promotedFrom);
    return {
      id: row.id,
      action: row.action,
      state: row.state,
      input: row.input as unknown as WireInput,
      type: row.type,
      instance: row.instance,
      environment: row.environment,
      name: row.name,
      owner: row.owner,
      batchId: row.batch_id ?? undefined,
      resourceId:
        row.resource_id && permitted.resources.has(row.resource_id)
          ? row.resource_id
          : undefined,
      requestedBy: row.requested_by,
      reason: row.reason ?? undefined,
      plan: presentPlan(current, decisions, seesOrigin),
      previousPlans: plans
        .filter(plan => plan !== current)
        .map(plan => presentPlan(plan, decisions, seesOrigin)),
      decisions: decisions.map(decision => ({
        id: decision.id,
        effect: decision.effect,
        by: decision.decided_by,
        group: decision.group_ref ?? undefined,
        revision: decision.plan_revision,
        planHash: decision.plan_hash,
        comment: decision.comment ?? undefined,
        at: decision.decided_at.toISOString(),
      })),
      execution: operations.map(operation => ({
        stepId: operation.step_id,
        state: operation.state,
        attempt: operation.attempt,
        startedAt: operation.started_at?.toISOString(),
        endedAt: operation.ended_at?.toISOString(),
        error: operation.error ?? undefined,
      })),
      waiting:
        row.waiting_reason && row.next_attempt_at
          ? {
              reason: row.waiting_reason,
              message: row.waiting_message ?? '',
              nextAttemptAt: row.next_attempt_at.toISOString(),
            }
          : undefined,
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      can: this.#can(row, current, decisions, caller, permitted),
    };
  }

  #can(
    row: RequestRow,
    plan: PlanRow,
    decisions: DecisionRow[],
    caller: Caller,
    permitted: PermittedActions,
  ): string[] {
    const can: string[] = [];
    const ruled = {
      ...row,
      approvers: plan.plan.approval.required.map(({ group }) => group),
    };
    if (
      mayDecide(row, plan.plan.approval, decisions, caller) &&
      caller.inPerson &&
      permitted.decide.includes(ruled)
    ) {
      // A plan that a rule denies now was sent back; it can only be turned down.
      if (denials(plan.plan).length === 0) {
        can.push('approve');
      }
      can.push('reject');
    }
    if (permitted.withdraw.includes(ruled)) {
      if (row.state === 'pending' && mayWithdraw(row, caller)) {
        can.push('withdraw');
      }
      if (
        row.state === 'failed' &&
        mayRetry(row, caller, this.#platformGroup)
      ) {
        can.push('retry');
      }
    }
    return can;
  }

  #filter(
    query: Knex.QueryBuilder,
    filter: RequestFilter,
    caller: Caller,
  ): void {
    const { requestedBy, approvableBy, resourceId, batchId, ...columns } =
      filter;
    for (const [column, value] of Object.entries(columns)) {
      if (value !== undefined) {
        query.where(`requests.${column}`, value);
      }
    }
    if (resourceId !== undefined) {
      query.where('requests.resource_id', resourceId);
    }
    if (batchId !== undefined) {
      query.where('requests.batch_id', batchId);
    }
    if (requestedBy) {
      query.where('requests.requested_by', caller.userRef);
    }
    if (approvableBy) {
      onlyApprovable(this.#knex, query, caller);
    }
  }
}

/** The requester and the owner group take a request back. */
export function mayWithdraw(row: RequestRow, caller: Caller): boolean {
  return row.requested_by === caller.userRef || caller.groups.has(row.owner);
}

/** The requester, the owner group and the platform group try a failed request again. */
export function mayRetry(
  row: RequestRow,
  caller: Caller,
  platformGroup: string,
): boolean {
  return mayWithdraw(row, caller) || caller.groups.has(platformGroup);
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
