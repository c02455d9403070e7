import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import { expect, test } from '@playwright/test';
import { components, useComponents } from './support/components';
import { eventually } from './support/eventually';
import { API, call } from './support/http';
import { database, topic } from './support/inputs';
import { colleague, developer, engineer } from './support/Person';
import { approve, completed, create, request } from './support/requests';
import {
  delegatedToken,
  limited,
  serviceToken,
  TrustedKey,
  trustedPluginKey,
  trustedUserKey,
  unknownKey,
  userToken,
} from './support/tokens';

const HOUR_S = 3600;
const now = () => Math.floor(Date.now() / 1000);

const calls: [string, string, unknown?][] = [
  ['GET', '/types'],
  ['GET', '/instances'],
  ['POST', '/plans', topic()],
  ['POST', '/requests', topic()],
  ['GET', '/requests'],
  ['GET', '/requests/1'],
  ['POST', '/requests/1/approve', { planHash: 'x' }],
  ['POST', '/requests/1/reject', { comment: 'x' }],
  ['POST', '/requests/1/withdraw'],
  ['POST', '/requests/1/retry'],
  ['GET', '/resources'],
  ['GET', '/resources/1'],
  ['GET', '/resources/1/grants'],
  ['GET', '/resources/1/exports'],
  ['GET', '/resources/1/exports/java'],
  ['POST', '/resources/1/credentials', { principal: components.api }],
  ['GET', '/feed'],
  ['GET', '/nothing'],
  // What is asked must not matter before it is known who asks.
  ['POST', '/requests', 'no json'],
];

test.describe('a caller without a valid token', () => {
  let trusted: TrustedKey;

  test.beforeAll(async () => {
    trusted = await trustedUserKey();
    // The portal looks for keys that it does not know a few times in a minute only. That a
    // token of this one is taken shows that what is refused below is so for its own reason.
    const token = userToken(trusted, developer.ref);
    await eventually(
      'a token of the trusted key is taken',
      async () => (await call('GET', `${API}/types`, { token })).status,
      status => status === 200,
      75_000,
    );
  });

  const tokens: Record<string, () => Promise<string | undefined>> = {
    'no token': async () => undefined,
    'a token that is none': async () => 'nonsense',
    'an empty token': async () => '',
    'a token of an unknown key': async () =>
      userToken(unknownKey(), developer.ref),
    'a token that has expired': async () =>
      userToken(trusted, developer.ref, {
        iat: now() - 2 * HOUR_S,
        exp: now() - HOUR_S,
      }),
    'a token with a changed subject': async () => {
      const [header, payload, signature] = (await developer.token()).split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
      claims.sub = engineer.ref;
      return [
        header,
        Buffer.from(JSON.stringify(claims)).toString('base64url'),
        signature,
      ].join('.');
    },
    'a token without a signature': async () => {
      const [, payload] = (await developer.token()).split('.');
      const header = { typ: 'vnd.backstage.user', alg: 'none' };
      return `${Buffer.from(JSON.stringify(header)).toString(
        'base64url',
      )}.${payload}.`;
    },
    'the part of a token that others pass on': async () =>
      limited(await developer.token()),
  };

  for (const [title, make] of Object.entries(tokens)) {
    test(`should be refused with 401 everywhere: ${title}`, async () => {
      const token = await make();
      for (const [method, path, body] of calls) {
        const answer = await call(method, `${API}${path}`, { token, body });
        expect([method, path, answer.status]).toEqual([method, path, 401]);
        expect(answer.body.error.name).toBe('AuthenticationError');
      }
    });
  }

  test('should be refused whatever other scheme is used', async () => {
    for (const authorization of ['Basic YTpi', 'Bearer', 'bearer x', 'x']) {
      const { status } = await call('GET', `${API}/types`, {
        headers: { authorization },
      });
      expect([authorization, status]).toEqual([authorization, 401]);
    }
  });
});

test.describe('a template that acts for somebody', () => {
  useComponents();

  test('should ask in their name, but neither decide nor take credentials', async () => {
    const key = await trustedPluginKey();
    const asDeveloper = await delegatedToken(key, developer);
    const asEngineer = await delegatedToken(key, engineer);
    const made = await create(
      developer,
      database(undefined, {
        grants: [{ principal: components.api, role: 'reader' }],
      }),
    );

    const { status, body: asked } = await call<DataRequest>(
      'POST',
      `${API}/requests`,
      {
        token: asDeveloper,
        body: topic(undefined, {
          spec: { partitions: 7, replicationFactor: 1 },
        }),
      },
    );
    expect([status, asked.requestedBy]).toEqual([201, developer.ref]);
    const seen = await call<DataRequest>('GET', `${API}/requests/${asked.id}`, {
      token: asEngineer,
    });
    expect(seen.body.can).toEqual([]);
    expect((await request(engineer, asked.id)).can).toContain('approve');

    for (const [token, path, body] of [
      [
        asEngineer,
        `/requests/${asked.id}/approve`,
        { planHash: asked.plan.hash },
      ],
      [asEngineer, `/requests/${asked.id}/reject`, { comment: 'no' }],
      [
        asDeveloper,
        `/resources/${made.id}/credentials`,
        { principal: components.api },
      ],
    ] as const) {
      const answer = await call('POST', `${API}${path}`, { token, body });
      expect([path, answer.status, answer.body.error.name]).toEqual([
        path,
        403,
        'NotAllowedError',
      ]);
      expect(answer.body.error.message).toContain('in person');
    }
    expect((await request(developer, asked.id)).decisions).toEqual([]);
    await approve(engineer, asked);
    await completed(developer, asked);
  });
});

test.describe('a service', () => {
  test('should read the feed, which nobody else does', async () => {
    const { id, name } = await create(developer, topic());
    const token = serviceToken(await trustedPluginKey());
    // A change is numbered, and so listed, a moment after it was made.
    const found = await eventually(
      'the resource is in the feed',
      () => feedItem(token, id),
      item => item?.resource?.phase === 'ready',
    );
    expect(found).toMatchObject({
      type: 'kafka-topic',
      deleted: false,
      resource: { name, owner: 'group:default/payments', phase: 'ready' },
    });
    for (const person of [developer, colleague, engineer]) {
      const { status, body } = await person.get('/feed');
      expect([person.name, status, body.error.name]).toEqual([
        person.name,
        403,
        'NotAllowedError',
      ]);
    }
    for (const query of ['after=-1', 'after=x', 'limit=0', 'limit=x', 'a=b']) {
      const { status } = await call('GET', `${API}/feed?${query}`, { token });
      expect([query, status]).toEqual([query, 400]);
    }
  });

  test('should do nothing else', async () => {
    const token = serviceToken(await trustedPluginKey());
    for (const [method, path, body] of calls) {
      if (!['/feed', '/nothing'].includes(path) && body !== 'no json') {
        const answer = await call(method, `${API}${path}`, { token, body });
        expect([method, path, answer.status]).toEqual([method, path, 403]);
      }
    }
  });
});

interface FeedItem {
  position: number;
  resourceId: string;
  resource?: { phase: string };
}

async function feedItem(token: string, resourceId: string) {
  let after = 0;
  for (;;) {
    const { status, body } = await call<{ items: FeedItem[] }>(
      'GET',
      `${API}/feed?after=${after}&limit=100`,
      { token },
    );
    expect(status).toBe(200);
    const found = body.items.find(item => item.resourceId === resourceId);
    if (found || body.items.length === 0) {
      return found;
    }
    after = body.items[body.items.length - 1].position;
  }
}
