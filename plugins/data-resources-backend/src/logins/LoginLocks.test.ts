import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { testDatabases } from '../__testUtils__/database';
import { LoginLocks } from './LoginLocks';

jest.setTimeout(60_000);

const BOTH = { instance: 'box-dev', bases: ['api', 'web'], holdForMs: 10_000 };

describe('LoginLocks', () => {
  const databases = testDatabases();
  let knex: Knex;
  let logins: LoginLocks;

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    await knex.schema.createTable('principals', table => {
      table.uuid('id').primary();
      table.text('instance').notNullable();
      table.text('base').notNullable();
      table.uuid('lease_ticket').nullable();
      table.timestamp('lease_until', { useTz: true }).nullable();
      table.unique(['instance', 'base']);
    });
    // As they lie in the table they stand against the alphabet.
    for (const base of [...BOTH.bases].reverse()) {
      await knex('principals').insert({
        id: uuid(),
        instance: 'box-dev',
        base,
      });
    }
    logins = LoginLocks.create({ knex });
  });

  it('should not stand in the way of who takes the same logins when it gives them back', async () => {
    const taker = await knex.transaction();
    await logins.run(BOTH, async () => {
      await taker('principals').where({ base: 'api' }).forUpdate();
      // Reaches for the second when the first ones are given back.
      setTimeout(
        () =>
          taker('principals')
            .where({ base: 'web' })
            .forUpdate()
            .then(
              () => taker.commit(),
              error => taker.rollback(error),
            ),
        300,
      );
    });
    expect(await taker.executionPromise).toBeUndefined();
    expect(await knex('principals').whereNotNull('lease_ticket')).toEqual([]);
  });

  it('should keep what the work has answered where the logins cannot be given back', async () => {
    const answer = await logins.run(BOTH, async () => {
      await knex.schema.renameTable('principals', 'gone');
      return 'a password';
    });
    expect(answer).toBe('a password');
  });
});
