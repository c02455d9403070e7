import type { JsonObject } from '@backstage/types';
import type { Knex } from 'knex';
import { appendAudit } from '../database/appendEvents';
import type { CredentialRow } from '../database/rows';

/** Whose credential it is and who ends it; goes to the audit trail. */
export interface CredentialEnding {
  actor: string;
  resourceId?: string;
  /** What else there is to say, such as the principal; never a secret. */
  details: JsonObject;
}

/**
 * Records that credentials ended, or were void from the start, where they are still in one of
 * the states; answers how many were.
 */
export async function endCredentials(
  knex: Knex,
  credentials: Partial<Pick<CredentialRow, 'id' | 'principal_id'>>,
  change: { from: CredentialRow['state']; to: 'ended' | 'void' },
  ending: CredentialEnding,
): Promise<number> {
  return knex.transaction(async trx => {
    const rows = await trx<CredentialRow>('credentials')
      .where({ ...credentials, state: change.from })
      .update({ state: change.to, ended_at: trx.fn.now() as unknown as Date })
      .returning(['id', 'slot', 'version']);
    await appendAudit(
      trx,
      rows.map(({ id, slot, version }) => ({
        event: change.to === 'void' ? 'credential.voided' : 'credential.ended',
        actor: ending.actor,
        resourceId: ending.resourceId,
        details: { credentialId: id, slot, version, ...ending.details },
      })),
    );
    return rows.length;
  });
}
