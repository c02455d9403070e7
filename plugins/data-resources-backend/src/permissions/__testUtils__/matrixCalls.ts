import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Entity } from '@backstage/catalog-model';
import type { TestCaller } from '../../__testUtils__/httpAuth';
import {
  boxInput,
  eventually,
  type TestPortal,
} from '../../__testUtils__/Portal';
import type { TestPolicy } from '../../__testUtils__/TestPolicy';
import { component } from '../../__testUtils__/sampleEntities';

const PLATFORMS_OWN = 'platform-engineer';
const HELD = Array.from({ length: 30 }, (_, n) => `held-${n}`);

/** Makes each call of the matrix about something that nothing else has touched. */
export class MatrixCalls {
  readonly #portal: TestPortal;
  readonly #policy: TestPolicy;
  readonly #box: string;
  readonly #quarantined: string;
  readonly #grants: string[];
  #names = 0;

  private constructor(
    portal: TestPortal,
    policy: TestPolicy,
    box: string,
    quarantined: string,
    grants: string[],
  ) {
    this.#portal = portal;
    this.#policy = policy;
    this.#box = box;
    this.#quarantined = quarantined;
    this.#grants = grants;
  }

  static async create(
    portal: TestPortal,
    policy: TestPolicy,
  ): Promise<MatrixCalls> {
    securityGroup().forEach(([ref, entity]) =>
      portal.entities.set(ref, entity),
    );
    HELD.map(name => component(name, 'payments')).forEach(([ref, entity]) =>
      portal.entities.set(ref, entity),
    );
    const asked = await portal.ask('held', {
      grants: ['payments-api', ...HELD].map(name => ({
        principal: `component:default/${name}`,
        role: 'reader',
      })),
    });
    const { resourceId } = await portal.until(asked.body.id, 'completed');
    const { body } = await portal.get(
      'payments-dev',
      `/resources/${resourceId}/grants?limit=200`,
    );
    const spare = body.items.filter(({ principal }: any) =>
      principal.startsWith('component:default/held-'),
    );
    const quarantined = await portal.readyBox('quarantined');
    await portal.remove(quarantined);
    portal.dev.create('logistics.parcels', { size: 2 });
    return new MatrixCalls(
      portal,
      policy,
      resourceId,
      quarantined,
      spare.map(({ id }: any) => id),
    );
  }

  /** Answers what the caller gets. */
  async call(endpoint: string, caller: TestCaller | undefined) {
    const { method, path, body } = await this.#policy.lifted(() =>
      this.#prepare(endpoint, caller),
    );
    const answer =
      method === 'GET'
        ? this.#portal.get(caller, path)
        : this.#portal.post(caller, path, body);
    return answer;
  }

  async #prepare(
    endpoint: string,
    caller: TestCaller | undefined,
  ): Promise<{ method: string; path: string; body?: object }> {
    const [call, action] = endpoint.split(': ');
    const [method, template] = call.split(' ');
    if (template === '/plans' || action === 'create') {
      return { method, path: template, body: boxInput(this.#name()) };
    }
    if (template === '/request-batches') {
      return {
        method,
        path: template,
        body: { requests: [boxInput(this.#name())] },
      };
    }
    if (template.startsWith('/request-batches/{id}')) {
      const { body } = await this.#portal.post(
        'payments-dev',
        '/request-batches',
        { requests: [boxInput(this.#name(), { spec: { size: 50 } })] },
      );
      const [{ request }] = body.items;
      return {
        method,
        path: template.replace('{id}', body.id),
        body: { planHashes: { [request.id]: request.plan.hash } },
      };
    }
    if (template === '/discoveries') {
      await eventually(
        async () => (await this.#portal.get('logistics-dev', template)).body,
        ({ items }) => items.length > 0,
      );
      return { method, path: template };
    }
    if (action === 'adopt') {
      const name = this.#name();
      this.#portal.dev.create(name, { size: 2 });
      return {
        method,
        path: template,
        body: {
          action,
          type: 'memory-box',
          instance: 'box-dev',
          name,
          owner: 'group:default/payments',
        },
      };
    }
    if (action) {
      return { method, path: template, body: this.#inputAboutBox(action) };
    }
    if (template.startsWith('/requests/{id}')) {
      const verb = template.split('/')[3];
      const request =
        verb === 'retry'
          ? await this.#failed(caller)
          : await this.#pending(caller);
      return {
        method,
        path: template.replace('{id}', request.id),
        body: {
          ...(verb === 'approve' ? { planHash: request.plan.hash } : {}),
          ...(verb === 'reject' ? { comment: 'no' } : {}),
        },
      };
    }
    return {
      method,
      path: template
        .replace('{id}', this.#box)
        .replace('{exportId}', 'label'),
      body: { principal: 'component:default/payments-api', replace: true },
    };
  }

  #inputAboutBox(action: string): object {
    switch (action) {
      case 'delete':
        return { action, resourceId: this.#box };
      case 'restore':
        return { action, resourceId: this.#quarantined };
      case 'update':
        return { action, resourceId: this.#box, spec: { size: 50 } };
      case 'grant':
        return {
          action,
          resourceId: this.#box,
          principal: 'component:default/shipping-worker',
          role: 'reader',
        };
      case 'revoke':
        return { action, grantId: this.#grants.pop() };
      default:
        throw new Error(`No call of the matrix is about ${action}`);
    }
  }

  #name(): string {
    this.#names += 1;
    return `box-${this.#names}`;
  }

  async #ask(caller: TestCaller | undefined, size: number) {
    const own = caller === PLATFORMS_OWN;
    const { body } = await this.#portal.ask(
      this.#name(),
      {
        spec: { size },
        owner: own ? 'group:default/platform' : 'group:default/payments',
      },
      own ? PLATFORMS_OWN : 'payments-dev',
    );
    return body;
  }

  /** One that platform must decide. */
  async #pending(caller: TestCaller | undefined) {
    return this.#ask(caller, 50);
  }

  async #failed(caller: TestCaller | undefined) {
    this.#portal.dev.faults.set('create', {
      error: new ProviderError('Rejected', 'No more boxes'),
      times: Infinity,
    });
    const { id } = await this.#ask(caller, 3);
    const failed = await this.#portal.until(id, 'failed');
    this.#portal.dev.faults.clear();
    return failed;
  }
}

/** Somebody whom a policy asks about `prod`. */
function securityGroup(): [ref: string, entity: Entity][] {
  const entity = (
    kind: string,
    name: string,
    relation: { type: string; targetRef: string },
  ): [string, Entity] => [
    `${kind.toLowerCase()}:default/${name}`,
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind,
      metadata: { name, namespace: 'default', uid: `uid-${name}` },
      relations: [relation],
    },
  ];
  return [
    entity('Group', 'security', {
      type: 'hasMember',
      targetRef: 'user:default/security-officer',
    }),
    entity('User', 'security-officer', {
      type: 'memberOf',
      targetRef: 'group:default/security',
    }),
  ];
}
