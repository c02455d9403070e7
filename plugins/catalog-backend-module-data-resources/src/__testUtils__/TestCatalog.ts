import { schedulerServiceFactory } from '@backstage/backend-defaults/scheduler';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import type { JsonObject } from '@backstage/types';
import catalogModuleDataResources from '../index';
import type { TestFeed } from './TestFeed';

/** The real catalog on a real database, with the module, beside a feed. */
export class TestCatalog {
  readonly #backend: Awaited<ReturnType<typeof startTestBackend>>;
  readonly logged: string[];

  private constructor(
    backend: Awaited<ReturnType<typeof startTestBackend>>,
    logged: string[],
  ) {
    this.#backend = backend;
    this.logged = logged;
  }

  static async start(options: {
    feed: TestFeed;
    knex: Awaited<ReturnType<TestDatabases['init']>>;
    settings?: JsonObject;
  }): Promise<TestCatalog> {
    const logged: string[] = [];
    const log = (message: string) => {
      logged.push(message);
    };
    const logger = mockServices.logger.mock({
      warn: log,
      error: log,
      child: () => logger,
    });
    const backend = await startTestBackend({
      features: [
        options.feed.plugin,
        catalogPlugin,
        catalogModuleDataResources,
        logger.factory,
        schedulerServiceFactory,
        mockServices.database.factory({ knex: options.knex }),
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'http://portal.test/' },
            backend: { baseUrl: 'http://localhost:7007' },
            catalog: { providers: { dataResources: options.settings ?? {} } },
          },
        }),
      ],
    });
    return new TestCatalog(backend, logged);
  }

  async stop(): Promise<void> {
    await this.#backend.stop();
  }

  /** The entity, as the catalog's API gives it. */
  async entity(name: string): Promise<Entity | undefined> {
    const response = await this.#get(
      `entities/by-name/resource/default/${encodeURIComponent(name)}`,
    );
    return response.status === 404 ? undefined : response.json();
  }

  /** Names of all Resources, sorted. */
  async names(): Promise<string[]> {
    const response = await this.#get(
      'entities?filter=kind=resource&fields=metadata.name',
    );
    const entities: Entity[] = await response.json();
    return entities.map(({ metadata }) => metadata.name).sort();
  }

  async #get(path: string): Promise<Response> {
    const response = await fetch(
      `http://localhost:${this.#backend.server.port()}/api/catalog/${path}`,
      { headers: { Authorization: mockCredentials.service.header() } },
    );
    if (!response.ok && response.status !== 404) {
      throw new Error(`The catalog answered ${response.status}`);
    }
    return response;
  }
}
