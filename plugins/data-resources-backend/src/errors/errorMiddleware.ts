import type { LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { sendError } from './sendError';

/** What both middlewares need. */
export interface ErrorMiddlewareOptions {
  logger: LoggerService;
}

/**
 * The plugin's last middleware. Answers with Backstage's error body, in every mode without
 * stack and cause, and with `path` and `findings` where the error has them.
 */
export function errorMiddleware({
  logger,
}: ErrorMiddlewareOptions): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    sendError(error, req, res, logger);
  };
}

/** Stands before {@link errorMiddleware}, so that an address that is not there says so in JSON. */
export function notFoundMiddleware(): RequestHandler {
  return (req, _res, next) => {
    next(
      new NotFoundError(
        `There is no ${req.method} ${req.originalUrl.split('?')[0]}`,
      ),
    );
  };
}
