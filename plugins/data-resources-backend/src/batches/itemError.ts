import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ItemError } from '@data-resources/plugin-data-resources-common';
import { errorResponse } from '../errors/errorResponse';

/** What is told about one item that did not succeed; what nobody foresaw goes to the log. */
export function itemError(
  thrown: unknown,
  logger: LoggerService,
): { status: number; error: ItemError } {
  const { statusCode, error, internal } = errorResponse(thrown, {});
  if (internal) {
    logger.error(
      'An item of a batch failed',
      thrown instanceof Error ? thrown : new Error(String(thrown)),
    );
  }
  return { status: statusCode, error };
}
