import {
  dataResourcesRequestReadPermission,
  type HistoryItem,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';
import { keysetCursor, parseKeysetCursor } from '../database/keyset';
import type { RuledRequest, Scope } from '../permissions';
import type { AuditRow } from './auditRecord';
import { describeAuditEvent } from './describeAuditEvent';

type Row = Pick<
  AuditRow,
  'id' | 'event' | 'actor' | 'request_id' | 'details'
> & { at: Date };

/** What happened to one resource, from the audit trail. Rows count before they are numbered. */
export class HistoryReader {
  readonly #knex: Knex;

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  static create(options: { knex: Knex }): HistoryReader {
    return new HistoryReader(options.knex);
  }

  /** Newest first; what belongs to a request that the caller may not see is left out. */
  async list(
    resourceId: string,
    { limit = 50, cursor }: { limit?: number; cursor?: string },
    caller: Caller,
  ): Promise<{ items: HistoryItem[]; nextCursor?: string }> {
    const after = cursor === undefined ? undefined : parseKeysetCursor(cursor);
    const readable = await caller.permissions.requests(
      dataResourcesRequestReadPermission,
    );
    const page = (query: Knex.QueryBuilder) => {
      if (after) {
        query.whereRaw('(audit.at, audit.id) < (?, ?)', [
          after.createdAt,
          after.id,
        ]);
      }
      return query
        .select(
          'audit.id',
          'audit.event',
          'audit.actor',
          'audit.request_id',
          'audit.details',
          'audit.at',
        )
        .orderBy([
          { column: 'audit.at', order: 'desc' },
          { column: 'audit.id', order: 'desc' },
        ])
        .limit(limit + 1);
    };
    const [ofResource, ofRequests]: [Row[], Row[]] = await Promise.all([
      page(
        this.#knex('audit')
          .where('audit.resource_id', resourceId)
          .modify(query => this.#onlyOfVisibleRequests(query, readable)),
      ),
      // What was asked and decided before there was a resource.
      page(
        this.#knex('audit')
          .join('requests', 'requests.id', 'audit.request_id')
          .where('requests.resource_id', resourceId)
          .whereNull('audit.resource_id')
          .modify(query => readable.narrow(query)),
      ),
    ]);
    const rows = [...ofResource, ...ofRequests].sort(newestFirst);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map(present),
      nextCursor:
        last && rows.length > limit
          ? keysetCursor(last.at, last.id)
          : undefined,
    };
  }

  /** What happened without a request is seen by whoever sees the resource. */
  #onlyOfVisibleRequests(
    query: Knex.QueryBuilder,
    readable: Scope<RuledRequest>,
  ): void {
    if (readable.everything) {
      return;
    }
    const visible = this.#knex('requests')
      .select(this.#knex.raw('1'))
      .whereRaw('requests.id = audit.request_id');
    readable.narrow(visible);
    query.where(either => {
      either.whereNull('audit.request_id').orWhereExists(visible);
    });
  }
}

function newestFirst(left: Row, right: Row): number {
  return (
    right.at.getTime() - left.at.getTime() || (right.id < left.id ? -1 : 1)
  );
}

function present(row: Row): HistoryItem {
  return {
    at: row.at.toISOString(),
    event: row.event,
    actor: row.actor,
    requestId: row.request_id ?? undefined,
    message: describeAuditEvent(row.event, row.details),
    details: row.details,
  };
}
