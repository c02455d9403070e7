import type {
  AuditorService,
  AuditorServiceEvent,
  AuditorServiceCreateEventOptions,
} from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';
import type {
  ErrorRequestHandler,
  Request,
  RequestHandler,
  Response,
} from 'express';
import { errorResponse } from '../errors/errorResponse';

interface WriteRoute {
  pattern: RegExp;
  eventId: string;
  severityLevel: AuditorServiceCreateEventOptions['severityLevel'];
  /** What the id in the address is the id of. */
  idOf?: 'requestId' | 'resourceId' | 'batchId';
  /** Fields of the body that say what it is about; never a whole body. */
  fields: readonly string[];
}

const INPUT_FIELDS = [
  'action',
  'type',
  'instance',
  'name',
  'owner',
  'resourceId',
  'grantId',
  'principal',
  'role',
];

const REQUEST_EVENTS = ['approve', 'reject', 'withdraw', 'retry'].map(
  (verb): WriteRoute => ({
    pattern: new RegExp(`^/v1/requests/([^/]+)/${verb}/?$`),
    eventId: `request-${verb}`,
    severityLevel: 'medium',
    idOf: 'requestId',
    fields: verb === 'approve' ? ['planHash'] : [],
  }),
);

const WRITE_ROUTES: readonly WriteRoute[] = [
  {
    pattern: /^\/v1\/requests\/?$/,
    eventId: 'request-create',
    severityLevel: 'medium',
    fields: INPUT_FIELDS,
  },
  ...REQUEST_EVENTS,
  {
    pattern: /^\/v1\/request-batches\/?$/,
    eventId: 'request-batch-create',
    severityLevel: 'medium',
    fields: [],
  },
  {
    pattern: /^\/v1\/request-batches\/([^/]+)\/approve\/?$/,
    eventId: 'request-batch-approve',
    severityLevel: 'medium',
    idOf: 'batchId',
    fields: [],
  },
  {
    pattern: /^\/v1\/resources\/([^/]+)\/credentials\/?$/,
    eventId: 'credentials-issue',
    severityLevel: 'high',
    idOf: 'resourceId',
    fields: ['principal', 'replace'],
  },
];

/** Calls that change nothing although they are no GET. */
const READS = /^\/v1\/plans\/?$/;

/** Adds to what the auditor is told when the call succeeds; never a secret. */
export function tellAuditor(res: Response<any, any>, meta: JsonObject): void {
  res.locals.auditMeta = { ...res.locals.auditMeta, ...meta };
}

/**
 * Tells Backstage's auditor of every call that may change something: that it came, and how it
 * ended. `begin` stands before the routes; `fail` after them and before the middleware that
 * answers errors.
 */
export function auditWrites(options: { auditor: AuditorService }): {
  begin: RequestHandler;
  fail: ErrorRequestHandler;
} {
  return {
    begin: async (req, res, next) => {
      if (isWrite(req)) {
        await watch(options.auditor, req, res);
      }
      next();
    },
    fail: (error, _req, res, next) => {
      res.locals.auditError = error;
      next(error);
    },
  };
}

function isWrite(req: Request): boolean {
  return (
    !['GET', 'HEAD', 'OPTIONS'].includes(req.method) && !READS.test(req.path)
  );
}

async function watch(
  auditor: AuditorService,
  req: Request,
  res: Response,
): Promise<void> {
  const route = WRITE_ROUTES.find(({ pattern }) => pattern.test(req.path));
  const id = route?.pattern.exec(req.path)?.[1];
  const event = await auditor.createEvent({
    eventId: route?.eventId ?? 'other-write',
    severityLevel: route?.severityLevel ?? 'medium',
    request: req,
    meta: route?.idOf && id ? { [route.idOf]: id } : {},
  });
  res.once('close', () => {
    // The auditor's trouble is its own; the call was answered.
    end(event, req, res, route).catch(() => {});
  });
}

async function end(
  event: AuditorServiceEvent,
  req: Request,
  res: Response,
  route: WriteRoute | undefined,
): Promise<void> {
  const meta: JsonObject = {
    ...pick(req.body, route?.fields ?? []),
    ...res.locals.auditMeta,
  };
  if (res.writableEnded && res.statusCode < 400) {
    await event.success({ meta });
    return;
  }
  await event.fail({ meta, error: toldError(req, res) });
}

/** As the caller was told it: without stack, cause or what a driver adds. */
function toldError(req: Request, res: Response): Error {
  const thrown: unknown = res.locals.auditError;
  if (thrown !== undefined) {
    const { error } = errorResponse(thrown, req);
    return Object.assign(new Error(error.message), {
      name: error.name,
      stack: undefined,
    });
  }
  return new Error(
    res.writableEnded
      ? `Answered with ${res.statusCode}`
      : 'The caller did not wait for the answer; the audit trail has the outcome',
  );
}

/** Only plain values, and none of a length that no such field has. */
function pick(body: unknown, fields: readonly string[]): JsonObject {
  const values = (body ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    fields.flatMap((field): [string, string | boolean][] => {
      const value = Object.hasOwn(values, field) ? values[field] : undefined;
      return typeof value === 'boolean' ||
        (typeof value === 'string' && value.length <= 300)
        ? [[field, value]]
        : [];
    }),
  );
}
