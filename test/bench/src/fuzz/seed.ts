import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchServer } from '../BenchServer';
import type { Oracle } from './Oracle';

/** What there is before anything is made up. */
export interface Seeds {
  requestIds: string[];
  resourceIds: string[];
  grantIds: string[];
  names: string[];
  /** Of the requests that wait, by their ids. */
  planHashes: Map<string, string>;
  /** The same of batches, by theirs. */
  batches: Map<string, Record<string, string>>;
}

interface Asked {
  id: string;
  state: string;
  resourceId?: string;
  plan: { hash: string };
}

const OWNERS = [
  ['payments', 'payments-dev', 'payments-api'],
  ['logistics', 'logistics-dev', 'shipping-worker'],
  ['platform', 'platform-engineer', 'platform-job'],
] as const;

/** Of boxes that nobody manages, with the group that their name points to, where it does. */
const UNMANAGED: readonly (readonly [name: string, owner: string])[] = [
  ...OWNERS.map(
    ([owner]) => [`${owner}-found`, `group:default/${owner}`] as const,
  ),
  ['nobodys-found', 'group:default/platform'],
];

/** What an engine holds from the start, for {@link seed} to be found. */
export function unmanagedNames(): string[] {
  return UNMANAGED.map(([name]) => name);
}

/**
 * Of each owner: resources that are ready, one of them promoted, requests that wait, alone and in
 * a batch, and a box that nobody manages.
 */
export async function seed(
  server: BenchServer,
  oracle: Oracle,
): Promise<Seeds> {
  const call = caller(server);
  const seeds: Seeds = {
    requestIds: [],
    resourceIds: [],
    grantIds: [],
    names: [],
    planHashes: new Map(),
    batches: new Map(),
  };
  UNMANAGED.forEach(([name, owner]) => oracle.keep(name, owner));
  for (const [owner, user, component] of OWNERS) {
    const create = (name: string, size: number, instance = 'box-dev') => {
      oracle.keep(name, `group:default/${owner}`);
      seeds.names.push(name);
      return call<Asked>(user, 'POST', '/requests', {
        action: 'create',
        type: 'box',
        instance,
        name,
        owner: `group:default/${owner}`,
        spec: { size },
        reason: 'To have something to look at',
        grants: [
          { principal: `component:default/${component}`, role: 'reader' },
        ],
      });
    };
    for (let n = 0; n < 4; n += 1) {
      const asked = await create(`kept-by-${owner}-${n}`, 3);
      const done = await until(call, user, asked.id);
      seeds.requestIds.push(asked.id);
      seeds.resourceIds.push(done.resourceId!);
      const { items } = await call<{ items: { id: string }[] }>(
        user,
        'GET',
        `/resources/${done.resourceId}/grants`,
      );
      seeds.grantIds.push(...items.map(({ id }) => id));
    }
    for (let n = 0; n < 4; n += 1) {
      const asked = await create(
        `awaited-by-${owner}-${n}`,
        50,
        n % 2 ? 'box-prod' : 'box-dev',
      );
      seeds.requestIds.push(asked.id);
      seeds.planHashes.set(asked.id, asked.plan.hash);
    }
    const inBulk = (name: string, more: object) => {
      oracle.keep(name, `group:default/${owner}`);
      seeds.names.push(name);
      return {
        action: 'create',
        type: 'box',
        instance: 'box-prod',
        name,
        owner: `group:default/${owner}`,
        spec: { size: 3 },
        ...more,
      };
    };
    const batch = await call<{ id: string; items: { request: Asked }[] }>(
      user,
      'POST',
      '/request-batches',
      {
        requests: [
          inBulk(`one-of-${owner}`, {}),
          inBulk(`promoted-by-${owner}`, {
            promotedFrom: seeds.resourceIds.at(-1),
          }),
        ],
      },
    );
    const hashes = batch.items.map(
      ({ request }) => [request.id, request.plan.hash] as const,
    );
    hashes.forEach(([id, hash]) => {
      seeds.requestIds.push(id);
      seeds.planHashes.set(id, hash);
    });
    seeds.batches.set(batch.id, Object.fromEntries(hashes));
  }
  await untilFound(call, UNMANAGED.length);
  return seeds;
}

function caller(server: BenchServer) {
  return async <T>(
    user: string,
    method: string,
    path: string,
    body?: object,
  ): Promise<T> => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${await server.tokenOf(user)}`,
        'Content-Type': 'application/json',
      },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    }
    return JSON.parse(text) as T;
  };
}

/** Until the engine was looked through. */
async function untilFound(
  call: ReturnType<typeof caller>,
  count: number,
): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const { items } = await call<{ items: object[] }>(
      'platform-engineer',
      'GET',
      '/discoveries?type=box',
    );
    if (items.length === count) {
      return;
    }
    await sleep(50);
  }
  throw new Error('What nobody manages was not found');
}

async function until(
  call: ReturnType<typeof caller>,
  user: string,
  id: string,
): Promise<Asked> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const request = await call<Asked>(user, 'GET', `/requests/${id}`);
    if (request.state === 'completed') {
      return request;
    }
    await sleep(50);
  }
  throw new Error(`Request ${id} was not completed`);
}
