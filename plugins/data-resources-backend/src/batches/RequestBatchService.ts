import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  dataResourcesRequestCreatePermission,
  dataResourcesRequestReadPermission,
  type RequestBatch,
} from '@data-resources/plugin-data-resources-common';
import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import pLimit from 'p-limit';
import type { Caller } from '../callers/Caller';
import type { RequestRow } from '../database/rows';
import type { PermissionGuard } from '../permissions/PermissionGuard';
import { parseRequestInput } from '../requests/input';
import { makesResource } from '../requests/makesResource';
import { noSuchRequest } from '../requests/noSuchSubject';
import type { PlannedRequest } from '../requests/PlannedRequest';
import type { PlanService } from '../requests/PlanService';
import type { RequestReader } from '../requests/RequestReader';
import type { RequestStore } from '../requests/RequestStore';
import { heldNames, nameIsHeld } from '../requests/reservations';
import { hashOfInput } from '../requests/hashOfInput';
import { storeRequest } from '../requests/storeRequest';
import type { Subject } from '../requests/Subject';
import type { SubjectResolver } from '../requests/subjects/SubjectResolver';
import type { BatchStore, OpenedBatch } from './BatchStore';
import { itemError } from './itemError';

/** Requests that are planned with one look at their instance. */
const LOOK = 500;
/** Items that are worked on at once; the database's connections are for everybody. */
const AT_ONCE = 4;

export interface RequestBatchServiceOptions {
  knex: Knex;
  batches: BatchStore;
  guard: PermissionGuard;
  plans: PlanService;
  store: RequestStore;
  reader: RequestReader;
  subjects: SubjectResolver;
  types: ReadonlyMap<string, ResourceType>;
  expireAfterMs: number;
  logger: LoggerService;
  /** Called when a request has become executable on an instance. */
  onApproved(instance: string): void;
}

/** What became of an item: a stored request, or why there is none. */
type Outcome = { row: RequestRow; created: boolean } | { problem: unknown };
type Item = { index: number; subject: Subject };

/** Asks for many things at once. Each is judged on its own; what they share is looked up once. */
export class RequestBatchService {
  readonly #options: RequestBatchServiceOptions;

  private constructor(options: RequestBatchServiceOptions) {
    this.#options = options;
  }

  static create(options: RequestBatchServiceOptions): RequestBatchService {
    return new RequestBatchService(options);
  }

  /** Throws `NotAllowedError` for who may ask for nothing at all; all else is told by item. */
  async create(
    bodies: readonly unknown[],
    caller: Caller,
    idempotencyKey?: string,
  ): Promise<RequestBatch> {
    const { batches, guard } = this.#options;
    await guard.require(dataResourcesRequestCreatePermission, caller);
    const batch = await batches.open({
      requestedBy: caller.userRef,
      inputHash: hashOfInput(bodies),
      idempotencyKey,
    });
    const outcomes = new Map<number, Outcome>(
      batch.earlier.map(row => [row.batch_index!, { row, created: false }]),
    );
    const items = await this.#resolve(bodies, caller, outcomes);
    await this.#refuseHeldNames(items, outcomes);
    await this.#planAndStore(
      items.filter(({ index }) => !outcomes.has(index)),
      batch,
      outcomes,
    );
    await this.#findWinners(batch, outcomes);
    return {
      id: batch.id,
      items: await this.#present(bodies.length, outcomes, caller),
    };
  }

  /** The items that nothing is known of yet, with all that they refer to. */
  async #resolve(
    bodies: readonly unknown[],
    caller: Caller,
    outcomes: Map<number, Outcome>,
  ): Promise<Item[]> {
    const { guard, types } = this.#options;
    const subjects = this.#options.subjects.atOnce();
    const limit = pLimit(AT_ONCE);
    const items = await Promise.all(
      bodies.map((body, index) =>
        limit(async () => {
          if (outcomes.has(index)) {
            return [];
          }
          try {
            const input = parseRequestInput(body, types);
            await guard.requireToAsk(input, caller);
            const subject = await subjects.resolve(input, caller.userRef, {
              inBulk: true,
            });
            return [{ index, subject }];
          } catch (problem) {
            outcomes.set(index, { problem });
            return [];
          }
        }),
      ),
    );
    return items.flat();
  }

  /** Told before the engine is asked; the unique index decides when they are stored. */
  async #refuseHeldNames(
    items: readonly Item[],
    outcomes: Map<number, Outcome>,
  ): Promise<void> {
    const named = items.filter(({ subject }) =>
      makesResource(subject.input.action),
    );
    for (const group of grouped(
      named,
      ({ subject }) => subject.instance.name,
    )) {
      const instance = group[0].subject.instance.name;
      const normalised = ({ subject }: Item) =>
        subject.type.normaliseName(subject.name);
      const held = await heldNames(
        this.#options.knex,
        instance,
        group.map(normalised),
      );
      for (const item of group.filter(each => held.has(normalised(each)))) {
        const { input, name } = item.subject;
        outcomes.set(item.index, {
          problem: nameIsHeld({ action: input.action, instance, name }),
        });
      }
    }
  }

  /** Instances at the same time, so that a dead one holds up no other. */
  async #planAndStore(
    items: readonly Item[],
    batch: OpenedBatch,
    outcomes: Map<number, Outcome>,
  ): Promise<void> {
    const limit = pLimit(AT_ONCE);
    await Promise.all(
      grouped(items, ({ subject }) => subject.instance.name).map(
        async ofInstance => {
          for (const ofType of grouped(
            ofInstance,
            ({ subject }) => subject.type.type,
          )) {
            for (let from = 0; from < ofType.length; from += LOOK) {
              const look = ofType.slice(from, from + LOOK);
              const planned = await this.#plan(look);
              await Promise.all(
                look.map(({ index }, n) =>
                  limit(async () =>
                    outcomes.set(
                      index,
                      await this.#store(planned[n], { id: batch.id, index }),
                    ),
                  ),
                ),
              );
            }
          }
        },
      ),
    );
    const approved = [...outcomes.values()].flatMap(outcome =>
      'row' in outcome && outcome.row.state === 'approved'
        ? outcome.row.instance
        : [],
    );
    new Set(approved).forEach(name => this.#options.onApproved(name));
  }

  async #plan(items: readonly Item[]): Promise<(PlannedRequest | Error)[]> {
    const subjects = items.map(({ subject }) => subject);
    const { callTimeoutMs } = subjects[0].instance.connection;
    try {
      return await this.#options.plans.planMany(
        subjects,
        AbortSignal.timeout(2 * callTimeoutMs),
      );
    } catch (error) {
      const problem = error instanceof Error ? error : new Error(String(error));
      return subjects.map(() => problem);
    }
  }

  async #store(
    planned: PlannedRequest | Error,
    batch: { id: string; index: number },
  ): Promise<Outcome> {
    if (planned instanceof Error) {
      return { problem: planned };
    }
    const { expireAfterMs } = this.#options;
    try {
      const row = await storeRequest(this.#options, planned, {
        inputHash: hashOfInput(planned.subject.input),
        expireAfterMs,
        batch,
      });
      return { row, created: true };
    } catch (problem) {
      return { problem };
    }
  }

  /** The same batch, sent twice at once, stands in its own way: what the other one stored counts. */
  async #findWinners(
    batch: OpenedBatch,
    outcomes: Map<number, Outcome>,
  ): Promise<void> {
    if (![...outcomes.values()].some(outcome => 'problem' in outcome)) {
      return;
    }
    for (const row of await this.#options.batches.requestsOf(batch.id)) {
      if ('problem' in outcomes.get(row.batch_index!)!) {
        outcomes.set(row.batch_index!, { row, created: false });
      }
    }
  }

  async #present(
    count: number,
    outcomes: ReadonlyMap<number, Outcome>,
    caller: Caller,
  ): Promise<RequestBatch['items']> {
    const { reader, logger } = this.#options;
    const scope = await caller.permissions.requests(
      dataResourcesRequestReadPermission,
    );
    const rows = [...outcomes.values()].flatMap(outcome =>
      'row' in outcome ? outcome.row : [],
    );
    const [first] = rows;
    // Much may have happened since to one of before, that the caller may not see any more.
    const visible = new Set(
      first && !scope.everything
        ? await reader.idsOfBatch(first.batch_id!, scope)
        : rows.map(({ id }) => id),
    );
    const requests = new Map(
      (await reader.present(rows, caller)).map(each => [each.id, each]),
    );
    return Array.from({ length: count }, (_, index) => {
      const outcome = outcomes.get(index)!;
      if ('problem' in outcome) {
        return { index, ...itemError(outcome.problem, logger) };
      }
      const { row, created } = outcome;
      return created || visible.has(row.id)
        ? { index, status: created ? 201 : 200, request: requests.get(row.id) }
        : { index, ...itemError(noSuchRequest(row.id), logger) };
    });
  }
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()];
}
