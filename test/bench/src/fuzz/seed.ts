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

/** Of each owner: resources that are ready, one in quarantine, and requests that wait. */
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
  };
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
  }
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
