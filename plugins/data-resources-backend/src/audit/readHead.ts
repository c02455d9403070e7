import type { Knex } from 'knex';
import type { AuditHead } from './auditRecord';

/** Where the chain ends now; `undefined` while nothing is numbered. */
export async function readHead(knex: Knex): Promise<AuditHead | undefined> {
  const row = await knex('audit')
    .whereNotNull('position')
    .orderBy('position', 'desc')
    .first('position', 'hash');
  return row && { position: Number(row.position), hash: row.hash ?? '' };
}
