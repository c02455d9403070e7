import type { LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  dataResourcesRequestDecidePermission,
  dataResourcesRequestReadPermission,
  type BatchDecisions,
} from '@data-resources/plugin-data-resources-common';
import pLimit from 'p-limit';
import type { Caller } from '../callers/Caller';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import { isUuid } from '../database/keyset';
import type { RequestRow } from '../database/rows';
import { missingPermission } from '../permissions/missingPermission';
import type { DecisionService } from '../requests/DecisionService';
import { noSuchRequest } from '../requests/noSuchSubject';
import type { RequestReader } from '../requests/RequestReader';
import { itemError } from './itemError';

/** Approvals that are written at once; the database's connections are for everybody. */
const AT_ONCE = 4;

export interface BatchDecisionServiceOptions {
  reader: RequestReader;
  decisions: DecisionService;
  directory: CatalogDirectory;
  platformGroup: string;
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
    const { decisions, logger, platformGroup } = this.#options;
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
    const directory = this.#options.directory.remembering();
    const limit = pLimit(AT_ONCE);
    const outcomes = await Promise.all(
      Object.entries(approval.planHashes).map(([requestId, planHash]) =>
        limit(async () => {
          try {
            const row = visible.get(requestId);
            if (!row) {
              throw noSuchRequest(requestId);
            }
            if (!decidable.has(requestId)) {
              throw missing;
            }
            const { comment } = approval;
            return {
              requestId,
              row: await decisions.approveRow(
                row,
                { planHash, comment },
                caller,
                directory,
              ),
            };
          } catch (problem) {
            return { requestId, problem: itemError(problem, logger) };
          }
        }),
      ),
    );
    const requests = new Map(
      (
        await this.#options.reader.present(
          outcomes.flatMap(({ row }) => row ?? []),
          caller,
        )
      ).map(request => [request.id, request]),
    );
    return {
      items: outcomes.map(({ requestId, problem }) =>
        problem
          ? { requestId, ...problem }
          : { requestId, status: 200, request: requests.get(requestId) },
      ),
    };
  }

  /** What the caller may see of the batch, and of that what the permission to decide is about. */
  async #rows(
    batchId: string,
    caller: Caller,
  ): Promise<
    [
      visible: ReadonlyMap<string, RequestRow>,
      decidable: ReadonlyMap<string, RequestRow>,
    ]
  > {
    const { reader } = this.#options;
    if (!isUuid(batchId)) {
      return [new Map(), new Map()];
    }
    const [visible, decidable] = await Promise.all(
      [
        dataResourcesRequestReadPermission,
        dataResourcesRequestDecidePermission,
      ].map(async permission => {
        const scope = await caller.permissions.requests(permission);
        const rows = await reader.ofBatch(batchId, scope);
        return new Map(rows.map(row => [row.id, row]));
      }),
    );
    return [visible, decidable];
  }
}
