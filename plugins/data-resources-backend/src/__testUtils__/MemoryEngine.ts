import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  dataResourcesEnginesExtensionPoint,
  ProviderError,
  type CallContext,
  type ClusterIdentity,
  type Engine,
  type EngineInstance,
  type EngineInstanceOptions,
  type InstanceProbe,
  type ResourceProvider,
} from '@data-resources/plugin-data-resources-node';
import { z } from 'zod/v3';
import { memoryExports } from './memoryExports';
import { MemoryProvider } from './MemoryProvider';
import { MemoryServer } from './MemoryServer';

class MemoryInstance implements EngineInstance {
  readonly limits = { size: 100 };
  readonly callTimeoutMs = 2_000;
  readonly #server: MemoryServer;
  readonly #provider: MemoryProvider;

  constructor(server: MemoryServer) {
    this.#server = server;
    this.#provider = new MemoryProvider(server);
  }

  async probe(_context: CallContext): Promise<InstanceProbe> {
    this.#server.mustAnswer();
    return {
      clusterId: this.#server.clusterId,
      topology: { brokers: 1 },
      conditions: this.#server.conditions,
      facts: {},
    };
  }

  async identify(): Promise<ClusterIdentity> {
    this.#server.mustAnswer();
    return this.#server.hidden === undefined
      ? { state: 'known', id: this.#server.clusterId }
      : { state: 'hidden', why: this.#server.hidden };
  }

  provider(): ResourceProvider {
    return this.#provider;
  }

  get logins(): EngineInstance['logins'] {
    const server = this.#server;
    return {
      async enable({ username, password }) {
        server.mustAnswer();
        const login = server.logins.get(username);
        if (!login) {
          throw new ProviderError('Conflict', `${username} is gone`);
        }
        if (server.loginFault) {
          throw server.loginFault;
        }
        login.password = password;
        return { validUntil: server.validUntil };
      },
      async disable({ username }) {
        server.mustAnswer();
        delete server.logins.get(username)?.password;
      },
      async observe(usernames) {
        return new Map(
          usernames.map(name => [
            name,
            {
              exists: server.logins.has(name),
              enabled: Boolean(server.logins.get(name)?.password),
            },
          ]),
        );
      },
    };
  }

  async close(): Promise<void> {}
}

/** The engine `memory` with its type `memory-box`, on servers by the name of the instance. */
export function memoryEngineModule(servers: Map<string, MemoryServer>) {
  const engine: Engine = {
    name: 'memory',
    types: [
      {
        type: 'memory-box',
        engine: 'memory',
        title: 'Box',
        description: 'A box in memory',
        roles: [
          { name: 'reader', title: 'Reader', description: 'Looks in' },
          { name: 'writer', title: 'Writer', description: 'Puts in' },
        ],
        rolesOf: ({ colour }) =>
          colour
            ? [
                {
                  name: `${colour}-painter`,
                  title: `Painter of ${colour}`,
                  description: 'Paints it over',
                },
              ]
            : [],
        specSchema: z
          .object({
            // Longer than `size`: PostgreSQL gives a jsonb's shorter keys back first.
            colour: z.string().optional(),
            size: z.number().int().min(1),
            prefix: z.string().min(1).optional(),
          })
          .strict(),
        checkName: name =>
          /^[a-zA-Z0-9._-]{1,60}$/.test(name)
            ? []
            : [`is ${JSON.stringify(name)}; letters, digits, . _ - only`],
        normaliseName: name => name.replace(/\./g, '_'),
        claims: (_name, { prefix }) =>
          prefix ? [{ prefix: String(prefix), path: 'spec.prefix' }] : [],
        counters: ['boxes', 'volume'],
        usage: ({ size }) => ({ boxes: 1, volume: Number(size) }),
        exports: memoryExports,
      },
    ],
    createInstance({ name }: EngineInstanceOptions) {
      const server = servers.get(name) ?? new MemoryServer();
      servers.set(name, server);
      return new MemoryInstance(server);
    },
  };
  return createBackendModule({
    pluginId: 'data-resources',
    moduleId: 'memory',
    register(env) {
      env.registerInit({
        deps: { engines: dataResourcesEnginesExtensionPoint },
        async init({ engines }) {
          engines.addEngine(engine);
        },
      });
    },
  });
}
