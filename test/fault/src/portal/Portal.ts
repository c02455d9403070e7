import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Backend } from './Backend';
import type { Answer } from './Caller';

export interface PortalOptions {
  /** Addresses and accounts of the engines. */
  environment: Record<string, string>;
  /** One per replica. */
  ports: number[];
  /** Holds the logs. */
  folder: string;
  signal: AbortSignal;
}

/** What a call that is answered at last was like. */
export interface Persistence {
  headers?: Record<string, string>;
  timeoutMs?: number;
}

/** The portal as people know it: whichever replica answers, killed and started again. */
export class Portal {
  readonly #options: PortalOptions;
  readonly #replicas: Backend[] = [];

  private constructor(options: PortalOptions) {
    this.#options = options;
  }

  static create(options: PortalOptions): Portal {
    return new Portal(options);
  }

  get signal(): AbortSignal {
    return this.#options.signal;
  }

  get replicas(): readonly Backend[] {
    return this.#replicas;
  }

  /** The replica that calls go to. */
  get backend(): Backend {
    return this.#replicas.find(each => each.isServing) ?? this.#replicas[0];
  }

  /** Starts replicas until there are that many; ends those beyond. */
  async scale(count: number): Promise<void> {
    await Promise.all(this.#replicas.splice(count).map(each => each.kill()));
    for (let index = 0; index < count; index += 1) {
      if (!this.#replicas[index]?.isRunning()) {
        this.#replicas[index] = this.#spawn(index);
      }
    }
    await Promise.all(
      this.#replicas.map(each => each.ready(this.#options.signal)),
    );
  }

  /** Kills every replica at once and starts as many again. */
  async crash(): Promise<void> {
    await Promise.all(this.#replicas.map(each => each.kill()));
    await this.scale(this.#replicas.length);
  }

  /** Kills one replica and starts it again, without waiting until it answers. */
  async restart(index: number): Promise<void> {
    await this.#replicas[index].kill();
    this.#replicas[index] = this.#spawn(index);
    // One that is killed before it answers is no failure.
    this.#replicas[index].ready(this.#options.signal).catch(() => {});
  }

  /** Starts one replica more, as the first that calls go to. */
  async startAnother(): Promise<Backend> {
    const index = this.#replicas.length;
    const another = this.#spawn(index);
    this.#replicas.push(another);
    await another.ready(this.#options.signal);
    return another;
  }

  /** How often somebody was answered 500, which is no way to say that something is away. */
  serverErrors = 0;

  /** Shuts everything down for good. */
  async close(): Promise<void> {
    await Promise.all(this.#replicas.map(each => each.kill()));
  }

  async get<T = any>(person: string, url: string): Promise<Answer<T>> {
    return this.#untilAnswered(`GET ${url}`, 120_000, () =>
      this.backend.caller.get<T>(person, url),
    );
  }

  /** Posts until somebody answers; the call must be one that may be repeated. */
  async post<T = any>(
    person: string,
    url: string,
    body?: unknown,
    { headers, timeoutMs = 120_000 }: Persistence = {},
  ): Promise<Answer<T>> {
    return this.#untilAnswered(`POST ${url}`, timeoutMs, () =>
      this.backend.caller.post<T>(person, url, body, headers),
    );
  }

  /** Waits until the catalog knows who people and workloads are. */
  async awaitCatalog(probe: Record<string, unknown>): Promise<void> {
    await this.until('the catalog is read', async () => {
      const { status } = await this.backend.caller.post(
        'payments-dev',
        '/plans',
        probe,
      );
      return status === 200;
    });
  }

  async until(
    what: string,
    holds: () => Promise<boolean>,
    timeoutMs = 120_000,
  ): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!(await holds())) {
      this.#options.signal.throwIfAborted();
      if (Date.now() > end) {
        throw new Error(`Not within ${timeoutMs / 1000} s: ${what}`);
      }
      await sleep(100);
    }
  }

  async #untilAnswered<T>(
    what: string,
    timeoutMs: number,
    call: () => Promise<Answer<T>>,
  ): Promise<Answer<T>> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      this.#options.signal.throwIfAborted();
      const answer = await call();
      this.serverErrors += answer.status === 500 ? 1 : 0;
      // 503 comes of an engine or a database that is away for now; 401 of a new signing key.
      if (answer.status !== 0 && answer.status !== 401 && answer.status < 500) {
        return answer;
      }
      if (Date.now() > end) {
        throw new Error(
          `${what} was not answered within ${timeoutMs / 1000} s: ${
            answer.status
          } ${JSON.stringify(answer.body)}`,
        );
      }
      await sleep(200);
    }
  }

  #spawn(index: number): Backend {
    const { environment, ports, folder } = this.#options;
    return Backend.spawn({
      environment,
      port: ports[index],
      logFile: path.join(folder, `backend-${index + 1}.log`),
    });
  }
}
