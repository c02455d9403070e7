import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { appendAudit, appendOutbox } from '../database/appendEvents';
import { withConditions } from '../reconciler/conditions';
import { DRIFT_REQUESTER } from '../requests/systemRequesters';
import type { DriftFinding } from './driftOf';
import { changesOf, isNews, phaseOf } from './isNews';

/** Writes down what a drift pass has found. */
export class DriftWriter {
  readonly #knex: Knex;
  readonly #logger: LoggerService;

  private constructor(options: { knex: Knex; logger: LoggerService }) {
    this.#knex = options.knex;
    this.#logger = options.logger;
  }

  static create(options: { knex: Knex; logger: LoggerService }): DriftWriter {
    return new DriftWriter(options);
  }

  /** Only what is new is written, and only on the generation that was looked at. */
  async write(finding: DriftFinding): Promise<void> {
    if (!isNews(finding)) {
      return;
    }
    const { row, observed, drift } = finding;
    const next = changesOf(drift.changes);
    const phase = phaseOf(observed);
    const isWritten = await this.#knex.transaction(async trx => {
      const written = await trx('resources')
        .where({ id: row.id, generation: row.generation, phase: row.phase })
        .whereNull('active_request_id')
        .update({
          phase,
          drift: next && JSON.stringify(next),
          ...(observed.spec ? { observed: JSON.stringify(observed.spec) } : {}),
          conditions: JSON.stringify(
            withConditions(row.conditions, [
              drift.condition,
              {
                type: 'Ready',
                status: observed.ours ? 'true' : 'false',
                reason: observed.ours ? 'Provisioned' : drift.condition.reason,
                message: observed.ours
                  ? 'All steps are done.'
                  : drift.condition.message,
              },
            ]),
          ),
          updated_at: trx.raw("date_trunc('milliseconds', now())"),
        });
      if (written === 0) {
        return false;
      }
      await appendAudit(trx, [
        {
          event: next || !observed.ours ? 'drift.found' : 'drift.ended',
          actor: DRIFT_REQUESTER,
          resourceId: row.id,
          details: {
            reason: drift.condition.reason,
            message: drift.condition.message,
          },
        },
      ]);
      await appendOutbox(trx, [{ kind: 'resource', id: row.id }]);
      return true;
    });
    if (isWritten) {
      this.#logger
        .child({ resourceId: row.id, instance: row.instance })
        .info(`${row.name}: ${drift.condition.message}`);
    }
  }
}
