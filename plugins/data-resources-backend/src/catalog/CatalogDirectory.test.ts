import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AuthService,
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import {
  catalogServiceRef,
  type CatalogService,
} from '@backstage/plugin-catalog-node';
import { CatalogDirectory } from './CatalogDirectory';

jest.setTimeout(30_000);

const PERSON = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'User',
  metadata: { name: 'dev' },
  relations: [{ type: 'memberOf', targetRef: 'group:default/payments' }],
};

/** Backstage's own client, and a catalog that breaks off connections. */
describe('CatalogDirectory', () => {
  let server: Server;
  let backend: TestBackend;
  let directory: CatalogDirectory;
  /** How many of the next calls are not answered. */
  let breaks = 0;
  /** Whether there is no catalog at its address yet. */
  let isStarting = false;
  let calls = 0;

  beforeAll(async () => {
    server = createServer((req, res) => {
      calls += 1;
      if (breaks > 0) {
        breaks -= 1;
        req.socket.destroy();
        return;
      }
      res.setHeader('Content-Type', 'application/json');
      if (isStarting || req.url !== '/entities/by-refs') {
        // As Backstage's root router says of a plugin that is not there yet.
        res.statusCode = 404;
        res.end(JSON.stringify({ error: { name: 'NotFoundError' } }));
        return;
      }
      res.end(JSON.stringify({ items: [PERSON] }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const services = await new Promise<{
      catalog: CatalogService;
      auth: AuthService;
    }>((resolve, reject) => {
      startTestBackend({
        features: [
          mockServices.discovery.mock({
            getBaseUrl: async () => `http://127.0.0.1:${port}`,
          }).factory,
          createBackendPlugin({
            pluginId: 'asking',
            register: env =>
              env.registerInit({
                deps: { catalog: catalogServiceRef, auth: coreServices.auth },
                init: async deps => resolve(deps),
              }),
          }),
        ],
      }).then(started => {
        backend = started;
      }, reject);
    });
    directory = CatalogDirectory.create(services);
  });
  beforeEach(() => {
    calls = 0;
    breaks = 0;
    isStarting = false;
  });
  afterAll(async () => {
    await backend?.stop();
    server.close();
  });

  it('should ask once more when the connection breaks off', async () => {
    breaks = 1;
    expect([...(await directory.groupsOf('user:default/dev'))]).toEqual([
      'group:default/payments',
    ]);
    expect(calls).toBe(2);
  });

  it('should not ask for ever', async () => {
    breaks = 5;
    await expect(directory.groupsOf('user:default/dev')).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    expect(calls).toBe(2);
  });

  it('should take nobody for unknown while the catalog is not there', async () => {
    isStarting = true;
    await expect(directory.groupsOf('user:default/dev')).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
    });

    isStarting = false;
    expect((await directory.groupsOf('user:default/dev')).size).toBe(1);
  });
});
