import type {
  AuditorService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import {
  dataResourcesRequestDecidePermission,
  dataResourcesRequestWithdrawPermission,
  dataResourcesResourceCredentialsPermission,
} from '@data-resources/plugin-data-resources-common';
import type express from 'express';
import Router from 'express-promise-router';
import { addAuditRoutes, type AuditRoutesOptions } from '../audit/auditRoutes';
import { auditWrites, tellAuditor } from '../audit/auditWrites';
import type { HistoryReader } from '../audit/HistoryReader';
import {
  addBatchRoutes,
  type BatchRoutesOptions,
} from '../batches/batchRoutes';
import type { CallerResolver } from '../callers/CallerResolver';
import type { CredentialService } from '../credentials/CredentialService';
import { isFullEntityRef } from '../checks';
import type { DiscoveryReader } from '../discovery/DiscoveryReader';
import type { DiscoveryWatcher } from '../discovery/DiscoveryWatcher';
import { errorMiddleware, notFoundMiddleware, requestGuards } from '../errors';
import type { ExportReader } from '../exports/ExportReader';
import type { FeedReader } from '../feed/FeedReader';
import type { InstanceReader } from '../instances/InstanceReader';
import type { InstanceRegistry } from '../instances/InstanceRegistry';
import type { PermissionGuard } from '../permissions/PermissionGuard';
import type { DecisionService, Foreseen } from '../requests/DecisionService';
import { parseRequestInput } from '../requests/input';
import type { RequestReader } from '../requests/RequestReader';
import type { RequestService } from '../requests/RequestService';
import type { GrantReader } from '../resources/GrantReader';
import type { ResourceReader } from '../resources/ResourceReader';
import type { UseReader } from '../resources/UseReader';
import { createOpenApiRouter } from '../schema/openapi/generated';
import { specJsonSchema } from './specJsonSchema';

export interface RouterOptions {
  callers: CallerResolver;
  guard: PermissionGuard;
  instances: InstanceRegistry;
  instanceReader: InstanceReader;
  requests: RequestService;
  decisions: DecisionService;
  requestReader: RequestReader;
  resourceReader: ResourceReader;
  grantReader: GrantReader;
  useReader: UseReader;
  exportReader: ExportReader;
  credentials: CredentialService;
  feed: FeedReader;
  history: HistoryReader;
  batches: Omit<BatchRoutesOptions, 'callers'>;
  discoveries: { reader: DiscoveryReader; watcher: DiscoveryWatcher };
  audit: Omit<AuditRoutesOptions, 'logger'>;
  auditor: AuditorService;
  logger: LoggerService;
}

/** The HTTP API: each handler says who calls, calls one service, and answers. */
export async function createRouter(
  options: RouterOptions,
): Promise<express.Router> {
  const { callers, guard, instances, requests } = options;
  const { requestReader, resourceReader } = options;
  const router = await createOpenApiRouter({
    middleware: requestGuards({ logger: options.logger }),
  });

  router.get('/v1/types', async (req, res) => {
    await callers.resolve(req);
    res.json({
      items: [...instances.types.values()].map(type => ({
        type: type.type,
        engine: type.engine,
        title: type.title,
        description: type.description,
        roles: [...type.roles],
        specSchema: specJsonSchema(type),
      })),
      pageInfo: {},
    });
  });

  router.get('/v1/instances', async (req, res) => {
    await callers.resolve(req);
    res.json({ items: await options.instanceReader.list(), pageInfo: {} });
  });

  router.post('/v1/plans', async (req, res) => {
    const caller = await callers.resolve(req);
    const input = parseRequestInput(req.body, instances.types);
    await guard.requireToAsk(input, caller);
    res.json(await requests.plan(input, caller));
  });

  router.get('/v1/requests', async (req, res) => {
    const caller = await callers.resolve(req);
    const { limit, cursor, ...filter } = req.query;
    const { items, nextCursor } = await requestReader.list(
      filter,
      { limit, cursor },
      caller,
    );
    res.json({ items, pageInfo: { nextCursor } });
  });

  router.post('/v1/requests', async (req, res) => {
    const caller = await callers.resolve(req);
    const input = parseRequestInput(req.body, instances.types);
    await guard.requireToAsk(input, caller);
    const { request, created } = await requests.create(
      input,
      caller,
      req.header('Idempotency-Key'),
    );
    tellAuditor(res, { requestId: request.id, state: request.state });
    if (created) {
      res.status(201).json(request);
    } else {
      // Much may have happened to it since, that the caller may not see any more.
      res.json(await requestReader.get(request.id, caller));
    }
  });

  router.get('/v1/requests/:id', async (req, res) => {
    const caller = await callers.resolve(req);
    res.json(await requestReader.get(req.params.id, caller));
  });

  router.post('/v1/requests/:id/approve', async (req, res) => {
    let foreseen: Foreseen = { entities: [] };
    const { caller, directory } = await callers.resolveInPersonWith(
      req,
      async () => {
        foreseen = await options.decisions.foresee(req.params.id);
        return foreseen.entities;
      },
    );
    await guard.requireOnRequest(
      req.params.id,
      dataResourcesRequestDecidePermission,
      caller,
    );
    res.json(
      await options.decisions.approve(req.params.id, req.body, caller, {
        ...foreseen,
        directory,
      }),
    );
  });

  router.post('/v1/requests/:id/reject', async (req, res) => {
    const caller = await callers.resolveInPerson(req);
    await guard.requireOnRequest(
      req.params.id,
      dataResourcesRequestDecidePermission,
      caller,
    );
    res.json(await options.decisions.reject(req.params.id, req.body, caller));
  });

  router.post('/v1/requests/:id/withdraw', async (req, res) => {
    const caller = await callers.resolve(req);
    await guard.requireOnRequest(
      req.params.id,
      dataResourcesRequestWithdrawPermission,
      caller,
    );
    res.json(await requests.withdraw(req.params.id, caller));
  });

  router.post('/v1/requests/:id/retry', async (req, res) => {
    const caller = await callers.resolve(req);
    await guard.requireOnRequest(
      req.params.id,
      dataResourcesRequestWithdrawPermission,
      caller,
    );
    res.json(await requests.retry(req.params.id, caller));
  });

  router.get('/v1/resources', async (req, res) => {
    const caller = await callers.resolve(req);
    const { limit, cursor, ...filter } = req.query;
    const { items, nextCursor } = await resourceReader.list(
      filter,
      { limit, cursor },
      caller,
    );
    res.json({ items, pageInfo: { nextCursor } });
  });

  router.get('/v1/resources/:id', async (req, res) => {
    const caller = await callers.resolve(req);
    res.json(await resourceReader.get(req.params.id, caller));
  });

  router.get('/v1/resources/:id/grants', async (req, res) => {
    const caller = await callers.resolve(req);
    const resource = await resourceReader.row(req.params.id, caller);
    const { limit, cursor } = req.query;
    res.json(
      await options.grantReader.list(resource, { limit, cursor }, caller),
    );
  });

  router.get('/v1/resources/:id/use', async (req, res) => {
    const caller = await callers.resolve(req);
    const resource = await resourceReader.row(req.params.id, caller);
    res.json(await options.useReader.read(resource));
  });

  router.get('/v1/resources/:id/exports', async (req, res) => {
    const caller = await callers.resolve(req);
    const resource = await resourceReader.row(req.params.id, caller);
    const { principal } = req.query;
    res.json(await options.exportReader.list(resource, principal, caller));
  });

  router.get('/v1/resources/:id/exports/:exportId', async (req, res) => {
    const caller = await callers.resolve(req);
    const resource = await resourceReader.row(req.params.id, caller);
    const { fileName, text } = await options.exportReader.file(
      resource,
      req.params.exportId,
      req.query.principal,
      caller,
    );
    res.attachment(fileName).type('text/plain').send(text);
  });

  router.get('/v1/resources/:id/history', async (req, res) => {
    const caller = await callers.resolve(req);
    const { id } = await resourceReader.row(req.params.id, caller);
    const { items, nextCursor } = await options.history.list(
      id,
      req.query,
      caller,
    );
    res.json({ items, pageInfo: { nextCursor } });
  });

  router.post('/v1/resources/:id/credentials', async (req, res) => {
    const { principal } = req.body;
    const [{ caller, directory }, foreseen] = await Promise.all([
      callers.resolveInPersonWith(
        req,
        // Only what the catalog understands: that of nothing else there is one, is told later.
        async () =>
          isFullEntityRef(principal, 'component') ? [principal] : [],
      ),
      options.credentials.foresee(req.params.id, principal),
    ]);
    const resource = await guard.requireOnResource(
      req.params.id,
      dataResourcesResourceCredentialsPermission,
      caller,
      foreseen?.resource,
    );
    const issued = await options.credentials.issue(
      { resource, grants: foreseen?.grants ?? [] },
      req.body,
      caller,
      directory,
    );
    tellAuditor(res, { version: issued.version });
    // Not by json(), which adds an ETag: a hash of what holds the password.
    res
      .set({ 'Cache-Control': 'no-store', 'Content-Type': 'application/json' })
      .end(JSON.stringify(issued));
  });

  router.get('/v1/discoveries', async (req, res) => {
    const caller = await callers.resolve(req);
    const { limit, cursor, ...filter } = req.query;
    const { reader, watcher } = options.discoveries;
    await watcher.hurry(filter.instance);
    res.json(await reader.list(filter, { limit, cursor }, caller));
  });

  router.get('/v1/feed', async (req, res) => {
    await callers.requireService(req);
    const { after = 0, limit = 500 } = req.query;
    res.json(await options.feed.read({ after, limit }));
  });

  addBatchRoutes(router, { callers, ...options.batches });
  addAuditRoutes(router, { ...options.audit, logger: options.logger });

  const writes = auditWrites({ auditor: options.auditor });
  const outer = Router();
  // Before a body is looked at: a caller without a valid token learns nothing else.
  outer.use(async (req, _res, next) => {
    await callers.requireAnybody(req);
    next();
  });
  outer.use(writes.begin);
  outer.use(router as unknown as express.Router);
  outer.use(notFoundMiddleware());
  outer.use(writes.fail);
  outer.use(errorMiddleware({ logger: options.logger }));
  return outer;
}
