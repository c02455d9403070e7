import { createHash } from 'node:crypto';
import type { JsonObject } from '@backstage/types';
import type { AuditRecord } from '@data-resources/plugin-data-resources-common';
import stringify from 'fast-json-stable-stringify';
import type { Knex } from 'knex';

/** A row of `audit`, as {@link auditColumns} reads it. */
export interface AuditRow {
  id: string;
  /** A bigint; null until the row is numbered. */
  position: string | null;
  hash: string | null;
  event: string;
  actor: string;
  request_id: string | null;
  resource_id: string | null;
  details: JsonObject;
  /** ISO 8601 in UTC, as exact as the database has it. */
  at: string;
}

/** What the hash of a row covers: everything but the hash. */
export type AuditContent = Omit<AuditRecord, 'hash'>;

/** The end of the chain at some moment. */
export interface AuditHead {
  position: number;
  hash: string;
}

/** Stands in for the hash before the first row. */
export const FIRST_PREVIOUS_HASH = '0'.repeat(64);

/**
 * What is read of a row. Times are read as text: JavaScript's dates would hide a change that is
 * smaller than a millisecond.
 */
export function auditColumns(knex: Knex): (string | Knex.Raw)[] {
  return [
    'id',
    'position',
    'hash',
    'event',
    'actor',
    'request_id',
    'resource_id',
    'details',
    knex.raw(
      `to_char("at" AT TIME ZONE 'UTC', CASE WHEN "at" = date_trunc('milliseconds', "at")
         THEN 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"' ELSE 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' END) AS "at"`,
    ),
  ];
}

/** The row's content at a position: its own, or the one that it is to get. */
export function auditContent(row: AuditRow, position: number): AuditContent {
  return {
    position,
    id: row.id,
    event: row.event,
    actor: row.actor,
    requestId: row.request_id,
    resourceId: row.resource_id,
    details: row.details,
    at: row.at,
  };
}

/** As the API shows a numbered row. */
export function auditRecord(row: AuditRow): AuditRecord {
  return { ...auditContent(row, Number(row.position)), hash: row.hash ?? '' };
}

/** SHA-256, in hex, over the hash before and the canonical JSON of the content. */
export function chainHash(previous: string, content: AuditContent): string {
  return createHash('sha256')
    .update(previous)
    .update(stringify(content))
    .digest('hex');
}
