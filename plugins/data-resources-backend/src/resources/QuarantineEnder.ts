import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { ResourceRow } from '../database/rows';
import type { RequestService } from '../requests/RequestService';
import { QUARANTINE_REQUESTER } from '../requests/systemRequesters';

const BATCH = 100;

export interface QuarantineEnderOptions {
  knex: Knex;
  requests: RequestService;
  logger: LoggerService;
}

/**
 * Asks for the removal of what has been in quarantine for its time. That is a request like any
 * other: planned with what is there then, on record, and shown.
 */
export class QuarantineEnder {
  readonly #options: QuarantineEnderOptions;

  private constructor(options: QuarantineEnderOptions) {
    this.#options = options;
  }

  static create(options: QuarantineEnderOptions): QuarantineEnder {
    return new QuarantineEnder(options);
  }

  async endDue(): Promise<void> {
    const { knex, requests, logger } = this.#options;
    const due = await knex<ResourceRow>('resources AS r')
      .where('r.phase', 'quarantined')
      .whereRaw('r.purge_at <= now()')
      // One whose request is being decided, carried out or mended needs no second one; and what
      // people have turned down is asked for once.
      .whereNotExists(
        knex('requests AS q')
          .select(knex.raw('1'))
          .whereRaw(
            `q.resource_id = r.id AND (
               q.action IN ('delete', 'restore') AND q.state IN ('approved', 'executing')
               OR q.requested_by = ? AND q.idempotency_key = 'purge:' || r.id || ':' || r.generation)`,
            [QUARANTINE_REQUESTER],
          ),
      )
      .orderBy('r.purge_at')
      .limit(BATCH)
      .select('r.id', 'r.generation', 'r.name', 'r.instance');
    for (const resource of due) {
      try {
        await requests.purge(resource);
      } catch (error) {
        // For example an engine that is down: the next round tries again.
        const { id: resourceId, instance } = resource;
        logger
          .child({ resourceId, instance })
          .warn(
            `${resource.name} on ${resource.instance} stays in quarantine for now`,
            error instanceof Error ? error : undefined,
          );
      }
    }
  }
}
