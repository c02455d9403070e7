import net, { type AddressInfo } from 'node:net';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { ResponseError } from '@backstage/errors';
import createKnex, { type Knex } from 'knex';
import request from 'supertest';
import { BASE, createEdgeApp } from './__testUtils__/createEdgeApp';

jest.setTimeout(60_000);

/** What the real driver says when the real database is not there for it. */
describe('answers while the database is away', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  const logger = mockServices.logger.mock();
  let knex: Knex;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
  });

  /** Another pool of one connection to the same database. */
  async function withPool(
    options: { port?: number },
    use: (pool: Knex) => Promise<unknown>,
  ): Promise<Error> {
    const { connection } = knex.client.config;
    // Knex hides it from a spread.
    const { password } = connection;
    const pool = createKnex({
      client: 'pg',
      connection: {
        ...(typeof connection === 'string'
          ? { connectionString: connection }
          : { ...connection, password }),
        ...options,
      },
      pool: { min: 0, max: 1 },
      acquireConnectionTimeout: 500,
    });
    try {
      return await use(pool).then(
        () => {
          throw new Error('The database was there');
        },
        (error: Error) => error,
      );
    } finally {
      await pool.destroy();
    }
  }

  async function endSoon(pid: number): Promise<void> {
    await new Promise(resolve => setTimeout(resolve, 200));
    await knex.raw('SELECT pg_terminate_backend(?)', [pid]);
  }
  const refused = () =>
    withPool({ port: 1 }, async pool => pool.raw('SELECT 1'));
  const endedByAdministrator = () =>
    withPool({}, async pool => {
      const [{ pid }] = (await pool.raw('SELECT pg_backend_pid() AS pid')).rows;
      const [answer] = await Promise.allSettled([
        pool.raw('SELECT pg_sleep(30)'),
        endSoon(pid),
      ]);
      return answer.status === 'rejected'
        ? Promise.reject(answer.reason)
        : undefined;
    });
  /** Through a proxy that hangs up in the middle of a statement, as a network does. */
  const cutOff = async () => {
    const { host, port } = knex.client.connectionSettings;
    const proxy = net.createServer(socket => {
      const server = net.connect(port, host);
      socket.on('error', () => {});
      server.on('error', () => {});
      socket.pipe(server).pipe(socket);
      setTimeout(() => {
        socket.destroy();
        server.destroy();
      }, 500);
    });
    await new Promise<void>(resolve => {
      proxy.listen(0, host, resolve);
    });
    try {
      return await withPool(
        { port: (proxy.address() as AddressInfo).port },
        async pool => pool.raw('SELECT pg_sleep(3)'),
      );
    } finally {
      proxy.close();
    }
  };
  const poolIsEmpty = () =>
    withPool({}, async pool => {
      const trx = await pool.transaction();
      try {
        return await pool.raw('SELECT 1');
      } finally {
        await trx.rollback();
      }
    });

  it.each([
    ['refuses connections', refused, /ECONNREFUSED/],
    ['is shut down', endedByAdministrator, /administrator command/],
    ['is cut off', cutOff, /Connection terminated/],
    ['has no connection free', poolIsEmpty, /Timeout acquiring/],
  ])('should ask to come back when it %s', async (_, provoke, driver) => {
    const value = await provoke();
    expect(value.message).toMatch(driver);
    const app = await createEdgeApp(logger, () => ({ value }));
    const response = await request(app).get(`${BASE}/v1/requests`);
    expect(response.status).toBe(503);
    expect(response.body.error).toEqual({
      name: 'ServiceUnavailableError',
      message:
        'The database of the portal, or a service that it needs, does not answer now; ask again in a moment',
    });
    expect(logger.warn).toHaveBeenLastCalledWith(
      expect.stringContaining('was answered with 503'),
      { error: expect.stringMatching(driver) },
    );
  });

  it('should ask to come back when the catalog fails', async () => {
    const value = await ResponseError.fromResponse(
      new Response('{}', { status: 500 }) as never,
    );
    const app = await createEdgeApp(logger, () => ({ value }));
    const response = await request(app).get(`${BASE}/v1/requests`);
    expect(response.status).toBe(503);
  });

  it('should not take what is wrong with a query for that', async () => {
    const value = await knex.raw('SELECT nothing_there').catch(error => error);
    const app = await createEdgeApp(logger, () => ({ value }));
    const response = await request(app).get(`${BASE}/v1/requests`);
    expect(response.status).toBe(500);
  });
});
