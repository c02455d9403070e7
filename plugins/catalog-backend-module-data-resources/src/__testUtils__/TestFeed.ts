import {
  coreServices,
  createBackendPlugin,
  type BackendFeature,
  type HttpAuthService,
} from '@backstage/backend-plugin-api';
import type {
  FeedInstance,
  FeedItem,
  FeedResource,
} from '@data-resources/plugin-data-resources-common';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a resource of these tests has unless they say otherwise. */
const RESOURCE: FeedResource = {
  id: '0198a8f0-0000-7000-8000-000000000001',
  type: 'kafka-topic',
  engine: 'kafka',
  instance: 'kafka-dev',
  environment: 'dev',
  name: 'payments.settled',
  owner: 'group:default/payments',
  tags: [],
  spec: { partitions: 3, replicationFactor: 1 },
  phase: 'ready',
  entityRef: 'resource:default/kafka-dev.payments.settled',
  principals: [],
  updatedAt: '2026-01-01T00:00:00.000Z',
};

const INSTANCE: FeedInstance = {
  name: 'kafka-dev',
  engine: 'kafka',
  environment: 'dev',
  title: 'Kafka (development)',
  owner: 'group:default/platform',
  entityRef: 'resource:default/kafka-dev',
};

/** A resource as the feed gives it. */
export function feedResource(overrides: Partial<FeedResource>): FeedResource {
  return { ...RESOURCE, ...overrides };
}

/**
 * The far end: a plugin that serves `/feed` as the API describes it, from what a test puts in. Of
 * each resource only its latest item is kept.
 */
export class TestFeed {
  instances: FeedInstance[] = [INSTANCE];
  /** How it answers instead of giving the feed. */
  failure?: 'closes-connections' | 'unavailable' | 'answers-html';
  /** The most that a page holds, however much is asked for. */
  pageSize = 1000;
  /** Positions after which the feed was asked for. */
  readonly askedAfter: number[] = [];

  readonly #items = new Map<string, FeedItem>();
  #position = 0;

  put(resource: FeedResource): void {
    this.#add({
      type: resource.type,
      resourceId: resource.id,
      deleted: false,
      resource,
    });
  }

  delete(resourceId: string): void {
    const type = this.#items.get(resourceId)?.type ?? RESOURCE.type;
    this.#add({ type, resourceId, deleted: true });
  }

  /** As if the feed had never known it: a wrong database, say. */
  forget(...resourceIds: string[]): void {
    resourceIds.forEach(id => this.#items.delete(id));
  }

  get plugin(): BackendFeature {
    return createBackendPlugin({
      pluginId: 'data-resources',
      register: reg =>
        reg.registerInit({
          deps: {
            httpAuth: coreServices.httpAuth,
            httpRouter: coreServices.httpRouter,
          },
          init: async ({ httpAuth, httpRouter }) => {
            httpRouter.use((req, res, next) => {
              if (req.path === '/v1/feed') {
                this.#answer(req, res, httpAuth).catch(next);
              } else {
                next();
              }
            });
          },
        }),
    });
  }

  #add(item: Omit<FeedItem, 'position'>): void {
    this.#position += 1;
    this.#items.set(item.resourceId, { ...item, position: this.#position });
  }

  async #answer(
    req: IncomingMessage & { query: unknown },
    res: ServerResponse,
    httpAuth: HttpAuthService,
  ): Promise<void> {
    await httpAuth.credentials(req as never, { allow: ['service'] });
    const query = req.query as { after?: string; limit?: string };
    const after = Number(query.after ?? 0);
    this.askedAfter.push(after);
    if (this.failure === 'closes-connections') {
      req.socket.destroy();
    } else if (this.failure === 'unavailable') {
      res.writeHead(503).end();
    } else if (this.failure === 'answers-html') {
      res.end('<html>Please log in</html>');
    } else {
      const later = [...this.#items.values()]
        .filter(({ position }) => position > after)
        .sort((a, b) => a.position - b.position);
      const items = later.slice(
        0,
        Math.min(this.pageSize, Number(query.limit ?? 500)),
      );
      const pageInfo =
        items.length < later.length
          ? { nextCursor: String(items[items.length - 1].position) }
          : {};
      res.setHeader('Content-Type', 'application/json');
      res.end(JSON.stringify({ items, pageInfo, instances: this.instances }));
    }
  }
}
