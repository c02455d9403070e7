import type { JsonObject } from '@backstage/types';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { insertIntoAll, type Insert } from './insertRows';

/** What happened, for the audit trail; `details` never holds a secret. */
export interface AuditEntry {
  /** For example `request.created`, `request.approved`, `step.done`. */
  event: string;
  /** `user:…`, `policy:…` or `system:…`. */
  actor: string;
  requestId?: string | null;
  resourceId?: string | null;
  details?: JsonObject;
}

/** Who is different now, for consumers of the feed. */
export interface OutboxEntry {
  kind: 'resource' | 'request';
  id: string;
}

/**
 * Appends to the audit trail, in the transaction that makes the change. Rows get their position
 * and hash afterwards: sequences commit out of order, and chaining here would serialise every
 * writer.
 */
export async function appendAudit(
  trx: Knex,
  entries: readonly AuditEntry[],
): Promise<void> {
  await insertIntoAll(trx, [auditRows(entries)]);
}

/** Tells consumers of the feed, in the same transaction, that a resource or request is different now. */
export async function appendOutbox(
  trx: Knex,
  subjects: readonly OutboxEntry[],
): Promise<void> {
  await insertIntoAll(trx, [outboxRows(subjects)]);
}

/** What {@link appendAudit} writes. */
export function auditRows(entries: readonly AuditEntry[]): Insert {
  return {
    table: 'audit',
    rows: entries.map(entry => ({
      id: uuid(),
      event: entry.event,
      actor: entry.actor,
      request_id: entry.requestId ?? null,
      resource_id: entry.resourceId ?? null,
      details: entry.details ?? {},
    })),
  };
}

/** What {@link appendOutbox} writes. */
export function outboxRows(subjects: readonly OutboxEntry[]): Insert {
  return {
    table: 'outbox',
    rows: subjects.map(({ kind, id }) => ({
      id: uuid(),
      kind,
      subject_id: id,
    })),
  };
}
