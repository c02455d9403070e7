import type { createOpenApiRouter } from '../schema/openapi/generated';
import { tellAuditor } from '../audit/auditWrites';
import type { CallerResolver } from '../callers/CallerResolver';
import type { BatchDecisionService } from './BatchDecisionService';
import type { RequestBatchService } from './RequestBatchService';

export interface BatchRoutesOptions {
  callers: CallerResolver;
  batches: RequestBatchService;
  decisions: BatchDecisionService;
}

/** Many requests, and many approvals, in one call. */
export function addBatchRoutes(
  router: Awaited<ReturnType<typeof createOpenApiRouter>>,
  { callers, batches, decisions }: BatchRoutesOptions,
): void {
  router.post('/v1/request-batches', async (req, res) => {
    const caller = await callers.resolve(req);
    const batch = await batches.create(
      req.body.requests,
      caller,
      req.header('Idempotency-Key'),
    );
    tellAuditor(res, {
      batchId: batch.id,
      requests: batch.items.filter(({ request }) => request).length,
      refused: batch.items.filter(({ error }) => error).length,
    });
    res.json(batch);
  });

  router.post('/v1/request-batches/:id/approve', async (req, res) => {
    const caller = await callers.resolveInPerson(req);
    const decided = await decisions.approve(req.params.id, req.body, caller);
    tellAuditor(res, {
      approved: decided.items.filter(({ request }) => request).length,
      refused: decided.items.filter(({ error }) => error).length,
    });
    res.json(decided);
  });
}
