import { DateTime } from 'luxon';
import { showValue } from '../checks';
import { RequestInputError } from '../errors';
import type { AuditFilter } from './AuditReader';
import type { AuditHead } from './auditRecord';

/** The filters of a query; throws `RequestInputError` for a time that is none. */
export function parseAuditFilter(query: {
  event?: string;
  actor?: string;
  requestId?: string;
  resourceId?: string;
  from?: string;
  to?: string;
}): AuditFilter {
  const { event, actor, requestId, resourceId } = query;
  return {
    event,
    actor,
    requestId,
    resourceId,
    from: parseTime('from', query.from),
    to: parseTime('to', query.to),
  };
}

function parseTime(path: string, text?: string): Date | undefined {
  if (text === undefined) {
    return undefined;
  }
  const time = DateTime.fromISO(text, { zone: 'utc' });
  // The database knows other years, in a notation of its own.
  if (!time.isValid || time.year < 1 || time.year > 9999) {
    throw new RequestInputError(
      `${path}: must be a time in ISO 8601, e.g. "2026-11-21T10:00:00Z", found ${showValue(
        text,
      )}`,
      { path },
    );
  }
  return time.toJSDate();
}

/** Reads `<position>:<hash>` as the log has it; throws `RequestInputError`. */
export function parseHead(text: string): AuditHead {
  const match = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text);
  if (!match) {
    throw new RequestInputError(
      `head: must be the position and the hash of a logged head, as in "120:9f86d0…" with 64 hexadecimal digits, found ${showValue(
        text,
      )}`,
      { path: 'head' },
    );
  }
  return { position: Number(match[1]), hash: match[2] };
}
