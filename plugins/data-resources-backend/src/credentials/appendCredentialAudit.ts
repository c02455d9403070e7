import type { JsonObject } from '@backstage/types';
import type { Knex } from 'knex';
import { appendAudit } from '../database/appendEvents';
import type { CredentialRow } from '../database/rows';

/** Who does something to a credential, and what else there is to say about it. */
export interface CredentialAudit {
  actor: string;
  /** The resource that it was asked for. */
  resourceId?: string;
  /** Such as the principal; never a secret. */
  details: JsonObject;
}

/** Records what happened to a credential, in the transaction that changes it. */
export async function appendCredentialAudit(
  trx: Knex,
  event: string,
  { id, slot, version }: Pick<CredentialRow, 'id' | 'slot' | 'version'>,
  { actor, resourceId, details }: CredentialAudit,
): Promise<void> {
  await appendAudit(trx, [
    {
      event,
      actor,
      resourceId,
      details: { credentialId: id, slot, version, ...details },
    },
  ]);
}
