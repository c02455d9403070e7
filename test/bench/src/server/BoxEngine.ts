import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  dataResourcesEnginesExtensionPoint,
  type Engine,
  type EngineInstance,
  type EngineInstanceOptions,
} from '@data-resources/plugin-data-resources-node';
import { z } from 'zod/v3';
import { BoxProvider } from './BoxProvider';
import { BoxServer } from './BoxServer';

function createInstance({ config }: EngineInstanceOptions): EngineInstance {
  const server = new BoxServer(
    config.getOptionalStringArray('admin.unmanaged'),
  );
  const provider = new BoxProvider(server);
  return {
    limits: { size: 100 },
    callTimeoutMs: 2_000,
    async probe() {
      return {
        clusterId: 'boxes',
        topology: { brokers: 1 },
        conditions: [],
        facts: {},
      };
    },
    async identify() {
      return { state: 'known', id: 'boxes' };
    },
    provider: () => provider,
    logins: {
      async enable({ username }) {
        server.enabled.add(username);
      },
      async disable({ username }) {
        server.enabled.delete(username);
      },
      async observe(usernames) {
        return new Map(
          usernames.map(name => [
            name,
            { exists: true, enabled: server.enabled.has(name) },
          ]),
        );
      },
    },
    async close() {},
  };
}

const specSchema = z
  .object({
    size: z.number().int().min(1).max(1_000),
    colour: z.string().max(40).optional(),
  })
  .strict();

const engine: Engine = {
  name: 'boxes',
  types: ['box', 'crate'].map(type => ({
    type,
    engine: 'boxes',
    title: type,
    description: `A ${type} in memory`,
    roles: [
      { name: 'reader', title: 'Reader', description: 'Looks in' },
      { name: 'writer', title: 'Writer', description: 'Puts in' },
    ],
    specSchema,
    checkName: name =>
      /^[a-zA-Z0-9._-]{1,60}$/.test(name)
        ? []
        : [`is ${JSON.stringify(name)}; letters, digits, . _ - only`],
    normaliseName: name => name.replaceAll('.', '_'),
    counters: ['volume'],
    usage: ({ size }) => ({ volume: Number(size) }),
  })),
  createInstance,
};

/** An engine that keeps its objects in memory and answers at once: what remains is the portal. */
export default createBackendModule({
  pluginId: 'data-resources',
  moduleId: 'boxes',
  register(env) {
    env.registerInit({
      deps: { engines: dataResourcesEnginesExtensionPoint },
      async init({ engines }) {
        engines.addEngine(engine);
      },
    });
  },
});
