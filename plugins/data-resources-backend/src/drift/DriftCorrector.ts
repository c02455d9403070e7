import { createHash } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';
import {
  acceptDrift,
  isAccess,
  isForeignAccess,
} from '@data-resources/plugin-data-resources-common';
import type { Change } from '@data-resources/plugin-data-resources-node';
import stringify from 'fast-json-stable-stringify';
import type { Knex } from 'knex';
import type { DriftVerdict, PolicyEngine } from '../policy';
import { denials } from '../requests/denials';
import { hashOfInput } from '../requests/hashOfInput';
import type { RequestInput } from '../requests/input';
import type { PlannedRequest } from '../requests/PlannedRequest';
import type { PlanService } from '../requests/PlanService';
import type { RequestStore } from '../requests/RequestStore';
import type { SubjectResolver } from '../requests/subjects/SubjectResolver';
import { DRIFT_REQUESTER } from '../requests/systemRequesters';
import type { DriftRow } from './DriftRow';

/** So many corrections in an hour, and what comes back all the same is left to people. */
export const MOST_CORRECTIONS = 3;

export interface DriftCorrectorOptions {
  knex: Knex;
  policies: PolicyEngine;
  plans: PlanService;
  subjects: SubjectResolver;
  store: RequestStore;
  expireAfterMs: number;
  /** Called when a request has become executable on an instance. */
  onApproved(instance: string): void;
  logger: LoggerService;
}

/**
 * Asks for an end of drift where a policy says so: a request like any other, planned, on record and
 * approved by that policy. Without such a policy nothing is asked for.
 */
export class DriftCorrector {
  readonly #options: DriftCorrectorOptions;

  private constructor(options: DriftCorrectorOptions) {
    this.#options = options;
  }

  static create(options: DriftCorrectorOptions): DriftCorrector {
    return new DriftCorrector(options);
  }

  /** Those of the resources that were corrected so often that it does not help. */
  async contested(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { knex, policies } = this.#options;
    if (ids.length === 0 || !policies.mayCorrectDrift) {
      return new Set();
    }
    const found: string[] = await knex('requests')
      .whereIn('resource_id', [...ids])
      .where({ requested_by: DRIFT_REQUESTER })
      .whereRaw("created_at > now() - interval '1 hour'")
      .groupBy('resource_id')
      .havingRaw('count(*) >= ?', [MOST_CORRECTIONS])
      .pluck('resource_id');
    return new Set(found);
  }

  /** Once for each drift of each generation, however often it is seen. */
  async correct(resource: DriftRow, changes: Change[]): Promise<void> {
    const { store, policies, logger } = this.#options;
    if (!policies.mayCorrectDrift || changes.every(isForeignAccess)) {
      return;
    }
    try {
      const key = await this.#key(resource, changes);
      if (
        (await store.findByIdempotencyKey(DRIFT_REQUESTER, key)) ||
        (await this.#isAboutToChange(resource))
      ) {
        return;
      }
      await this.#ask(resource, changes, key);
    } catch (error) {
      // The next pass sees it again.
      logger.warn(
        `The drift of ${resource.name} on ${resource.instance} could not be corrected for now`,
        error instanceof Error ? error : undefined,
      );
    }
  }

  /** What is approved already may end the drift, or make another one of it. */
  async #isAboutToChange({ id }: DriftRow): Promise<boolean> {
    const open = await this.#options
      .knex('requests')
      .where({ resource_id: id })
      .whereIn('state', ['approved', 'executing'])
      .first('id');
    return open !== undefined;
  }

  /** One that was overtaken by another drift is asked for again if it comes back. */
  async #key({ id, generation }: DriftRow, changes: Change[]): Promise<string> {
    const overtaken = await this.#options
      .knex('requests')
      .where({
        resource_id: id,
        requested_by: DRIFT_REQUESTER,
        state: 'rejected',
      })
      .count({ n: '*' })
      .first();
    const drift = createHash('sha256').update(stringify(changes)).digest('hex');
    return `drift:${id}:${generation}:${overtaken!.n}:${drift}`;
  }

  async #ask(
    resource: DriftRow,
    changes: Change[],
    idempotencyKey: string,
  ): Promise<void> {
    const { plans, store, logger } = this.#options;
    const back = await this.#plan(resource, resource.spec);
    const verdict = await plans.judge.driftVerdict(back);
    if (!verdict || back.subject.resource?.generation !== resource.generation) {
      return;
    }
    if (verdict.way === 'keep' && changes.every(isAccess)) {
      // Who reaches it is no setting that could be declared otherwise.
      return;
    }
    const planned = await this.#plan(
      resource,
      verdict.way === 'keep'
        ? (acceptDrift(resource.spec, changes) as JsonObject)
        : resource.spec,
      { ...verdict, reason: reasonOf(verdict, changes) },
    );
    const destroys = planned.plan.changes.some(
      ({ kind }) => kind === 'destructive',
    );
    const denied = denials(planned.plan);
    if (destroys || denied.length > 0) {
      logger.debug(
        `The drift of ${resource.name} is left to people: ${
          denied[0]?.message ?? 'its correction destroys something'
        }`,
      );
      return;
    }
    const row = await store.insert({
      planned,
      inputHash: hashOfInput(planned.subject.input),
      idempotencyKey,
      expireAfterMs: this.#options.expireAfterMs,
    });
    this.#options.onApproved(row.instance);
  }

  async #plan(
    { id }: DriftRow,
    spec: JsonObject,
    correction?: DriftVerdict & { reason: string },
  ): Promise<PlannedRequest> {
    const { subjects, plans } = this.#options;
    const input: RequestInput = {
      action: 'update',
      resourceId: id,
      spec,
      reason: correction?.reason ?? 'Drift',
    };
    const subject = await subjects.resolve(input, DRIFT_REQUESTER);
    return plans.plan(
      { ...subject, correctedBy: correction?.policy },
      AbortSignal.timeout(2 * subject.instance.connection.callTimeoutMs),
    );
  }
}

function reasonOf({ policy, way }: DriftVerdict, changes: Change[]): string {
  const paths = changes.map(({ path }) => path).join(', ');
  return way === 'keep'
    ? `Somebody changed ${paths} on the engine, and policy ${policy} declares it as it is`
    : `Somebody changed ${paths} on the engine, and policy ${policy} has it put back`;
}
