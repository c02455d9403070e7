import { promises as fs } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sqlAsAdmin } from '@data-resources/test-engines';
import type { Knex } from 'knex';
import { testDatabases } from '../../__testUtils__/database';
import { makeTrail, migrate, tamper } from '../__testUtils__/auditDatabase';
import { readHead } from '../readHead';
import { auditCommand } from './auditCommand';

jest.setTimeout(60_000);

describe('auditCommand', () => {
  const databases = testDatabases();
  let knex: Knex;
  let url: URL;
  let head: string;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    await migrate(knex);
    await makeTrail(knex, 12);
    const { position, hash } = (await readHead(knex))!;
    head = `${position}:${hash}`;
    url = new URL(
      process.env.BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING!,
    );
    const { rows } = await knex.raw('SELECT current_database() AS name');
    url.pathname = rows[0].name;
  });

  async function run(...args: string[]) {
    let out = '';
    let err = '';
    const code = await auditCommand(args, {
      out: text => {
        out += text;
      },
      err: text => {
        err += text;
      },
    });
    return { code, out, err };
  }

  it('should say that the trail holds, by the address of the database', async () => {
    expect(
      await run('verify', '--database-url', url.href, '--head', head),
    ).toEqual({
      code: 0,
      out: `The audit trail holds. Rows: 12\nHead: ${head}\n`,
      err: '',
    });
  });

  it('should need no more than SELECT on the one table', async () => {
    const role = `auditor_${process.pid}`;
    const asAuditor = new URL(url.href);
    asAuditor.username = role;
    asAuditor.password = 'only-for-this-test';
    const admin = (sql: string) =>
      sqlAsAdmin('portal', sql, { database: url.pathname.slice(1) });
    await admin(`CREATE ROLE ${role} LOGIN PASSWORD '${asAuditor.password}'`);
    try {
      await admin(`GRANT SELECT ON audit TO ${role}`);
      expect(
        await run('verify', '--database-url', asAuditor.href, '--head', head),
      ).toMatchObject({ code: 0, err: '' });
    } finally {
      await admin(`DROP OWNED BY ${role}`);
      await admin(`DROP ROLE ${role}`);
    }
  });

  it('should find the database by the configuration of the backend', async () => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'audit-'));
    const file = path.join(folder, 'app-config.yaml');
    await fs.writeFile(
      file,
      JSON.stringify({
        backend: {
          database: {
            client: 'pg',
            connection: url.href,
            plugin: {
              'data-resources': {
                connection: { database: url.pathname.slice(1) },
              },
            },
          },
        },
      }),
    );
    try {
      const answer = await run('verify', '--config', file, '--json');
      expect(answer).toMatchObject({ code: 0, err: '' });
      expect(JSON.parse(answer.out)).toMatchObject({
        verified: true,
        rows: 12,
      });
    } finally {
      await fs.rm(folder, { recursive: true });
    }
  });

  it('should refuse what it does not know, and tell no password', async () => {
    expect((await run()).err).toContain('Usage');
    expect(await run('verify', '--head', '12')).toMatchObject({
      code: 2,
      err: expect.stringContaining('head: must be'),
    });
    const wrong = new URL(url.href);
    wrong.pathname = 'nowhere';
    const answer = await run('verify', '--database-url', wrong.href);
    expect(answer).toMatchObject({
      code: 2,
      err: expect.stringContaining('"nowhere" does not exist'),
    });
    expect(answer.err).not.toContain(url.password);
    wrong.pathname = 'postgres';
    expect((await run('verify', '--database-url', wrong.href)).err).toContain(
      'backstage_plugin_data-resources',
    );
  });

  it('should say where the trail was changed or cut off', async () => {
    await tamper(knex, trx => trx('audit').where('position', '>', 9).delete());
    const cutOff = await run(
      'verify',
      '--database-url',
      url.href,
      '--head',
      head,
    );
    expect(cutOff.code).toBe(1);
    expect(cutOff.out).toContain('does NOT hold from position 10 on (cut-off)');
    await tamper(knex, trx =>
      trx('audit').where({ position: 4 }).update({ event: 'x' }),
    );
    const changed = await run('verify', '--database-url', url.href);
    expect(changed.code).toBe(1);
    expect(changed.out).toContain('does NOT hold from position 4 on (changed)');
  });
});
