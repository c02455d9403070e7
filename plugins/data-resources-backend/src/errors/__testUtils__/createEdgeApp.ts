import type { LoggerService } from '@backstage/backend-plugin-api';
import express from 'express';
import { createOpenApiRouter } from '../../schema/openapi/generated/router';
import { errorMiddleware, notFoundMiddleware } from '../errorMiddleware';
import { requestGuards } from '../requestGuards';

/** Where the plugin's router is mounted. */
export const BASE = '/api/data-resources';

/** The id of a request that nobody looks up. */
export const ID = '0198c0de-0000-7000-8000-000000000001';

/**
 * The real router with our edges. Its handlers throw what `thrown` answers with, or answer
 * with what they were given.
 */
export async function createEdgeApp(
  logger: LoggerService,
  thrown: () => { value: unknown } | undefined = () => undefined,
): Promise<express.Express> {
  const router = (await createOpenApiRouter({
    middleware: requestGuards({ logger }),
  })) as unknown as express.Router;
  const handle: express.RequestHandler = async ({ body, query }, res) => {
    const toThrow = thrown();
    if (toThrow) {
      throw toThrow.value;
    }
    res.json({ body, query });
  };
  router.get('/v1/requests', handle);
  router.post('/v1/requests', handle);
  router.get('/v1/requests/:id', handle);
  router.post('/v1/requests/:id/approve', handle);
  router.use(notFoundMiddleware(), errorMiddleware({ logger }));
  return express().use(BASE, router);
}
