import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { ClientBase, QueryResultRow } from 'pg';
import { isBusy, toProviderError } from './toProviderError';

const BUSY_ATTEMPTS = 5;
const BUSY_PAUSE_MS = 15;
/** warning_privilege_not_revoked and …_not_granted: all that a refused GRANT says. */
const NOT_GRANTED = new Set(['01006', '01007']);

/** When a call must have ended, by this process's clock, and what aborts it before. */
export class Deadline {
  readonly #end: number;
  readonly #signal: AbortSignal;

  constructor(timeoutMs: number, signal = new AbortController().signal) {
    this.#end = Date.now() + timeoutMs;
    this.#signal = signal;
  }

  /**
   * Milliseconds that are left.
   *
   * @throws `Unreachable` when nothing may be begun any more
   */
  left(what: string): number {
    if (this.#signal.aborted) {
      throw new ProviderError(
        'Unreachable',
        `${what}: aborted before it began`,
      );
    }
    const left = this.#end - Date.now();
    if (left <= 0) {
      throw new ProviderError(
        'Unreachable',
        `${what}: the time of the call was over before it began`,
      );
    }
    return left;
  }
}

/** A connection that is held for a moment, with errors in the closed set of reasons. */
export class Session {
  readonly #client: ClientBase;
  readonly #deadline: Deadline;
  /** Set when the connection may not be used again. */
  broken = false;

  constructor(client: ClientBase, deadline: Deadline) {
    this.#client = client;
    this.#deadline = deadline;
  }

  /** Runs a query that changes nothing. */
  async read<Row extends QueryResultRow>(
    what: string,
    sql: string,
    values?: unknown[],
  ): Promise<Row[]> {
    const left = this.#deadline.left(what);
    try {
      const config = { text: sql, values, query_timeout: left };
      return (await this.#client.query<Row>(config)).rows;
    } catch (error) {
      throw this.#failed(error, 'read', what);
    }
  }

  /**
   * Runs statements. Several in one text are one transaction, unless one of them cannot run
   * in any. Waits for a moment when another session is changing the same rows.
   */
  async write(what: string, sql: string): Promise<void> {
    const refused: string[] = [];
    const onNotice = ({
      code,
      message,
    }: {
      code?: string;
      message?: string;
    }) => {
      if (code && NOT_GRANTED.has(code)) {
        refused.push(message ?? code);
      }
    };
    this.#client.on('notice', onNotice);
    try {
      await this.#send(what, sql);
    } finally {
      this.#client.off('notice', onNotice);
    }
    if (refused.length > 0) {
      throw new ProviderError(
        'Unauthorized',
        `${what}: PostgreSQL warns that ${[...new Set(refused)].join(
          '; ',
        )}. Somebody has taken the right to grant there from the roles of the database; an administrator has to give it back`,
      );
    }
  }

  async #send(what: string, sql: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const left = this.#deadline.left(what);
      try {
        const config = { text: sql, query_timeout: left };
        await this.#client.query(config);
        return;
      } catch (error) {
        if (!isBusy(error) || attempt === BUSY_ATTEMPTS) {
          throw this.#failed(error, 'write', what);
        }
      }
      await sleep(BUSY_PAUSE_MS * attempt);
    }
  }

  #failed(
    error: unknown,
    phase: 'read' | 'write',
    what: string,
  ): ProviderError {
    const failure = toProviderError(error, phase, what);
    // A statement that was refused leaves a good connection; all else may not.
    this.broken ||= failure.retryable;
    return failure;
  }
}
