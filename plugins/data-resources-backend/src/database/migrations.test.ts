import { promises as fs } from 'node:fs';
import path from 'node:path';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { TestPortal } from '../__testUtils__/Portal';
import { fillTables } from './__testUtils__/fillTables';
import { schemaOf, tablesIn } from './__testUtils__/schemaOf';

jest.setTimeout(60_000);

const directory = path.resolve(__dirname, '../../migrations');

type Rows = Record<string, Record<string, unknown>[]>;

/** All rows of all tables, in an order that does not change. */
async function rowsOf(knex: Knex, tables: string[]): Promise<Rows> {
  const rows: Rows = {};
  for (const table of tables) {
    rows[table] = (
      await knex(table).orderByRaw(`to_jsonb(${table}) ->> 'id', 1`)
    ).map(row => JSON.parse(JSON.stringify(row)));
  }
  return rows;
}

/** What of the rows there is room for in a schema. */
function fitting(rows: Rows, schema: Record<string, string>): Rows {
  return Object.fromEntries(
    tablesIn(schema)
      .filter(table => table in rows)
      .map(table => [
        table,
        rows[table].map(row =>
          Object.fromEntries(
            Object.entries(row).filter(
              ([column]) => `column ${table}.${column}` in schema,
            ),
          ),
        ),
      ]),
  );
}

describe('migrations', () => {
  const databases = testDatabases();

  it('should go up, down and up again step by step with rows in every table, and lose only what a step takes away', async () => {
    const knex = await databases.init('POSTGRES_18');
    const steps = (await fs.readdir(directory)).length;
    const stages = [await schemaOf(knex)];
    for (let step = 1; step <= steps; step += 1) {
      const before = stages[step - 1];
      const kept = await rowsOf(knex, tablesIn(before));
      await knex.migrate.up({ directory });
      const schema = await schemaOf(knex);
      stages.push(schema);
      const after = await rowsOf(knex, tablesIn(schema));
      expect(fitting(after, before)).toEqual(fitting(kept, schema));
      await fillTables(knex, step);
      for (const [table, rows] of Object.entries(
        await rowsOf(knex, tablesIn(schema)),
      )) {
        expect([table, rows.length]).not.toEqual([table, 0]);
      }
    }

    // The latest one alone: what its columns held is gone, and nothing else.
    const filled = await rowsOf(knex, tablesIn(stages[steps]));
    await knex.migrate.down({ directory });
    await knex.migrate.up({ directory });
    expect(await schemaOf(knex)).toEqual(stages[steps]);
    expect(
      fitting(await rowsOf(knex, tablesIn(stages[steps])), stages[steps - 1]),
    ).toEqual(fitting(filled, stages[steps - 1]));

    for (let step = steps - 1; step >= 0; step -= 1) {
      const later = stages[step + 1];
      const kept = await rowsOf(knex, tablesIn(later));
      await knex.migrate.down({ directory });
      expect(await schemaOf(knex)).toEqual(stages[step]);
      expect(
        fitting(await rowsOf(knex, tablesIn(stages[step])), later),
      ).toEqual(fitting(kept, stages[step]));
    }
    await knex.migrate.latest({ directory });
    expect(await schemaOf(knex)).toEqual(stages[steps]);
  });

  it('should leave a portal whole whose latest migration went down and up again', async () => {
    const knex = await databases.init('POSTGRES_18');
    const before = await TestPortal.start({ knex });
    const resourceId = await before.readyBox('kept');
    const about = `/resources/${resourceId}`;
    const resource = (await before.get('payments-dev', about)).body;
    const history = (await before.get('payments-dev', `${about}/history`)).body;
    await before.stop();

    await knex.migrate.down({ directory });
    await knex.migrate.up({ directory });

    const after = await TestPortal.start({ knex });
    const { status, body } = await after.get('payments-dev', about);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...resource, can: expect.anything() });
    expect((await after.get('payments-dev', `${about}/history`)).body).toEqual(
      history,
    );
    const [dev] = (await after.get('payments-dev', '/instances')).body.items;
    expect(dev.usage).toEqual({ 'memory-box': 1 });
    const asked = await after.ask('next');
    await after.until(asked.body.id, 'completed');
    await after.stop();

    await knex.migrate.rollback({ directory }, true);
    expect(await schemaOf(knex)).toEqual({});
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
      await expect(knex(table).truncate()).rejects.toThrow('never changed');
    }
    await expect(
      knex('decisions').update({ effect: 'reject' }),
    ).rejects.toThrow('never changed');
    await expect(
      knex('audit').update({ actor: 'user:default/nobody' }),
    ).rejects.toThrow('never changed');
  });
});
