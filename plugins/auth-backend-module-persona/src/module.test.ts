import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import authPlugin from '@backstage/plugin-auth-backend';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { JsonObject } from '@backstage/types';
import request from 'supertest';
import personaModule from './index';

const PAYMENTS_DEV: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'User',
  metadata: { name: 'payments-dev', namespace: 'default' },
  spec: {
    profile: { displayName: 'Deniz', email: 'payments-dev@example.com' },
    memberOf: ['payments'],
  },
  relations: [{ type: 'memberOf', targetRef: 'group:default/payments' }],
};

const REFRESH = '/api/auth/persona/refresh';

type PortalOptions = {
  nodeEnv?: string;
  listen?: JsonObject | string;
  people?: string[];
};

async function startPortal(options: PortalOptions) {
  const nodeEnv = process.env.NODE_ENV;
  Object.assign(process.env, { NODE_ENV: options.nodeEnv });
  if (options.nodeEnv === undefined) {
    Reflect.deleteProperty(process.env, 'NODE_ENV');
  }
  try {
    return await startTestBackend({
      features: [
        authPlugin,
        personaModule,
        catalogServiceMock.factory({ entities: [PAYMENTS_DEV] }),
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'http://localhost:3000' },
            backend: {
              baseUrl: 'http://localhost:7007',
              listen: options.listen ?? { host: '127.0.0.1', port: 7007 },
            },
            auth: {
              keyStore: { provider: 'memory' },
              providers: {
                persona: { people: options.people ?? ['user:default/auditor'] },
              },
            },
          },
        }),
      ],
    });
  } finally {
    Object.assign(process.env, { NODE_ENV: nodeEnv });
  }
}

const startDevelopmentPortal = (options: Omit<PortalOptions, 'nodeEnv'> = {}) =>
  startPortal({ nodeEnv: 'development', ...options });

function decodePayload(token: string): JsonObject {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}

describe('authModulePersonaProvider', () => {
  describe('in a development portal', () => {
    let server: Parameters<typeof request>[0];

    beforeAll(async () => {
      ({ server } = await startDevelopmentPortal());
    });

    it.each(['post', 'get'] as const)(
      'should sign a user of the catalog in by %s',
      async method => {
        const response = await request(server)
          [method](REFRESH)
          .set('X-Persona', 'user:default/payments-dev');

        expect(response.status).toBe(200);
        expect(response.body).toMatchObject({
          profile: { displayName: 'Deniz', email: 'payments-dev@example.com' },
          backstageIdentity: {
            token: expect.any(String),
            identity: {
              type: 'user',
              userEntityRef: 'user:default/payments-dev',
            },
          },
        });
        expect(decodePayload(response.body.backstageIdentity.token)).toEqual(
          expect.objectContaining({
            sub: 'user:default/payments-dev',
            exp: expect.any(Number),
          }),
        );
      },
    );

    it('should name a user who is not in the catalog', async () => {
      const response = await request(server)
        .post(REFRESH)
        .set('X-Persona', 'user:default/nobody');

      expect(response.status).toBe(404);
      expect(response.body.error.message).toContain("'user:default/nobody'");
    });

    it('should say which header is missing', async () => {
      const response = await request(server).post(REFRESH);

      expect(response.status).toBe(401);
      expect(response.body.error.message).toContain('X-Persona');
    });

    it.each([
      ['payments-dev'],
      ['default/payments-dev'],
      ['user:payments-dev'],
      ['User:default/payments-dev'],
      ['user:default/Payments-Dev'],
      ['group:default/payments'],
      ['user:default/payments-dev/x'],
      ['user:default/..'],
      ["user:default/x' or '1'='1"],
      [`user:default/${'x'.repeat(64)}`],
      ['user:default/payments-dev, user:default/auditor'],
    ])('should refuse %p as no full user reference', async header => {
      const response = await request(server)
        .post(REFRESH)
        .set('X-Persona', header);

      expect(response.status).toBe(400);
      expect(response.body.error.message).toContain(
        "such as 'user:default/payments-dev'",
      );
      expect(response.body.backstageIdentity).toBeUndefined();
    });

    it('should refuse a name other than this machine’s in Host', async () => {
      const response = await request(server)
        .post(REFRESH)
        .set('Host', 'rebound.example.com:7007')
        .set('X-Persona', 'user:default/payments-dev');

      expect(response.status).toBe(403);
      expect(response.body.backstageIdentity).toBeUndefined();
    });
  });

  it.each([['production'], ['test'], ['Development'], [undefined]])(
    'should fail the start when NODE_ENV is %p',
    async nodeEnv => {
      await expect(startPortal({ nodeEnv })).rejects.toThrow(
        /NODE_ENV must be exactly 'development'/,
      );
    },
  );

  it.each<[JsonObject | string]>([
    [{ port: 7007 }],
    [{ host: '0.0.0.0', port: 7007 }],
    [{ host: '::', port: 7007 }],
    [{ host: '192.0.2.10', port: 7007 }],
    [{ host: 'localhost.example.com', port: 7007 }],
    [':7007'],
    ['7007'],
  ])('should fail the start when the backend listens on %p', async listen => {
    await expect(startDevelopmentPortal({ listen })).rejects.toThrow(
      /backend.listen.host must be '127.0.0.1'/,
    );
  });

  it.each<[JsonObject | string]>([
    [{ host: 'localhost', port: 7007 }],
    [{ host: '::1', port: 7007 }],
    ['127.0.0.1:7007'],
  ])('should start when the backend listens on %p', async listen => {
    const { server } = await startDevelopmentPortal({ listen });

    const response = await request(server)
      .post(REFRESH)
      .set('X-Persona', 'user:default/payments-dev');
    expect(response.status).toBe(200);
  });

  it('should fail the start with the path of a person that is no reference', async () => {
    await expect(
      startDevelopmentPortal({ people: ['user:default/auditor', 'Auditor'] }),
    ).rejects.toThrow(/auth\.providers\.persona\.people\[1\].*"Auditor"/);
  });
});
