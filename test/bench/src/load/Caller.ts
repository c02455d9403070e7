import type { BenchServer } from '../BenchServer';

/** As far as clients look at an answer. */
interface Asked {
  id: string;
  plan: { hash: string };
}

/** Makes calls and remembers how long each took, and what was no good answer. */
export class Caller {
  readonly times = new Map<string, number[]>();
  readonly errors: string[] = [];
  readonly #server: BenchServer;

  constructor(server: BenchServer) {
    this.#server = server;
  }

  reset(): void {
    this.times.clear();
  }

  /** Answers nothing for an error. */
  async call(
    name: string,
    token: string,
    method: string,
    path: string,
    body?: object,
  ): Promise<Asked | undefined> {
    const begin = performance.now();
    const response = await fetch(`${this.#server.url}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    const times = this.times.get(name) ?? [];
    times.push(performance.now() - begin);
    this.times.set(name, times);
    if (!response.ok) {
      this.errors.push(
        `${method} ${path} answered ${response.status}: ${text}`,
      );
      return undefined;
    }
    return JSON.parse(text) as Asked;
  }
}
