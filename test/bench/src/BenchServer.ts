import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { on } from 'node:events';
import { promises as fs, openSync, closeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '@backstage/types';
import {
  freePorts,
  stopGroup,
  type PostgresDescription,
} from '@data-resources/test-engines';
import { stringify } from 'yaml';
import { organisation, type Organisation } from './organisation';
import { packageFolder } from './paths';
import type {
  Answer,
  Memory,
  Processor,
  Question,
} from './server/answerParent';

const START_TIMEOUT_MS = 180_000;

/** Options of {@link BenchServer.start}. */
export interface BenchServerOptions {
  /** Holds its configuration and its log. */
  folder: string;
  /** Where its database is. */
  postgres: PostgresDescription;
  /** Begins the names of its databases; lower case. */
  prefix: string;
  people: Organisation;
  /** Beside what every one of them has. */
  dataResources?: JsonObject;
  /** Whether resources are seen by their owners only. */
  narrowResources?: boolean;
  /** Names of boxes on `box-dev` that nobody manages. */
  unmanaged?: string[];
}

/** A real backend with accounts, a catalog, permissions and our plugin, in a process of its own. */
export class BenchServer {
  /** Of the API of data resources, without a slash at its end. */
  readonly url: string;
  readonly logFile: string;
  /** The plugin's own. */
  readonly database: string;
  /** Makes the caller a service. */
  readonly serviceToken: string;
  readonly #origin: string;
  readonly #child: ChildProcess;
  #asked = 0;
  readonly #tokens = new Map<string, Promise<string>>();

  private constructor(options: {
    port: number;
    child: ChildProcess;
    logFile: string;
    database: string;
    serviceToken: string;
  }) {
    this.#origin = `http://127.0.0.1:${options.port}`;
    this.url = `${this.#origin}/api/data-resources/v1`;
    this.#child = options.child;
    this.logFile = options.logFile;
    this.database = options.database;
    this.serviceToken = options.serviceToken;
  }

  /** Starts one and waits until it answers. */
  static async start(options: BenchServerOptions): Promise<BenchServer> {
    const { folder, prefix } = options;
    const { backend: port } = await freePorts(['backend'] as const);
    const serviceToken = randomUUID();
    await fs.mkdir(folder, { recursive: true });
    const org = path.join(folder, 'org.yaml');
    await fs.writeFile(
      org,
      organisation(options.people)
        .map(entity => stringify(entity))
        .join('---\n'),
    );
    const config = path.join(folder, 'app-config.json');
    await fs.writeFile(
      config,
      JSON.stringify(configOf(options, { port, serviceToken, org })),
      { mode: 0o600 },
    );
    const logFile = path.join(folder, 'backend.log');
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(
      process.execPath,
      [
        '--expose-gc',
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        'src/server/main.ts',
        '--config',
        config,
      ],
      {
        cwd: packageFolder,
        detached: true,
        stdio: ['ignore', log, log, 'ipc'],
        env: {
          ...process.env,
          NODE_ENV: 'development',
          FORCE_COLOR: '0',
          LOG_LEVEL: 'warn',
        },
      },
    );
    closeSync(log);
    const server = new BenchServer({
      port,
      child,
      logFile,
      database: `${prefix}data-resources`,
      serviceToken,
    });
    try {
      await server.#awaitReady(Object.keys(options.people.users));
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Memory in use after a collection. */
  async memory(): Promise<Memory> {
    return (await this.#ask({ ask: 'memory' })) as Memory;
  }

  /** Time of processors that it has used, in milliseconds: not that in which it waited for one. */
  async processorMs(): Promise<number> {
    return ((await this.#ask({ ask: 'processor' })) as Processor).ms;
  }

  /** Records where the time goes until the function returned, which writes the profile. */
  async profile(): Promise<(file: string) => Promise<void>> {
    await this.#ask({ ask: 'profile' });
    return async file => {
      await this.#ask({ ask: 'profiled', file });
    };
  }

  /** The Backstage token of a person, by the name of the user. */
  async tokenOf(user: string): Promise<string> {
    let token = this.#tokens.get(user);
    if (!token) {
      token = this.#signIn(user);
      this.#tokens.set(user, token);
    }
    return token;
  }

  /** The end of what it printed. */
  async logTail(): Promise<string> {
    return (await fs.readFile(this.logFile, 'utf8')).slice(-4_000);
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    if (this.#child.pid !== undefined && this.#child.exitCode === null) {
      await stopGroup(this.#child.pid, '', 10_000);
    }
  }

  async #ask(question: Question): Promise<unknown> {
    this.#asked += 1;
    const number = this.#asked;
    const messages = on(this.#child, 'message', { close: ['exit'] });
    this.#child.send({ ...question, number });
    // What loads the files reports each of them as well.
    for await (const [message] of messages) {
      const { number: answered, answer } = message as Answer;
      if (answered === number) {
        return answer;
      }
    }
    throw new Error(
      `The backend ended. The end of its log:\n${await this.logTail()}`,
    );
  }

  async #signIn(user: string): Promise<string> {
    const response = await fetch(`${this.#origin}/api/auth/persona/refresh`, {
      method: 'POST',
      headers: { 'X-Persona': `user:default/${user}` },
    });
    if (!response.ok) {
      throw new Error(`Signing in as ${user} answered ${response.status}`);
    }
    const { backstageIdentity } = (await response.json()) as {
      backstageIdentity: { token: string };
    };
    return backstageIdentity.token;
  }

  /** Until the catalog knows everybody, and the instances were looked at. */
  async #awaitReady(users: string[]): Promise<void> {
    const end = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const ready = await this.#isReady(users).catch(() => false);
      if (ready) {
        return;
      }
      if (this.#child.exitCode !== null || Date.now() > end) {
        const tail = await this.logTail();
        throw new Error(
          `The backend did not start. The end of its log:\n${tail}`,
        );
      }
      await sleep(200);
    }
  }

  async #isReady(users: string[]): Promise<boolean> {
    for (const user of users) {
      const token = await this.#signIn(user);
      const response = await fetch(`${this.url}/instances`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      const { items } = (await response.json()) as {
        items: { status: { reachable: boolean } }[];
      };
      if (!items.every(({ status }) => status.reachable)) {
        return false;
      }
    }
    return true;
  }
}

function configOf(
  {
    postgres,
    prefix,
    people,
    dataResources,
    narrowResources,
    unmanaged = [],
  }: BenchServerOptions,
  {
    port,
    serviceToken,
    org,
  }: { port: number; serviceToken: string; org: string },
): JsonObject {
  return {
    app: { title: 'Bench', baseUrl: `http://127.0.0.1:${port}` },
    organization: { name: 'Bench' },
    backend: {
      baseUrl: `http://127.0.0.1:${port}`,
      listen: { host: '127.0.0.1', port },
      auth: {
        externalAccess: [
          {
            type: 'static',
            options: { token: serviceToken, subject: 'bench' },
          },
        ],
      },
      database: {
        client: 'pg',
        prefix,
        connection: {
          host: postgres.host,
          port: postgres.port,
          ...postgres.provisioner,
        },
      },
    },
    auth: {
      environment: 'development',
      providers: {
        persona: {
          people: Object.keys(people.users).map(name => `user:default/${name}`),
        },
      },
    },
    permission: { enabled: true },
    catalog: {
      rules: [{ allow: ['Component', 'System', 'Group', 'User'] }],
      locations: [{ type: 'file', target: org }],
    },
    bench: { narrowResources: narrowResources ?? false },
    dataResources: {
      installationId: 'bench',
      platformGroup: 'group:default/platform',
      environments: ['dev', 'prod'],
      defaultPolicies: { enabled: false },
      instances: [
        { ...instance('box-dev', 'dev'), admin: { unmanaged } },
        instance('box-prod', 'prod'),
        instance('crate-dev', 'dev'),
        instance('box-rare', 'dev'),
      ],
      ...dataResources,
    },
  };
}

function instance(name: string, environment: string): JsonObject {
  return {
    name,
    engine: 'boxes',
    environment,
    title: name,
    owner: 'group:default/platform',
  };
}
