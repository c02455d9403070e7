import { ServiceUnavailableError } from '@backstage/errors';
import type { LoginSlots } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import type { CredentialRow } from '../database/rows';
import { runPrepared } from '../database/runPrepared';
import {
  appendCredentialAudit,
  type CredentialAudit,
} from './appendCredentialAudit';

/** Of the row of the audit trail that goes with a change, in the statement that makes it. */
const DETAILS = `jsonb_build_object('credentialId', id, 'slot', slot, 'version', version)
  || CAST(:details AS jsonb)`;

const READ_OPEN = {
  name: 'read_open_credentials',
  sql: `
    SELECT c.*, p.id AS owner_id
    FROM principals p
    LEFT JOIN credentials c ON c.principal_id = p.id AND c.state IN ('issuing', 'active', 'ending')
    WHERE p.instance = :instance AND p.base = :base ORDER BY c.version`,
};

/** The principal whose login is held, and its credentials that have not ended, by ascending version. */
export async function readOpen(
  knex: Knex,
  instance: string,
  { base }: LoginSlots,
): Promise<{ principalId: string; open: CredentialRow[] }> {
  const { rows } = await runPrepared<CredentialRow & { owner_id: string }>(
    knex,
    READ_OPEN,
    { instance, base },
  );
  return {
    principalId: rows[0].owner_id,
    open: rows.filter(({ id }) => id !== null),
  };
}

const OPEN = {
  name: 'open_issue',
  sql: `
  WITH issued AS (
    INSERT INTO credentials (id, principal_id, slot, version, state, issued_by)
    SELECT CAST(:id AS uuid), CAST(:principalId AS uuid), :slot, coalesce(max(version), 0) + 1, 'issuing', :actor
    FROM credentials WHERE principal_id = CAST(:principalId AS uuid)
    RETURNING *
  ), told AS (
    INSERT INTO audit (id, event, actor, resource_id, details)
    SELECT :auditId, 'credential.issuing', :actor, :resourceId, ${DETAILS} FROM issued
  )
  SELECT * FROM issued`,
};

/** Before the engine is touched: from here on the login may have a new password. */
export async function openIssue(
  knex: Knex,
  { principalId, slot }: { principalId: string; slot: 'a' | 'b' },
  by: CredentialAudit,
): Promise<CredentialRow> {
  const { rows } = await runPrepared<CredentialRow>(knex, OPEN, {
    id: uuid(),
    principalId,
    slot,
    ...auditValues(by),
  });
  return rows[0];
}

const RECORD = `
  WITH recorded AS (
    UPDATE credentials SET state = 'active' WHERE id = :id AND state = 'issuing'
    RETURNING *
  ), told AS (
    INSERT INTO audit (id, event, actor, resource_id, details)
    SELECT :auditId, 'credential.issued', :actor, :resourceId, ${DETAILS} FROM recorded
  )
  SELECT id FROM recorded`;

/** The new version counts from here; the one before gets its end. */
export async function recordIssue(
  knex: Knex,
  {
    issued,
    previous,
    graceMs,
  }: {
    issued: CredentialRow;
    previous: CredentialRow | undefined;
    /** How long the one before goes on. */
    graceMs: number;
  },
  by: CredentialAudit,
): Promise<Date | undefined> {
  if (!previous) {
    await recordActive(knex, issued, by);
    return undefined;
  }
  return knex.transaction(async trx => {
    await recordActive(trx, issued, by);
    const [row] = await trx<CredentialRow>('credentials')
      .where({ id: previous.id })
      .whereIn('state', ['active', 'ending'])
      .update({
        state: 'ending',
        // One that is ending already keeps its end.
        ends_at: trx.raw(
          "coalesce(ends_at, date_trunc('milliseconds', now()) + ? * interval '1 millisecond')",
          [graceMs],
        ) as unknown as Date,
      })
      .returning('ends_at');
    if (!row) {
      // It has ended meanwhile, with the last grant of its login.
      return undefined;
    }
    await appendCredentialAudit(trx, 'credential.ending', previous, {
      ...by,
      details: { ...by.details, endsAt: row.ends_at!.toISOString() },
    });
    return row.ends_at ?? undefined;
  });
}

async function recordActive(
  knex: Knex,
  { id }: CredentialRow,
  by: CredentialAudit,
): Promise<void> {
  const { rows } = await knex.raw<{ rows: unknown[] }>(RECORD, {
    id,
    ...auditValues(by),
  });
  if (rows.length !== 1) {
    throw new ServiceUnavailableError(
      'The credential was made void by another issue in the meantime; try again',
    );
  }
}

function auditValues({ actor, resourceId, details }: CredentialAudit) {
  return {
    auditId: uuid(),
    actor,
    resourceId: resourceId ?? null,
    details: JSON.stringify(details),
  };
}
