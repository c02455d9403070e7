import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import type { Request, Response } from 'express';
import { errorResponse } from './errorResponse';

/** Answers a request with an error; what nobody foresaw goes to the log with an id. */
export function sendError(
  thrown: unknown,
  req: Request,
  res: Response,
  logger: LoggerService,
): void {
  const { statusCode, error, internal } = errorResponse(thrown, req);
  const address = req.originalUrl.split('?')[0];
  const body = {
    error,
    request: { method: req.method, url: req.originalUrl },
    response: { statusCode },
  };
  if (internal) {
    const errorId = randomUUID();
    logger.error(`${req.method} ${address} failed (error ${errorId})`, {
      errorId,
      error: stringifyError(thrown),
      ...(thrown instanceof Error && thrown.stack
        ? { stack: thrown.stack }
        : {}),
    });
    body.error = {
      ...error,
      message: `${error.message}; the log of the backend has more under ${errorId}`,
    };
  } else if (statusCode >= 500) {
    logger.warn(
      `${req.method} ${address} was answered with ${statusCode}: ${error.message}`,
      { error: stringifyError(thrown) },
    );
  }
  res.status(statusCode).json(body);
}
