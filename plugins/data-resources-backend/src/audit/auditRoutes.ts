import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Request, Response } from 'express';
import type { createOpenApiRouter } from '../schema/openapi/generated';
import type { AuditAccess } from './AuditAccess';
import type { AuditReader } from './AuditReader';
import type { AuditVerifier } from './AuditVerifier';
import { parseAuditFilter, parseHead } from './parseAuditQuery';

const JSON_LINES = 'application/x-ndjson';

export interface AuditRoutesOptions {
  access: AuditAccess;
  reader: AuditReader;
  verifier: AuditVerifier;
  logger: LoggerService;
}

/** Adds `GET /audit` and `GET /audit/verify`. */
export function addAuditRoutes(
  router: Awaited<ReturnType<typeof createOpenApiRouter>>,
  options: AuditRoutesOptions,
): void {
  const { access, reader, verifier, logger } = options;

  router.get('/v1/audit', async (req, res) => {
    await access.require(req);
    const { limit, cursor, order, format, ...query } = req.query;
    const filter = parseAuditFilter(query);
    res.vary('Accept');
    if (wantsLines(req, format)) {
      await sendLines(res, reader.exportLines(filter), logger);
      return;
    }
    const { items, nextCursor } = await reader.list(filter, {
      limit,
      cursor,
      order,
    });
    res.json({ items, pageInfo: { nextCursor } });
  });

  router.get('/v1/audit/verify', async (req, res) => {
    await access.require(req);
    const { head } = req.query;
    const heads = head === undefined ? [] : [parseHead(head)];
    const gone = new AbortController();
    // Nobody waits for the answer any more.
    res.on('close', () => gone.abort());
    try {
      res.json(await verifier.verify({ heads, signal: gone.signal }));
    } catch (error) {
      if (!gone.signal.aborted) {
        throw error;
      }
    }
  });
}

function wantsLines(
  req: Request<any, any, any, any, any>,
  format?: 'json' | 'jsonl',
): boolean {
  return format
    ? format === 'jsonl'
    : req.accepts(['application/json', JSON_LINES]) === JSON_LINES;
}

/**
 * An export that breaks off ends without the end that HTTP asks for, so that nobody takes it for
 * the whole.
 */
async function sendLines(
  res: Response<any, any>,
  lines: AsyncIterable<string>,
  logger: LoggerService,
): Promise<void> {
  res.set({
    'Content-Type': `${JSON_LINES}; charset=utf-8`,
    'Cache-Control': 'no-store',
  });
  try {
    await pipeline(Readable.from(lines), res);
  } catch (error) {
    if (
      (error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE'
    ) {
      logger.error(
        'An export of the audit trail broke off',
        error instanceof Error ? error : undefined,
      );
    }
    res.destroy();
  }
}
