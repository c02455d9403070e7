import type { AuditorService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { AuditHead } from './auditRecord';
import { readHead } from './readHead';

const LOG_AGAIN_MS = 60 * 60_000;

export interface AuditHeadLogOptions {
  knex: Knex;
  auditor: AuditorService;
  now?(): number;
}

/**
 * Tells the log where the chain ends. A log that is kept elsewhere is the witness that shows a
 * tail that was cut off, or a chain that was made anew. Looks each time whether what it told
 * before still stands.
 */
export class AuditHeadLog {
  readonly #knex: Knex;
  readonly #auditor: AuditorService;
  readonly #now: () => number;
  #logged?: AuditHead & { at: number };

  private constructor(options: AuditHeadLogOptions) {
    this.#knex = options.knex;
    this.#auditor = options.auditor;
    this.#now = options.now ?? Date.now;
  }

  static create(options: AuditHeadLogOptions): AuditHeadLog {
    return new AuditHeadLog(options);
  }

  /** Logs the head where it has moved, and at least every hour. */
  async log(): Promise<void> {
    await this.#checkLogged();
    const head = await readHead(this.#knex);
    if (!head) {
      return;
    }
    const now = this.#now();
    const last = this.#logged;
    if (
      last &&
      last.hash === head.hash &&
      last.position === head.position &&
      now - last.at < LOG_AGAIN_MS
    ) {
      return;
    }
    // Of medium severity, for what is low is not logged unless somebody configures it.
    const event = await this.#auditor.createEvent({
      eventId: 'audit-head',
      severityLevel: 'medium',
      meta: { position: head.position, hash: head.hash },
    });
    await event.success();
    this.#logged = { ...head, at: now };
  }

  async #checkLogged(): Promise<void> {
    const last = this.#logged;
    if (!last) {
      return;
    }
    const row = await this.#knex('audit')
      .where({ position: last.position })
      .first('hash');
    if (row?.hash === last.hash) {
      return;
    }
    const event = await this.#auditor.createEvent({
      eventId: 'audit-head-lost',
      severityLevel: 'critical',
      meta: { position: last.position, hash: last.hash },
    });
    await event.fail({
      error: new Error(
        `The audit trail does not hold the row any more that stood at position ${last.position}: it was cut off or made anew. Verify it with --head ${last.position}:${last.hash}`,
      ),
    });
    // Said once; the head of now is what counts from here on.
    this.#logged = undefined;
  }
}
