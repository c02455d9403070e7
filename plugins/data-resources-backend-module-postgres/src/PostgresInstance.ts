import { InputError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import type {
  CallContext,
  ClusterIdentity,
  EngineInstance,
  EngineInstanceOptions,
  InstanceProbe,
  LoginProvider,
  ResourceProvider,
} from '@data-resources/plugin-data-resources-node';
import {
  type InstanceConfig,
  readInstanceConfig,
} from './config/readInstanceConfig';
import { PostgresConnections } from './connection/PostgresConnections';
import { Deadline } from './connection/Session';
import { Dumps } from './dump/Dumps';
import { PostgresLoginProvider } from './logins/PostgresLoginProvider';
import { probeServer } from './probeServer';
import { serverFacts } from './provider/facts';
import { PostgresDatabaseProvider } from './provider/PostgresDatabaseProvider';
import { readServerModel } from './provider/serverModel';
import { ServerNames } from './provider/ServerNames';
import { POSTGRES_DATABASE } from './type/postgresDatabase';

/** One PostgreSQL server. */
export class PostgresInstance implements EngineInstance {
  readonly #name: string;
  readonly #config: InstanceConfig;
  readonly #connections: PostgresConnections;
  readonly #dumps: Dumps;
  readonly #names = new ServerNames();
  readonly #databases: PostgresDatabaseProvider;
  readonly logins: LoginProvider;

  private constructor(options: EngineInstanceOptions) {
    const { name, config, installationId, logger } = options;
    this.#name = name;
    this.#config = readInstanceConfig(config);
    const { admin } = this.#config;
    this.#connections = PostgresConnections.create(admin, logger);
    this.#dumps = Dumps.create({
      config: this.#config,
      connections: this.#connections,
      logger,
    });
    this.#databases = PostgresDatabaseProvider.create({
      config: this.#config,
      connections: this.#connections,
      dumps: this.#dumps,
      installationId,
      logger,
    });
    this.logins = PostgresLoginProvider.create({
      connections: this.#connections,
      timeoutMs: admin.callTimeoutMs,
      limits: this.#config.limits.logins,
    });
  }

  static create(options: EngineInstanceOptions): PostgresInstance {
    return new PostgresInstance(options);
  }

  get limits(): JsonObject {
    const { extensions, connectionLimit, templates, logins } =
      this.#config.limits;
    return {
      extensions: [...extensions],
      ...(connectionLimit === undefined ? {} : { connectionLimit }),
      ...(templates.length === 0 ? {} : { templates: [...templates] }),
      ...(logins.connections === undefined
        ? {}
        : { loginConnections: logins.connections }),
      ...(logins.validitySeconds === undefined
        ? {}
        : { loginValiditySeconds: logins.validitySeconds }),
    };
  }

  get callTimeoutMs(): number {
    return this.#config.admin.callTimeoutMs;
  }

  probe(context: CallContext): Promise<InstanceProbe> {
    return this.#connections.withAdmin(
      new Deadline(this.callTimeoutMs, context.signal),
      async session => {
        const probe = await probeServer(session, this.#config);
        const { server } = serverFacts(probe.facts);
        const model = await readServerModel(session, this.#config.limits);
        const names = await this.#names.read(
          session,
          `${probe.clusterId} ${probe.version}`,
        );
        const dumps = await this.#dumps.probe(server?.versionNumber ?? 0);
        return {
          ...probe,
          conditions: [...probe.conditions, ...dumps.conditions],
          facts: { ...probe.facts, model: { ...model, names }, ...dumps.facts },
        };
      },
    );
  }

  async identify(context: CallContext): Promise<ClusterIdentity> {
    return {
      state: 'known',
      id: await this.#connections.identify(
        new Deadline(this.callTimeoutMs, context.signal),
      ),
    };
  }

  bind(clusterId: string): void {
    this.#connections.bind(clusterId);
  }

  provider(type: string): ResourceProvider {
    if (type !== POSTGRES_DATABASE) {
      throw new InputError(
        `The instance ${
          this.#name
        } has no type ${type}; it has ${POSTGRES_DATABASE}`,
      );
    }
    return this.#databases as unknown as ResourceProvider;
  }

  async close(): Promise<void> {
    await this.#dumps.close();
    await this.#connections.close();
  }
}
