import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { appendAudit } from '../database/appendEvents';
import { emptyTrail, makeTrail, migrate } from './__testUtils__/auditDatabase';
import { AuditNumberer } from './AuditNumberer';
import { AuditReader } from './AuditReader';
import { AuditVerifier } from './AuditVerifier';

jest.setTimeout(60_000);

describe('AuditNumberer', () => {
  const databases = testDatabases();
  let knex: Knex;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    await migrate(knex);
  });
  beforeEach(async () => emptyTrail(knex));

  it('should make one gapless chain of what many write, with two numberers at it', async () => {
    const numberers = [1, 2].map(() => AuditNumberer.create({ knex }));
    let writing = true;
    const counted = numberers.map(async numberer => {
      let count = 0;
      while (writing) {
        count += await numberer.number();
      }
      return count;
    });
    await Promise.all(
      Array.from({ length: 6 }, async (_, writer) => {
        for (let n = 0; n < 25; n += 1) {
          await knex.transaction(async trx => {
            const entry = {
              event: 'test.row',
              actor: `user:default/${writer}`,
            };
            await appendAudit(trx, [entry, { ...entry, details: { n } }]);
            // Keeps transactions open across each other, so that they commit out of order.
            await trx.raw('SELECT pg_sleep(?)', [((n + writer) % 4) / 200]);
            await appendAudit(trx, [entry]);
          });
        }
      }),
    );
    writing = false;
    const before = (await Promise.all(counted)).reduce((a, b) => a + b);
    const rest = await numberers[0].number();
    expect(before).toBeGreaterThan(0);
    expect(before + rest).toBe(6 * 25 * 3);
    const positions: string[] = await knex('audit')
      .orderBy('position')
      .pluck('position');
    expect(positions).toEqual(
      Array.from({ length: 6 * 25 * 3 }, (_, n) => String(n + 1)),
    );
    expect(await AuditVerifier.create({ knex }).verify()).toMatchObject({
      verified: true,
      rows: 450,
      unnumbered: 0,
    });
  });

  it('should number rows in the order in which they were written', async () => {
    await makeTrail(knex, 20);
    const rows = await knex('audit').orderBy('position');
    expect(rows.map(({ details }) => details.n)).toEqual(
      Array.from({ length: 20 }, (_, n) => n),
    );
  });

  it('should chain so that anybody can reckon it from an export', async () => {
    await makeTrail(knex, 3);
    let previous = '0'.repeat(64);
    for await (const chunk of AuditReader.create({ knex }).exportLines({})) {
      for (const line of chunk.trimEnd().split('\n')) {
        const { hash, ...record } = JSON.parse(line);
        // The canonical form, written out by hand.
        const canonical = `{"actor":"${record.actor}","at":"${record.at}","details":{"a key":["ä",1.5,null,{"a":"😀","b":true}],"n":${record.details.n}},"event":"${record.event}","id":"${record.id}","position":${record.position},"requestId":null,"resourceId":null}`;
        previous = createHash('sha256')
          .update(previous + canonical)
          .digest('hex');
        expect(hash).toBe(previous);
      }
    }
    expect(previous).not.toBe('0'.repeat(64));
  });

  it('should leave it to another numberer that is at it', async () => {
    await appendAudit(knex, [{ event: 'test.row', actor: 'system:test' }]);
    const numberer = AuditNumberer.create({ knex });
    await knex.transaction(async trx => {
      await trx.raw('SELECT pg_advisory_xact_lock(7302)');
      expect(await numberer.number()).toBe(0);
    });
    expect(await numberer.number()).toBe(1);
    expect(await numberer.number()).toBe(0);
  });

  it('should take no row that brings its own position or hash', async () => {
    const row = {
      id: '01890000-0000-7000-8000-000000000000',
      event: 'test.row',
      actor: 'user:default/forger',
    };
    for (const forged of [{ position: 7 }, { hash: '0'.repeat(64) }]) {
      await expect(knex('audit').insert({ ...row, ...forged })).rejects.toThrow(
        'get their position and hash afterwards',
      );
    }
  });

  it('should let nobody change anything else of a row, neither before, while nor after it is numbered', async () => {
    const refused = 'never changed or removed';
    await appendAudit(knex, [
      {
        event: 'test.row',
        actor: 'system:test',
        requestId: '01a20404-0000-7000-8000-000000000001',
        details: { a: 1, long: 'x'.repeat(20_000) },
      },
    ]);
    const numbering = { position: 1, hash: 'a'.repeat(64) };
    const changes = [
      { event: 'test.other' },
      { actor: 'system:other' },
      { details: JSON.stringify({ a: 2 }) },
      { request_id: null },
      { resource_id: '01a20404-0000-7000-8000-000000000002' },
      { at: new Date(0) },
      { id: '01a20404-0000-7000-8000-000000000003' },
    ];
    for (const change of changes) {
      await expect(knex('audit').update(change)).rejects.toThrow(refused);
      await expect(
        knex('audit').update({ ...numbering, ...change }),
      ).rejects.toThrow(refused);
    }
    await expect(knex('audit').update({ hash: 'b' })).rejects.toThrow(refused);
    await AuditNumberer.create({ knex }).number();
    for (const change of [...changes, numbering, { position: null }]) {
      await expect(knex('audit').update(change)).rejects.toThrow(refused);
    }
    await expect(knex('audit').delete()).rejects.toThrow(refused);
  });
});
