import { ServiceUnavailableError } from '@backstage/errors';
import type { LoginSlots } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import type { CredentialRow } from '../database/rows';
import {
  appendCredentialAudit,
  type CredentialAudit,
} from './appendCredentialAudit';

/** The principal whose login is held, and its credentials that have not ended, by ascending version. */
export async function readOpen(
  knex: Knex,
  instance: string,
  { base }: LoginSlots,
): Promise<{ principalId: string; open: CredentialRow[] }> {
  const rows: (CredentialRow & { owner_id: string })[] = await knex(
    'principals AS p',
  )
    .leftJoin('credentials AS c', join =>
      join
        .on('c.principal_id', 'p.id')
        .onIn('c.state', ['issuing', 'active', 'ending']),
    )
    .where({ 'p.instance': instance, 'p.base': base })
    .orderBy('c.version')
    .select('c.*', 'p.id AS owner_id');
  return {
    principalId: rows[0].owner_id,
    open: rows.filter(({ id }) => id !== null),
  };
}

/** Before the engine is touched: from here on the login may have a new password. */
export async function openIssue(
  knex: Knex,
  { principalId, slot }: { principalId: string; slot: 'a' | 'b' },
  by: CredentialAudit,
): Promise<CredentialRow> {
  return knex.transaction(async trx => {
    const [row] = await trx<CredentialRow>('credentials')
      .insert({
        id: uuid(),
        principal_id: principalId,
        slot,
        version: trx.raw(
          '(SELECT coalesce(max(version), 0) + 1 FROM credentials WHERE principal_id = ?)',
          [principalId],
        ) as unknown as number,
        state: 'issuing',
        issued_by: by.actor,
      })
      .returning('*');
    await appendCredentialAudit(trx, 'credential.issuing', row, by);
    return row;
  });
}

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
  return knex.transaction(async trx => {
    const recorded = await trx('credentials')
      .where({ id: issued.id, state: 'issuing' })
      .update({ state: 'active' });
    if (recorded !== 1) {
      throw new ServiceUnavailableError(
        'The credential was made void by another issue in the meantime; try again',
      );
    }
    await appendCredentialAudit(trx, 'credential.issued', issued, by);
    if (!previous) {
      return undefined;
    }
    const [row] = await trx<CredentialRow>('credentials')
      .where({ id: previous.id })
      .update({
        state: 'ending',
        // One that is ending already keeps its end.
        ends_at: trx.raw(
          "coalesce(ends_at, date_trunc('milliseconds', now()) + ? * interval '1 millisecond')",
          [graceMs],
        ) as unknown as Date,
      })
      .returning('ends_at');
    await appendCredentialAudit(trx, 'credential.ending', previous, {
      ...by,
      details: { ...by.details, endsAt: row.ends_at!.toISOString() },
    });
    return row.ends_at ?? undefined;
  });
}
