import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { ClientBase, QueryResultRow } from 'pg';
import { type Dialect, POSTGRES_16, render } from '../sql/dialect';
import { NotRememberedError, type QueryMemory } from './QueryMemory';
import {
  isBusy,
  isReadOnly,
  isRefused,
  toProviderError,
} from './toProviderError';

const BUSY_ATTEMPTS = 5;
const BUSY_PAUSE_MS = 15;
/** warning_privilege_not_revoked and …_not_granted: all that a refused GRANT says. */
const NOT_GRANTED = new Set(['01006', '01007']);

/** When a call must have ended, by this process's clock, and what aborts it before. */
export class Deadline {
  readonly #timeoutMs: number;
  readonly #end: number;
  readonly #signal: AbortSignal;

  constructor(timeoutMs: number, signal = new AbortController().signal) {
    this.#timeoutMs = timeoutMs;
    this.#end = Date.now() + timeoutMs;
    this.#signal = signal;
  }

  /** As long again from now on, for a part of what takes longer as a whole. */
  again(): Deadline {
    return new Deadline(this.#timeoutMs, this.#signal);
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

/** What a {@link Session} knows of its server. */
export interface SessionOptions {
  /** The rules that statements are written by; those of 16 until a server has told its own. */
  dialect?: Dialect;
  /** Whether the connection is kept for long, so that the server had better remember its queries. */
  isKept?: boolean;
  /** Lets one change wait for another. */
  inTurn?: <T>(change: () => Promise<T>) => Promise<T>;
  /** Called when the server takes no changes any more; absent where it took none before. */
  onReadOnly?: () => void;
  /** Gives the connection away for a new one to the same database. */
  anew?: () => Promise<ClientBase>;
}

/** By which the server knows a statement again. */
function nameOf(text: string): string {
  return `data_resources_${createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, 32)}`;
}

/** A connection that is held for a moment, with errors in the closed set of reasons. */
export class Session {
  /** Absent where only what is remembered can be asked. */
  #client?: ClientBase;
  readonly #deadline: Deadline;
  readonly #options: SessionOptions;
  readonly #dialect: Dialect;
  #memory?: QueryMemory;
  #isAnew = false;
  /** Set when the connection may not be used again. */
  broken = false;

  constructor(
    client: ClientBase | undefined,
    deadline: Deadline,
    options: SessionOptions = {},
  ) {
    this.#client = client;
    this.#deadline = deadline;
    this.#options = options;
    this.#dialect = options.dialect ?? POSTGRES_16;
  }

  /** Answers what was answered before, and has no connection for anything else. */
  static remembering(memory: QueryMemory, deadline: Deadline): Session {
    return new Session(undefined, deadline).keepIn(memory);
  }

  /** What is read from now on is remembered. */
  keepIn(memory: QueryMemory): this {
    this.#memory = memory;
    return this;
  }

  /** The process that the server said it would work with; undefined if it said none. */
  get announcedPid(): number | undefined {
    const client = this.#client as { processID?: number | null } | undefined;
    return client?.processID ?? undefined;
  }

  /** Runs a query that changes nothing; planned once on a connection where it is asked `often`. */
  async read<Row extends QueryResultRow>(
    what: string,
    sql: string,
    values?: unknown[],
    { often = false }: { often?: boolean } = {},
  ): Promise<Row[]> {
    const left = this.#deadline.left(what);
    const memory = this.#memory;
    const client = this.#client;
    if (!client) {
      const known = memory?.recall<Row>(sql, values);
      if (!known) {
        throw new NotRememberedError(what);
      }
      return known;
    }
    try {
      const text = render(sql, this.#dialect);
      const name = often && this.#options.isKept ? nameOf(text) : undefined;
      const config = { name, text, values, query_timeout: left };
      const { rows } = await client.query<Row>(config);
      memory?.keep(sql, values, rows);
      return rows;
    } catch (error) {
      throw this.#failed(error, 'read', what);
    }
  }

  /**
   * Runs statements. Several in one text are one transaction, unless one of them cannot run
   * in any. Waits for a moment when another session is changing the same rows.
   */
  async write(what: string, sql: string): Promise<void> {
    const text = render(sql, this.#dialect);
    const { inTurn = change => change() } = this.#options;
    const refused = await inTurn(() => this.#send(what, text));
    if (refused.length > 0) {
      throw new ProviderError(
        'Unauthorized',
        `${what}: PostgreSQL warns that ${[...new Set(refused)].join(
          '; ',
        )}. Somebody has taken the right to grant there from the roles of the database; an administrator has to give it back`,
      );
    }
  }

  /** @returns what was not granted, in the server's words */
  async #send(what: string, text: string): Promise<string[]> {
    for (let attempt = 1; ; attempt++) {
      const query_timeout = this.#deadline.left(what);
      try {
        return await this.#sendOnce(what, { text, query_timeout });
      } catch (error) {
        if (await this.#isOutdated(error)) {
          continue;
        }
        if (!isBusy(error, this.#dialect) || attempt === BUSY_ATTEMPTS) {
          throw this.#failed(error, 'write', what);
        }
      }
      await sleep(BUSY_PAUSE_MS * attempt);
    }
  }

  async #sendOnce(
    what: string,
    config: { text: string; query_timeout: number },
  ): Promise<string[]> {
    const client = this.#client;
    if (!client) {
      throw new NotRememberedError(what);
    }
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
    client.on('notice', onNotice);
    try {
      await client.query(config);
      return refused;
    } finally {
      client.off('notice', onNotice);
    }
  }

  /**
   * A server's session works out once which roles it is a member of, and anew when a membership changes. Where one
   * changes meanwhile, PostgreSQL 18 and older take the result as valid nevertheless, and refuse until the next change
   * what was granted: with 8,000 roles, 4 % of the statements that follow a grant at once. A new session knows.
   */
  async #isOutdated(error: unknown): Promise<boolean> {
    const { anew } = this.#options;
    if (!isRefused(error) || !anew || this.#isAnew) {
      return false;
    }
    this.#isAnew = true;
    this.#client = await anew();
    return true;
  }

  #failed(
    error: unknown,
    phase: 'read' | 'write',
    what: string,
  ): ProviderError {
    const { onReadOnly } = this.#options;
    if (isReadOnly(error) && onReadOnly) {
      onReadOnly();
      this.broken = true;
      return new ProviderError(
        'Unreachable',
        `${what}: the server has ceased to take changes; another host may be the primary by now`,
      );
    }
    const failure = toProviderError(error, phase, what, this.#dialect);
    // A statement that was refused leaves a good connection; all else may not.
    this.broken ||= failure.retryable;
    return failure;
  }
}
