import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { mockServices } from '@backstage/backend-test-utils';
import {
  AuthenticationError,
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ResponseError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
  ProviderError,
  type ProviderErrorReason,
} from '@data-resources/plugin-data-resources-node';
import type express from 'express';
import request from 'supertest';
import { BASE, createEdgeApp, ID } from './__testUtils__/createEdgeApp';
import { withDetails } from './ErrorDetails';
import { RequestInputError } from './RequestInputError';

/** What the handlers throw; without it they answer. */
let thrown: { value: unknown } | undefined;
const logger = mockServices.logger.mock();
let app: express.Express;

function getThrowing(value: unknown, path = '/v1/requests') {
  thrown = { value };
  return request(app).get(`${BASE}${path}`);
}

describe('errorMiddleware', () => {
  const original = process.env.NODE_ENV;
  beforeAll(async () => {
    app = await createEdgeApp(logger, () => thrown);
  });
  afterEach(() => {
    thrown = undefined;
    jest.clearAllMocks();
    process.env = { ...process.env, NODE_ENV: original };
  });

  it.each([
    ['InputError', 400, new InputError('No')],
    ['AuthenticationError', 401, new AuthenticationError('No')],
    ['NotAllowedError', 403, new NotAllowedError('No')],
    ['NotFoundError', 404, new NotFoundError('No')],
    ['ConflictError', 409, new ConflictError('No')],
    ['ServiceUnavailableError', 503, new ServiceUnavailableError('No')],
  ])('should answer %s with %d', async (name, status, error) => {
    const response = await getThrowing(error, '/v1/requests?limit=5');
    expect(response.status).toBe(status);
    expect(response.body).toEqual({
      error: { name, message: 'No' },
      request: { method: 'GET', url: `${BASE}/v1/requests?limit=5` },
      response: { statusCode: status },
    });
  });

  it.each<[ProviderErrorReason, number, string]>([
    ['Conflict', 409, 'ConflictError'],
    ['Unsupported', 400, 'InputError'],
    ['Rejected', 400, 'InputError'],
    ['Unauthorized', 503, 'ServiceUnavailableError'],
    ['Unreachable', 503, 'ServiceUnavailableError'],
    ['Unknown', 503, 'ServiceUnavailableError'],
  ])('should answer the engine’s %s with %d', async (reason, status, name) => {
    const response = await getThrowing(
      new ProviderError(reason, 'The broker said so'),
    );
    expect(response.status).toBe(status);
    expect(response.body.error).toEqual({
      name,
      message: 'The broker said so',
    });
  });

  it('should carry path and findings', async () => {
    const findings = [
      { policy: 'p', effect: 'deny' as const, message: 'Ask for 12' },
    ];
    const response = await getThrowing(
      new RequestInputError('spec.partitions: too many', {
        path: 'spec.partitions',
        findings,
      }),
    );
    expect(response.body.error).toEqual({
      name: 'InputError',
      message: 'spec.partitions: too many',
      path: 'spec.partitions',
      findings,
    });

    const conflict = await getThrowing(
      withDetails(new ConflictError('The name is taken'), { path: 'name' }),
    );
    expect(conflict.body.error).toEqual({
      name: 'ConflictError',
      message: 'The name is taken',
      path: 'name',
    });
  });

  it.each(['development', 'production', 'test'])(
    'should tell neither stack nor cause in mode %s',
    async mode => {
      process.env = { ...process.env, NODE_ENV: mode };
      const response = await getThrowing(
        new ServiceUnavailableError(
          'The database does not answer',
          new Error('connect ECONNREFUSED db.internal:5432'),
        ),
      );
      expect(response.body.error).toEqual({
        name: 'ServiceUnavailableError',
        message: 'The database does not answer',
      });
      expect(response.text).not.toMatch(/db\.internal|stack|cause|\.ts/);
    },
  );

  it.each([
    [
      'an error of a driver',
      Object.assign(new Error('relation "requests" does not exist'), {
        code: '42P01',
        path: '/srv/secret',
        status: 404,
      }),
      'relation "requests" does not exist',
    ],
    [
      'an error of another service',
      Object.assign(Object.create(ResponseError.prototype), {
        name: 'ResponseError',
        message: 'Request failed with 403 Forbidden',
        statusCode: 403,
      }),
      'Request failed with 403 Forbidden',
    ],
    ['something that is no error', 'the pool is empty', 'the pool is empty'],
    ['nothing', null, 'did not have a reason'],
  ])(
    'should keep %s to itself and log it under an id',
    async (_, error, logged) => {
      const response = await getThrowing(error, '/v1/requests?type=secret');
      expect(response.status).toBe(500);
      expect(response.body.error).toEqual({
        name: 'InternalError',
        message: expect.stringMatching(
          /^Internal error; the log of the backend has more under [0-9a-f-]{36}$/,
        ),
      });
      const errorId = response.body.error.message.slice(-36);
      expect(logger.error).toHaveBeenCalledTimes(1);
      const [line, meta] = logger.error.mock.calls[0];
      expect(line).toBe(`GET ${BASE}/v1/requests failed (error ${errorId})`);
      expect(meta).toMatchObject({
        errorId,
        error: expect.stringContaining(logged),
      });
      expect(response.text).not.toContain(logged);
    },
  );

  it('should be understood by ResponseError.fromResponse', async () => {
    thrown = {
      value: new RequestInputError('name: is taken', { path: 'name' }),
    };
    const server = app.listen(0, '127.0.0.1');
    try {
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const response = await fetch(
        `http://127.0.0.1:${port}${BASE}/v1/requests`,
      );
      const error = await ResponseError.fromResponse(response as never);
      expect(error.statusCode).toBe(400);
      expect(error.cause).toMatchObject({
        name: 'InputError',
        message: 'name: is taken',
        path: 'name',
      });
      expect(error.body.request).toEqual({
        method: 'GET',
        url: `${BASE}/v1/requests`,
      });
    } finally {
      server.close();
    }
  });

  it.each([
    ['get', '/v1/nonsense'],
    ['delete', '/v1/requests'],
    ['put', `/v1/requests/${ID}`],
  ] as const)(
    'should answer %s %s with a 404 in JSON',
    async (method, path) => {
      const response = await request(app)[method](`${BASE}${path}`);
      expect(response.status).toBe(404);
      expect(response.body.error).toEqual({
        name: 'NotFoundError',
        message: `There is no ${method.toUpperCase()} ${BASE}${path}`,
      });
    },
  );
});
