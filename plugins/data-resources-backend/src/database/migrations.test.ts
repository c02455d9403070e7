import path from 'node:path';
import { testDatabases } from '../__testUtils__/database';
import { TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(60_000);

describe('migrations', () => {
  const databases = testDatabases();
  const directory = path.resolve(__dirname, '../../migrations');

  it('should go up, down and up again, on a filled database', async () => {
    const knex = await databases.init('POSTGRES_18');
    const portal = await TestPortal.start({ knex });
    await portal.readyBox('kept');
    await portal.stop();
    await knex.migrate.rollback({ directory }, true);
    expect(await knex.schema.hasTable('requests')).toBe(false);
    await knex.migrate.latest({ directory });
    expect(await knex('requests').count()).toMatchObject([{ count: '0' }]);
  });

  it('should refuse to change or remove decisions and audit rows', async () => {
    const knex = await databases.init('POSTGRES_18');
    const portal = await TestPortal.start({ knex });
    await portal.readyBox('recorded');
    await portal.stop();
    for (const table of ['decisions', 'audit']) {
      expect(Number((await knex(table).count())[0].count)).toBeGreaterThan(0);
      await expect(knex(table).delete()).rejects.toThrow('never changed');
    }
    await expect(
      knex('decisions').update({ effect: 'reject' }),
    ).rejects.toThrow('never changed');
    await expect(
      knex('audit').update({ actor: 'user:default/nobody' }),
    ).rejects.toThrow('never changed');
  });
});
