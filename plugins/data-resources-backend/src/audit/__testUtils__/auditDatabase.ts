import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { appendAudit } from '../../database/appendEvents';
import { AuditNumberer } from '../AuditNumberer';

/** The plugin's tables in an empty database. */
export async function migrate(knex: Knex): Promise<void> {
  await knex.migrate.latest({
    directory: resolvePackagePath(
      '@data-resources/plugin-data-resources-backend',
      'migrations',
    ),
  });
}

/** Forgets everything, as only a test may. */
export async function emptyTrail(knex: Knex): Promise<void> {
  await tamper(knex, trx => trx('audit').truncate());
}

/** A numbered trail of as many rows. */
export async function makeTrail(knex: Knex, rows: number): Promise<void> {
  await appendAudit(
    knex,
    Array.from({ length: rows }, (_, n) => ({
      event: n % 2 ? 'request.created' : 'decision.approve',
      actor: `user:default/person-${n % 3}`,
      details: { n, 'a key': ['ä', 1.5, null, { b: true, a: '😀' }] },
    })),
  );
  await AuditNumberer.create({ knex }).number();
}

/** What somebody does who may switch the triggers off. */
export async function tamper(
  knex: Knex,
  work: (trx: Knex) => Promise<unknown>,
): Promise<void> {
  await knex.transaction(async trx => {
    await trx.raw('ALTER TABLE audit DISABLE TRIGGER USER');
    await work(trx);
    await trx.raw('ALTER TABLE audit ENABLE TRIGGER USER');
  });
}
