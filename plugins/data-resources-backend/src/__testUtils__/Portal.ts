import {
  coreServices,
  createServiceFactory,
  type BackendFeature,
  type PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import type { JsonObject } from '@backstage/types';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  notificationService,
  type NotificationSendOptions,
} from '@backstage/plugin-notifications-node';
import type { Knex } from 'knex';
import request from 'supertest';
import { dataResourcesPlugin } from '../plugin';
import { CALLER_HEADER, httpAuthFactory, type TestCaller } from './httpAuth';
import { memoryEngineModule } from './MemoryEngine';
import { MemoryServer } from './MemoryServer';
import { sampleConfig } from './sampleConfig';
import { sampleEntities } from './sampleEntities';

const BASE = '/api/data-resources/v1';

/** The plugin in a test backend, on a real database, with two memory servers behind it. */
export class TestPortal {
  readonly servers: Map<string, MemoryServer>;
  /** The catalog, by ref; tests may change it. */
  readonly entities = new Map<string, Entity>();
  readonly notifications: NotificationSendOptions[] = [];
  static readonly #running = new Set<TestPortal>();
  #backend?: TestBackend;

  private constructor(servers?: Map<string, MemoryServer>) {
    this.servers =
      servers ??
      new Map([
        ['box-dev', new MemoryServer()],
        ['box-prod', new MemoryServer()],
      ]);
  }

  static async start(options: {
    knex: Knex;
    /** Of a portal before this one; empty ones unless told. */
    servers?: Map<string, MemoryServer>;
    config?: JsonObject;
    /** Beside the section `dataResources`. */
    rootConfig?: JsonObject;
    /** Services in place of the test backend's own. */
    features?: BackendFeature[];
    /** Without, permissions are off, as they are in a portal that does not configure them. */
    permissions?: PermissionsService;
  }): Promise<TestPortal> {
    const portal = new TestPortal(options.servers);
    TestPortal.#running.add(portal);
    sampleEntities().forEach(([ref, entity]) =>
      portal.entities.set(ref, entity),
    );
    const { permissions } = options;
    portal.#backend = await startTestBackend({
      features: [
        ...(permissions
          ? [
              createServiceFactory({
                service: coreServices.permissions,
                deps: {},
                factory: () => permissions,
              }),
            ]
          : []),
        dataResourcesPlugin,
        memoryEngineModule(portal.servers),
        mockServices.rootConfig.factory({
          data: {
            ...options.rootConfig,
            dataResources: { ...sampleConfig, ...options.config },
          },
        }),
        mockServices.database.factory({ knex: options.knex }),
        httpAuthFactory,
        createServiceFactory({
          service: catalogServiceRef,
          deps: {},
          factory: () =>
            catalogServiceMock.mock({
              getEntitiesByRefs: async ({ entityRefs }) => ({
                items: entityRefs.map(ref => portal.entities.get(ref)),
              }),
            }),
        }),
        createServiceFactory({
          service: notificationService,
          deps: {},
          factory: () => ({
            send: async notification => {
              portal.notifications.push(notification);
            },
          }),
        }),
        ...(options.features ?? []),
      ],
    });
    return portal;
  }

  get dev(): MemoryServer {
    return this.servers.get('box-dev')!;
  }

  /** Stops every portal that was started and not stopped yet. */
  static async stopAll(): Promise<void> {
    await Promise.all([...TestPortal.#running].map(portal => portal.stop()));
  }

  async stop(): Promise<void> {
    if (TestPortal.#running.delete(this)) {
      await this.#backend?.stop();
    }
  }

  /** As nobody, without a caller. */
  get(caller: TestCaller | undefined, path: string) {
    return request(this.#backend!.server)
      .get(`${BASE}${path}`)
      .set(callerHeader(caller));
  }

  /** As nobody, without a caller. */
  post(caller: TestCaller | undefined, path: string, body: object = {}) {
    return request(this.#backend!.server)
      .post(`${BASE}${path}`)
      .set(callerHeader(caller))
      .send(body);
  }

  /** Asks for a box of payments on `box-dev`; small ones are approved by a policy. */
  async ask(name: string, overrides: object = {}, caller = 'payments-dev') {
    return this.post(caller, '/requests', boxInput(name, overrides));
  }

  /** Waits until the request is in one of the states. */
  async until(id: string, ...states: string[]): Promise<any> {
    return eventually(
      async () => (await this.get('payments-dev', `/requests/${id}`)).body,
      body => states.includes(body.state),
    );
  }

  /** Approves a request of payments and waits until it is carried out. */
  async carryOut(asked: any): Promise<any> {
    const approved = await this.post(
      'platform-lead',
      `/requests/${asked.id}/approve`,
      { planHash: asked.plan.hash },
    );
    if (approved.status !== 200) {
      throw new Error(`Not approved: ${JSON.stringify(approved.body)}`);
    }
    return this.until(asked.id, 'completed', 'failed');
  }

  /** Deletes a resource: into quarantine the first time, for good the second. */
  async remove(resourceId: string): Promise<any> {
    const asked = await this.post('payments-dev', '/requests', {
      action: 'delete',
      resourceId,
    });
    return this.carryOut(asked.body);
  }

  /** A ready box with one grant for payments-api; answers the resource's id. */
  async readyBox(name: string): Promise<string> {
    const asked = await this.ask(name, {
      grants: [{ principal: 'component:default/payments-api', role: 'reader' }],
    });
    const done = await this.until(asked.body.id, 'completed');
    return done.resourceId;
  }
}

function callerHeader(caller: TestCaller | undefined): Record<string, string> {
  return caller ? { [CALLER_HEADER]: JSON.stringify(caller) } : {};
}

/** A `create` of a box of payments. */
export function boxInput(name: string, overrides: object = {}) {
  return {
    action: 'create',
    type: 'memory-box',
    instance: 'box-dev',
    name,
    owner: 'group:default/payments',
    spec: { size: 3 },
    ...overrides,
  };
}

/** Asks again and again until the answer is as expected; fails with the last answer. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isExpected: (answer: T) => boolean,
  timeoutMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (isExpected(answer)) {
      return answer;
    }
    if (Date.now() > deadline) {
      throw new Error(`Still not as expected: ${JSON.stringify(answer)}`);
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
