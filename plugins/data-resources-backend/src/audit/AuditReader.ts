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
    const rows = await this.#rows(filter, { limit: limit + 1, after, order });
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
      const rows = await this.#rows(filter, {
        limit: EXPORT_BATCH,
        after,
        order: 'asc',
      });
      if (rows.length > 0) {
        yield rows.map(row => `${JSON.stringify(auditRecord(row))}\n`).join('');
        after = Number(rows[rows.length - 1].position);
      }
      if (rows.length < EXPORT_BATCH) {
        return;
      }
    }
  }

  async #rows(
    filter: AuditFilter,
    page: { limit: number; after?: number; order: 'asc' | 'desc' },
  ): Promise<AuditRow[]> {
    const { limit, after, order } = page;
    const { event, ...rest } = filter;
    const inOrder = (query: Knex.QueryBuilder) =>
      query.orderBy('audit.position', order).limit(limit);
    const select = this.#select(rest).modify(query => {
      if (after !== undefined) {
        query.where('audit.position', order === 'desc' ? '<' : '>', after);
      }
    });
    if (event === undefined) {
      return inOrder(select);
    }
    if (!event.endsWith('.')) {
      return inOrder(select.where({ event }));
    }
    const { actor, requestId, resourceId } = filter;
    const narrow = [actor, requestId, resourceId].some(
      value => value !== undefined,
    );
    if (narrow) {
      // Theirs may be a few among very many of the event: the statistics say whose index is better.
      return inOrder(
        select.whereRaw('audit.event ~>=~ ? AND audit.event ~<~ ?', [
          event,
          endOf(event),
        ]),
      );
    }
    // Of each such event as many as one page can show, by the index that has each of them in order. The
    // event stands in the order as well, and as a range: else the index by position alone would do,
    // and be read to its end for an event that is rare.
    const ofOne = select
      .whereRaw('audit.event ~>=~ known.event AND audit.event ~<=~ known.event')
      .orderByRaw(
        order === 'desc'
          ? 'audit.event USING ~>~, audit.position DESC'
          : 'audit.event USING ~<~, audit.position',
      )
      .limit(limit);
    return inOrder(
      this.#knex
        .with('known', this.#eventsOf(event))
        .select('audit.*')
        .from(this.#knex.raw('known CROSS JOIN LATERAL ? AS audit', [ofOne])),
    );
  }

  /** The events that begin so: from each one the index leads to the next, whatever their number of rows. */
  #eventsOf(prefix: string): Knex.Raw {
    const end = endOf(prefix);
    return this.#knex.raw(
      `WITH RECURSIVE next AS (
         (SELECT event FROM audit WHERE event ~>=~ ? AND event ~<~ ? AND position IS NOT NULL
          ORDER BY event USING ~<~ LIMIT 1)
         UNION ALL
         SELECT (SELECT a.event FROM audit a WHERE a.event ~>~ next.event AND a.event ~<~ ? AND a.position IS NOT NULL
                 ORDER BY a.event USING ~<~ LIMIT 1)
         FROM next WHERE next.event IS NOT NULL)
       SELECT event FROM next WHERE event IS NOT NULL`,
      [prefix, end, end],
    );
  }

  #select(filter: Omit<AuditFilter, 'event'>): Knex.QueryBuilder {
    const { actor, requestId, resourceId, from, to } = filter;
    const query = this.#knex('audit')
      .select(auditColumns(this.#knex))
      .whereNotNull('position');
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

/** The text that comes after all that begin with a prefix that ends with a dot, byte by byte. */
function endOf(prefix: string): string {
  return `${prefix.slice(0, -1)}/`;
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
