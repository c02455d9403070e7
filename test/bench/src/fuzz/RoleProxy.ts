import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Oracle } from './Oracle';
import { roles, type Role } from './roles';
import type { Seeds } from './seed';

const BASE = '/api/data-resources/v1';
const HOP = new Set([
  'host',
  'connection',
  'authorization',
  'content-length',
  'transfer-encoding',
]);

/** A finding, once however often it was met. */
export interface Finding {
  problem: string;
  role: string;
  call: string;
  body: string;
  answer: string;
}

/** Options of {@link RoleProxy.start}. */
export interface RoleProxyOptions {
  /** Of the backend, without a path. */
  origin: string;
  oracle: Oracle;
  seeds: Seeds;
  tokens: ReadonlyMap<Role, string | undefined>;
  /** Decides who calls. */
  random: () => number;
}

/**
 * Stands between what makes up calls and the backend: makes each call in the name of some role,
 * and has the answer judged. The answer itself is passed on as it is.
 */
export class RoleProxy {
  readonly findings = new Map<string, Finding>();
  /** How many calls got which answer, by role. */
  readonly counts = new Map<string, number>();
  calls = 0;
  readonly #options: RoleProxyOptions;
  readonly #server: Server;

  private constructor(options: RoleProxyOptions) {
    this.#options = options;
    this.#server = createServer((req, res) => {
      this.#forward(req).then(
        ({ response, text }) => {
          response.headers.forEach((value, name) => {
            if (
              ![
                'content-encoding',
                'content-length',
                'transfer-encoding',
                'connection',
              ].includes(name)
            ) {
              res.setHeader(name, value);
            }
          });
          res.statusCode = response.status;
          res.end(text);
        },
        error => {
          this.#find(
            'cannot be judged',
            'proxy',
            req.url ?? '',
            '',
            String(error),
          );
          res.statusCode = 500;
          res.end(String(error));
        },
      );
    });
  }

  static async start(options: RoleProxyOptions): Promise<RoleProxy> {
    const proxy = new RoleProxy(options);
    await new Promise<void>(resolve => {
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/api/data-resources`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => {
      this.#server.close(resolve);
    });
  }

  async #forward(req: IncomingMessage) {
    const chunks: Buffer[] = [];
    for await (const chunk of req) {
      chunks.push(chunk as Buffer);
    }
    const { origin, oracle, tokens, random } = this.#options;
    const role = roles[Math.floor(random() * roles.length)];
    const url = req.url ?? '/';
    // No client of Node's sends a TRACE; a path that nothing serves is as good a try.
    const method = req.method === 'TRACE' ? 'PATCH' : req.method ?? 'GET';
    // What tries the server itself asks elsewhere; there is nothing of ours.
    const ours = url.startsWith(`${BASE}/`);
    const path = ours ? url.slice(BASE.length) : url;
    const body = await this.#aimed(path, Buffer.concat(chunks));
    const headers = new Headers();
    for (const [name, value] of Object.entries(req.headers)) {
      if (!HOP.has(name) && typeof value === 'string') {
        headers.set(name, value);
      }
    }
    const token = tokens.get(role);
    if (token) {
      headers.set('Authorization', `Bearer ${token}`);
    }
    const response = await fetch(`${origin}${url}`, {
      method,
      headers,
      body:
        body.length > 0 && method !== 'GET' && method !== 'HEAD'
          ? body
          : undefined,
      redirect: 'manual',
    });
    const text = await response.text();
    this.calls += 1;
    const key = `${role.name} ${response.status}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    if (!ours) {
      return { response, text };
    }
    const problems = await oracle.judge({
      role,
      method,
      path,
      body: body.toString(),
      status: response.status,
      answer: text,
    });
    for (const problem of problems) {
      this.#find(
        problem,
        role.name,
        `${method} ${path}`,
        body.toString(),
        text,
      );
    }
    return { response, text };
  }

  /** A made-up approval names the plan that there is, now and then: else none would ever be given. */
  async #aimed(path: string, body: Buffer): Promise<Buffer> {
    const { seeds, random } = this.#options;
    const [, collection, id] = path.split('/');
    if (!path.endsWith('/approve') || random() < 0.5) {
      return body;
    }
    if (collection === 'request-batches') {
      // With one of somebody else's, which is not part of it.
      const [stranger] = seeds.planHashes;
      const planHashes = {
        ...seeds.batches.get(id),
        ...Object.fromEntries([stranger]),
      };
      return Buffer.from(JSON.stringify({ planHashes }));
    }
    const planHash = seeds.planHashes.get(id);
    return planHash ? Buffer.from(JSON.stringify({ planHash })) : body;
  }

  #find(
    problem: string,
    role: string,
    call: string,
    body: string,
    answer: string,
  ): void {
    const kind = problem.replace(/[0-9a-f-]{36}/g, '…');
    const where = call
      .split('?')[0]
      .replace(/(requests|request-batches|resources)\/[^/]+/, '$1/{id}');
    const key = `${kind} ${role} ${where}`;
    if (!this.findings.has(key)) {
      this.findings.set(key, {
        problem,
        role,
        call,
        body: body.slice(0, 600),
        answer: answer.slice(0, 600),
      });
    }
  }
}
