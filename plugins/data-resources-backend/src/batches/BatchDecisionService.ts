import type { LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  dataResourcesRequestDecidePermission,
  dataResourcesRequestReadPermission,
  type BatchDecisions,
} from '@data-resources/plugin-data-resources-common';
import type { Caller } from '../callers/Caller';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import { isUuid } from '../database/keyset';
import type { RequestRow } from '../database/rows';
import type { Rush } from '../loops/Rush';
import { missingPermission } from '../permissions/missingPermission';
import type { DecisionService } from '../requests/DecisionService';
import type { Decided } from '../requests/mustDecide';
import { noSuchRequest } from '../requests/noSuchSubject';
import type { RequestReader } from '../requests/RequestReader';
import { itemError } from './itemError';

/** Approvals that are written in one statement. */
const TOGETHER = 200;

/** A request of the batch with the plan that was read, or why it is not to be approved. */
type Asked = { requestId: string; planHash: string; row: RequestRow };
type Item = Asked | { requestId: string; problem: Error };
/** What became of it. */
type Outcome = { requestId: string; after: Decided | Error };

export interface BatchDecisionServiceOptions {
  reader: RequestReader;
  decisions: DecisionService;
  directory: CatalogDirectory;
  platformGroup: string;
  rush: Rush;
  logger: LoggerService;
}

/** Approves requests of one batch, each by the plan that was read. */
export class BatchDecisionService {
  readonly #options: BatchDecisionServiceOptions;

  private constructor(options: BatchDecisionServiceOptions) {
    this.#options = options;
  }

  static create(options: BatchDecisionServiceOptions): BatchDecisionService {
    return new BatchDecisionService(options);
  }

  /**
   * Throws `NotFoundError` where the caller may see nothing of the batch, `NotAllowedError` where
   * the permission to decide is missing on all of it; all else is told by request.
   */
  async approve(
    batchId: string,
    approval: { planHashes: { [requestId: string]: string }; comment?: string },
    caller: Caller,
  ): Promise<BatchDecisions> {
    const { platformGroup } = this.#options;
    const [visible, decidable] = await this.#rows(batchId, caller);
    if (visible.size === 0) {
      throw new NotFoundError(
        `There is no batch of requests ${JSON.stringify(batchId)}`,
      );
    }
    const missing = missingPermission(
      dataResourcesRequestDecidePermission,
      platformGroup,
    );
    if (decidable.size === 0) {
      throw missing;
    }
    const items = Object.entries(approval.planHashes).map(
      ([requestId, planHash]): Item => {
        const row = visible.get(requestId);
        if (!row) {
          return { requestId, problem: noSuchRequest(requestId) };
        }
        return decidable.has(requestId)
          ? { requestId, planHash, row }
          : { requestId, problem: missing };
      },
    );
    return this.#options.rush.during(items.length, async () => {
      const outcomes = await this.#approveAll(items, approval.comment, caller);
      return this.#present(outcomes, caller);
    });
  }

  async #present(
    outcomes: readonly Outcome[],
    caller: Caller,
  ): Promise<BatchDecisions> {
    const { reader, logger } = this.#options;
    const decided = outcomes.flatMap(({ after }) =>
      after instanceof Error ? [] : after,
    );
    const shown = await reader.present(
      decided.map(({ row }) => row),
      caller,
      new Map(decided.map(each => [each.row.id, each])),
    );
    const requests = new Map(shown.map(request => [request.id, request]));
    return {
      items: outcomes.map(({ requestId, after }) =>
        after instanceof Error
          ? { requestId, ...itemError(after, logger) }
          : { requestId, status: 200, request: requests.get(requestId) },
      ),
    };
  }

  /** What became of each, in the same order. */
  async #approveAll(
    items: readonly Item[],
    comment: string | undefined,
    caller: Caller,
  ): Promise<Outcome[]> {
    const directory = this.#options.directory.remembering();
    const after = new Map<Item, Decided | Error>(
      items.flatMap(item => ('problem' in item ? [[item, item.problem]] : [])),
    );
    const asked = items.filter((item): item is Asked => 'row' in item);
    const approve = async (
      part: readonly Asked[],
      again = false,
    ): Promise<void> => {
      try {
        const decided = await this.#options.decisions.approveAll(
          part,
          { comment, again },
          caller,
          directory,
        );
        part.forEach((item, index) => after.set(item, decided[index]));
      } catch (error) {
        if (again) {
          after.set(part[0], toError(error));
          return;
        }
        // One may have spoilt it for all, or nothing but the answer was lost: each on its own.
        for (const item of part) {
          await approve([item], true);
        }
      }
    };
    for (let from = 0; from < asked.length; from += TOGETHER) {
      await approve(asked.slice(from, from + TOGETHER));
    }
    return items.map(item => ({
      requestId: item.requestId,
      after: after.get(item)!,
    }));
  }

  /** What the caller may see of the batch, and of that what the permission to decide is about. */
  async #rows(
    batchId: string,
    caller: Caller,
  ): Promise<
    [
      visible: ReadonlyMap<string, RequestRow>,
      decidable: Pick<ReadonlySet<string>, 'has' | 'size'>,
    ]
  > {
    const { reader } = this.#options;
    if (!isUuid(batchId)) {
      return [new Map(), new Set()];
    }
    const [readable, decidable] = await Promise.all(
      [
        dataResourcesRequestReadPermission,
        dataResourcesRequestDecidePermission,
      ].map(permission => caller.permissions.requests(permission)),
    );
    const visible = await reader.ofBatch(batchId, readable);
    return [
      visible,
      decidable.everything
        ? visible
        : await reader.idsOfBatch(batchId, decidable),
    ];
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
