import type { JsonObject } from '@backstage/types';
import type { ProviderContractFixture } from '@data-resources/plugin-data-resources-node/testUtils';
import { postgresEngine } from '../postgresEngine';
import { INSTALLATION_ID, type PostgresBench } from './PostgresBench';

/** What the contract tests, and those that go on from them, need to know. */
export function databaseFixture(
  server: PostgresBench,
  spec: JsonObject,
  changedSpec: JsonObject = { ...spec, connectionLimit: 30 },
): ProviderContractFixture {
  return {
    engine: postgresEngine,
    type: 'postgres-database',
    installationId: INSTALLATION_ID,
    createInstance: () => server.openInstance(),
    spec,
    changedSpec,
    uniqueName: () => server.uniqueName(),
    administrator: {
      createForeign: name => server.createForeign(name),
      createAdoptable: name => server.createAdoptable(name),
      change: name => server.changeByHand(name),
      remove: name => server.remove(name),
      cleanUp: (name, logins) => server.cleanUp(name, logins),
    },
    outage: {
      begin: async () => server.proxy.refuse(),
      end: async () => server.proxy.restore(),
    },
    witness: {
      fingerprint: name => server.fingerprint(name),
      asLeft: name => server.asLeft(name),
      leftovers: (name, logins) => server.leftovers(name, logins),
      canUse: (name, username, password) =>
        server.canRead(name, username, password),
      use: async (name, username, password) => {
        const client = await server.login(username, password, name);
        await client.query('SELECT 1');
        return client;
      },
      canLogin: (username, password) => server.canLogin(username, password),
    },
  };
}
