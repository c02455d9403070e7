import type { Knex } from 'knex';
import type { CredentialRow } from '../database/rows';
import {
  appendCredentialAudit,
  type CredentialAudit,
} from './appendCredentialAudit';

/** Records that credentials ended, or were void from the start, where they are still in a state. */
export async function endCredentials(
  knex: Knex,
  credentials: Partial<Pick<CredentialRow, 'id' | 'principal_id'>>,
  change: { from: CredentialRow['state']; to: 'ended' | 'void' },
  by: CredentialAudit,
): Promise<void> {
  await knex.transaction(async trx => {
    const rows = await trx<CredentialRow>('credentials')
      .where({ ...credentials, state: change.from })
      .update({ state: change.to, ended_at: trx.fn.now() as unknown as Date })
      .returning(['id', 'slot', 'version']);
    const event =
      change.to === 'void' ? 'credential.voided' : 'credential.ended';
    for (const row of rows) {
      await appendCredentialAudit(trx, event, row, by);
    }
  });
}
