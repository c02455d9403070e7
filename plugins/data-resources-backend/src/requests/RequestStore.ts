import { ConflictError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import type { RequestState } from '@data-resources/plugin-data-resources-common';
import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import {
  appendAudit,
  appendOutbox,
  auditRows,
  outboxRows,
} from '../database/appendEvents';
import type { Insert } from '../database/insertRows';
import type { RequestRow } from '../database/rows';
import { currentTraceparent } from '../tracing';
import {
  approveRequests,
  type Approval,
  type Approved,
} from './approveRequests';
import { releaseClaims, takeClaims } from './claims/claimRows';
import { insertDecisions, type NewDecision } from './insertDecisions';
import { insertResources } from './insertResources';
import { makesResource } from './makesResource';
import type { PlannedRequest } from './PlannedRequest';
import { reserveName } from './reservations';
import { transitionRequests, type SeenRequest } from './transitionRequests';

const UNIQUE_VIOLATION = '23505';

export interface NewRequest {
  planned: PlannedRequest;
  inputHash: string;
  idempotencyKey?: string;
  expireAfterMs: number;
  /** The batch that it was sent in, and its place there. */
  batch?: { id: string; index: number };
  /** Called first, in the transaction; what it throws stores nothing. */
  confirm?(trx: Knex): Promise<void>;
}

export interface RequestStoreOptions {
  knex: Knex;
  types: ReadonlyMap<string, ResourceType>;
}

/**
 * Writes requests. A transition is one conditional UPDATE, and everything that belongs to it
 * (decision, audit, outbox, reservation) stands in the same transaction.
 */
export class RequestStore {
  readonly #knex: Knex;
  readonly #types: ReadonlyMap<string, ResourceType>;

  private constructor(options: RequestStoreOptions) {
    this.#knex = options.knex;
    this.#types = options.types;
  }

  static create(options: RequestStoreOptions): RequestStore {
    return new RequestStore(options);
  }

  async transaction<T>(
    work: (trx: Knex.Transaction) => Promise<T>,
  ): Promise<T> {
    return this.#knex.transaction(work);
  }

  async get(id: string): Promise<RequestRow | undefined> {
    return this.#knex<RequestRow>('requests').where({ id }).first();
  }

  async findByIdempotencyKey(
    requestedBy: string,
    key: string,
  ): Promise<RequestRow | undefined> {
    return this.#knex<RequestRow>('requests')
      .where({ requested_by: requestedBy, idempotency_key: key })
      .first();
  }

  /**
   * Stores a request with its plan and, for what is new, the reservation of its name; approves
   * it at once where a policy does. Throws `ConflictError` when the name is held, or the
   * idempotency key was used in the meantime.
   */
  async insert(request: NewRequest): Promise<RequestRow> {
    const { planned } = request;
    const { subject } = planned;
    try {
      return await this.transaction(async trx => {
        await request.confirm?.(trx);
        const [row] = await trx<RequestRow>('requests')
          .insert({
            id: uuid(),
            action: subject.input.action,
            state: 'pending',
            input: JSON.stringify(subject.input) as unknown as JsonObject,
            type: subject.type.type,
            engine: subject.instance.engine,
            instance: subject.instance.name,
            environment: subject.instance.environment,
            name: subject.name,
            owner: subject.owner,
            resource_id: subject.resource?.id ?? null,
            grant_id:
              subject.input.action === 'revoke' ? subject.input.grantId : null,
            requested_by: subject.requestedBy,
            reason: subject.input.reason ?? null,
            idempotency_key: request.idempotencyKey ?? null,
            input_hash: request.inputHash,
            batch_id: request.batch?.id ?? null,
            batch_index: request.batch?.index ?? null,
            plan_revision: 1,
            plan_hash: planned.hash,
            traceparent: currentTraceparent(),
            expires_at: trx.raw(
              "date_trunc('milliseconds', now()) + ? * interval '1 millisecond'",
              [request.expireAfterMs],
            ) as unknown as Date,
          })
          .returning('*');
        if (makesResource(subject.input.action)) {
          await reserveName(trx, row, subject.type.normaliseName(row.name));
        }
        await takeClaims(trx, row, subject);
        await this.storePlan(trx, row.id, 1, planned);
        await appendAudit(trx, [
          {
            event: 'request.created',
            actor: subject.requestedBy,
            requestId: row.id,
            resourceId: row.resource_id,
            details: {
              action: row.action,
              type: row.type,
              instance: row.instance,
              name: row.name,
              owner: row.owner,
              inputHash: row.input_hash,
              planHash: row.plan_hash,
            },
          },
        ]);
        if (planned.approval.mode === 'auto') {
          return this.approveByPolicy(trx, row, planned.approval.policy!);
        }
        await appendOutbox(trx, [{ kind: 'request', id: row.id }]);
        return row;
      });
    } catch (error) {
      if (isUniqueViolation(error, 'requests_requested_by_idempotency_key')) {
        throw new ConflictError(
          `Idempotency-Key ${JSON.stringify(
            request.idempotencyKey,
          )} was used by another request just now`,
        );
      }
      throw error;
    }
  }

  /** Stores a plan and, as rows, who must approve it. */
  async storePlan(
    trx: Knex,
    requestId: string,
    revision: number,
    planned: PlannedRequest,
  ): Promise<void> {
    await trx('request_plans').insert({
      request_id: requestId,
      revision,
      hash: planned.hash,
      plan: JSON.stringify(planned.plan),
      steps: JSON.stringify(planned.steps),
    });
    if (planned.approval.required.length > 0) {
      await trx('request_approvers').insert(
        planned.approval.required.map(({ group, count }) => ({
          request_id: requestId,
          plan_revision: revision,
          group_ref: group,
          count,
        })),
      );
    }
  }

  /** A policy's approval is a decision like any other: recorded, and bound to the plan's hash. */
  async approveByPolicy(
    trx: Knex,
    row: RequestRow,
    policy: string,
  ): Promise<RequestRow> {
    await this.addDecision(trx, row, {
      effect: 'approve',
      by: `policy:${policy}`,
    });
    return this.markApproved(trx, row, `policy:${policy}`);
  }

  async addDecision(
    trx: Knex,
    row: RequestRow,
    decision: NewDecision,
  ): Promise<void> {
    await insertDecisions(trx, [{ row, decision }]);
  }

  /** {@link approveRequests}. */
  async approveAll(
    approvals: readonly Approval[],
  ): Promise<Map<string, Approved>> {
    return approveRequests(this.#knex, approvals, this.#types);
  }

  /** `pending → approved`. What is new stands in the ledger from here on. */
  async markApproved(
    trx: Knex,
    row: RequestRow,
    actor: string,
  ): Promise<RequestRow> {
    const [approved] = await this.markAllApproved(trx, [row], actor);
    return approved;
  }

  /** {@link RequestStore.markApproved} of many; the answer is in their order. */
  async markAllApproved(
    trx: Knex,
    rows: readonly RequestRow[],
    actor: string,
  ): Promise<RequestRow[]> {
    const made = await insertResources(
      trx,
      rows.filter(row => makesResource(row.action) && !row.resource_id),
      this.#types,
    );
    return this.transitionAll(
      trx,
      rows.map(row => ({
        ...row,
        resource_id: made.get(row.id) ?? row.resource_id,
      })),
      'approved',
      { attempts: 0, next_attempt_at: trx.fn.now() as unknown as Date },
      approved => [
        outboxRows([...made.values()].map(id => ({ kind: 'resource', id }))),
        auditRows(
          approved.map(row => ({
            event: 'request.approved',
            actor,
            requestId: row.id,
            resourceId: row.resource_id,
          })),
        ),
      ],
    );
  }

  /** `pending | approved → rejected`, and lets go of what the request held. */
  async markRejected(
    trx: Knex,
    row: RequestRow,
    actor: string,
  ): Promise<RequestRow> {
    const rejected = await this.transition(trx, row, 'rejected');
    await this.releaseUntouched(trx, rejected);
    await appendAudit(trx, [
      {
        event: 'request.rejected',
        actor,
        requestId: row.id,
        resourceId: row.resource_id,
      },
    ]);
    return rejected;
  }

  /** {@link transitionRequests} of one. */
  async transition(
    trx: Knex,
    seen: SeenRequest,
    to: RequestState,
    patch: Partial<RequestRow> = {},
  ): Promise<RequestRow> {
    const [row] = await this.transitionAll(trx, [seen], to, patch);
    return row;
  }

  /** {@link transitionRequests} of many. */
  async transitionAll(
    trx: Knex,
    seen: readonly SeenRequest[],
    to: RequestState,
    patch: Partial<RequestRow> = {},
    along?: (rows: readonly RequestRow[]) => readonly Insert[],
  ): Promise<RequestRow[]> {
    return transitionRequests(trx, seen, to, patch, along);
  }

  /**
   * Lets go of what was to be new and is undone: the prefixes, the name and, if it was approved once
   * and never executed, the row in the ledger.
   */
  async releaseUntouched(trx: Knex, row: RequestRow): Promise<void> {
    await releaseClaims(trx, row);
    if (!makesResource(row.action)) {
      return;
    }
    await trx('reservations')
      .where({ request_id: row.id })
      .whereNull('released_at')
      .update({ released_at: trx.fn.now() });
    if (row.resource_id) {
      await trx('resources')
        .where({ id: row.resource_id, phase: 'provisioning', generation: 0 })
        .update({ phase: 'deleted', due_at: null, active_request_id: null });
      await appendOutbox(trx, [{ kind: 'resource', id: row.resource_id }]);
    }
  }
}

function isUniqueViolation(error: unknown, constraint: string): boolean {
  const { code, constraint: name } = error as {
    code?: string;
    constraint?: string;
  };
  return code === UNIQUE_VIOLATION && Boolean(name?.startsWith(constraint));
}
