import type { LoggerService } from '@backstage/backend-plugin-api';
import express, { type Request, type RequestHandler } from 'express';
import { findUnsafe } from '../checks';
import { RequestInputError } from './RequestInputError';
import { sendError } from './sendError';

const DEFAULT_BODY_LIMIT = 128 * 1024;
/** A thousand requests, with specs and grants, take about half of it. */
const BATCH_BODY_LIMIT = 4 * 1024 * 1024;
/** Takes many requests at once. */
const BATCHES = /^\/v1\/request-batches(\/|$)/;

/** Options of {@link requestGuards}. */
export interface RequestGuardOptions {
  logger: LoggerService;
  /** How many bytes a body may have; 128 KiB by default, and 4 MiB for a batch of requests. */
  bodyLimit?: number;
}

/**
 * Reads JSON bodies, and refuses what no handler should ever see: NUL and other control
 * characters, halves of surrogate pairs, and nesting that would exhaust the stack.
 *
 * Given to `createOpenApiRouter({ middleware })`, in place of its own JSON parser. They answer
 * themselves, for that router turns any error of its middleware into a bare 400.
 */
export function requestGuards(options: RequestGuardOptions): RequestHandler[] {
  const { logger, bodyLimit } = options;
  const parseOne = express.json({ limit: bodyLimit ?? DEFAULT_BODY_LIMIT });
  const parseBatch = express.json({ limit: bodyLimit ?? BATCH_BODY_LIMIT });
  const answering =
    (check: (req: Request) => void): RequestHandler =>
    (req, res, next) => {
      try {
        check(req);
      } catch (error) {
        sendError(error, req, res, logger);
        return;
      }
      next();
    };
  return [
    answering(checkAddress),
    (req, res, next) =>
      (BATCHES.test(req.path) ? parseBatch : parseOne)(req, res, error => {
        if (error) {
          sendError(error, req, res, logger);
        } else {
          next();
        }
      }),
    answering(checkBody),
  ];
}

function checkAddress(req: Request): void {
  let path: string;
  try {
    path = decodeURIComponent(req.path);
  } catch {
    throw new RequestInputError('The address is not percent-encoded correctly');
  }
  const unsafePath = findUnsafe(path);
  if (unsafePath) {
    throw new RequestInputError(
      `The address ${unsafePath.problem}, which is not allowed`,
    );
  }
  refuseUnsafe(req.query, 'The query');
}

function checkBody(req: Request): void {
  // Prose may have several lines; the parser of each body says which fields are prose.
  refuseUnsafe(req.body, 'The request body', () => true);
}

function refuseUnsafe(
  value: unknown,
  whole: string,
  multiline?: () => boolean,
): void {
  const unsafe = findUnsafe(value, { multiline });
  if (unsafe) {
    throw new RequestInputError(
      `${unsafe.path === '' ? whole : `${unsafe.path}:`} ${
        unsafe.problem
      }, which is not allowed`,
      { path: unsafe.path },
    );
  }
}
