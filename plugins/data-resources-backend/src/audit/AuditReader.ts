import type { AuditRecord } from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import { isUuid } from '../database/keyset';
import { RequestInputError } from '../errors';
import { auditColumns, auditRecord, type AuditRow } from './auditRecord';

const EXPORT_BATCH = 1_000;
/**
 * No transaction that writes rows takes this long, so a row is numbered before all that are
 * younger by more. It lets a time say where in the order of the positions to begin.
 */
const LATEST = '1 hour';
/** The greatest bigint. */
const AFTER_ALL = '9223372036854775807';

/** Filters of the audit trail; all that are given must hold. */
export interface AuditFilter {
  /** An event, or the begin of events with a dot at its end. */
  event?: string;
  actor?: string;
  requestId?: string;
  resourceId?: string;
  /** Included. */
  from?: Date;
  /** Not included. */
  to?: Date;
}

export interface AuditPageOptions {
  limit?: number;
  cursor?: string;
  order?: 'asc' | 'desc';
}

/** Reads the numbered rows of the audit trail; what is not numbered yet follows in a moment. */
export class AuditReader {
  readonly #knex: Knex;

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  static create(options: { knex: Knex }): AuditReader {
    return new AuditReader(options.knex);
  }

  /** A page, by position. */
  async list(
    filter: AuditFilter,
    { limit = 50, cursor, order = 'desc' }: AuditPageOptions,
  ): Promise<{ items: AuditRecord[]; nextCursor?: string }> {
    const after = cursor === undefined ? undefined : parseCursor(cursor);
    const query = this.#select(filter).orderBy('position', order);
    if (after !== undefined) {
      query.where('position', order === 'desc' ? '<' : '>', after);
    }
    const rows: AuditRow[] = await query.limit(limit + 1);
    const items = rows.slice(0, limit).map(auditRecord);
    return {
      items,
      nextCursor:
        rows.length > limit
          ? Buffer.from(String(items[limit - 1].position)).toString('base64url')
          : undefined,
    };
  }

  /**
   * All rows as JSON Lines, oldest first, in chunks of many lines. No more than one chunk is in
   * memory, and no transaction is held while the reader is slow.
   */
  async *exportLines(filter: AuditFilter): AsyncGenerator<string> {
    let after = 0;
    for (;;) {
      const rows: AuditRow[] = await this.#select(filter)
        .where('position', '>', after)
        .orderBy('position', 'asc')
        .limit(EXPORT_BATCH);
      if (rows.length > 0) {
        yield rows.map(row => `${JSON.stringify(auditRecord(row))}\n`).join('');
        after = Number(rows[rows.length - 1].position);
      }
      if (rows.length < EXPORT_BATCH) {
        return;
      }
    }
  }

  #select(filter: AuditFilter): Knex.QueryBuilder {
    const { event, actor, requestId, resourceId, from, to } = filter;
    const query = this.#knex('audit')
      .select(auditColumns(this.#knex))
      .whereNotNull('position');
    if (event?.endsWith('.')) {
      query.whereLike('event', `${event.replace(/[\\%_]/g, '\\$&')}%`);
    } else if (event !== undefined) {
      query.where({ event });
    }
    if (actor !== undefined) {
      query.where({ actor });
    }
    for (const [column, id] of [
      ['request_id', requestId],
      ['resource_id', resourceId],
    ] as const) {
      if (id !== undefined) {
        // What is no uuid is the id of nothing; the database would call it an error.
        query.where(isUuid(id) ? { [column]: id } : this.#knex.raw('false'));
      }
    }
    if (from) {
      query.where('audit.at', '>=', from).whereRaw(
        `audit.position > coalesce((SELECT e.position FROM audit e WHERE e.at < ?::timestamptz - ?::interval
             AND e.position IS NOT NULL ORDER BY e.at DESC LIMIT 1), 0)`,
        [from, LATEST],
      );
    }
    if (to) {
      query.where('audit.at', '<', to).whereRaw(
        `audit.position < coalesce((SELECT l.position FROM audit l WHERE l.at >= ?::timestamptz + ?::interval
             AND l.position IS NOT NULL ORDER BY l.at LIMIT 1), ${AFTER_ALL})`,
        [to, LATEST],
      );
    }
    return query;
  }
}

function parseCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!/^\d{1,15}$/.test(text)) {
    throw new RequestInputError(
      'cursor is none that this API gave; take it from pageInfo.nextCursor of the page before',
      { path: 'cursor' },
    );
  }
  return Number(text);
}
