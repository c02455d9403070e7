import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { appendAudit } from '../database/appendEvents';
import {
  emptyTrail,
  makeTrail,
  migrate,
  tamper,
} from './__testUtils__/auditDatabase';
import { AuditNumberer } from './AuditNumberer';
import {
  auditColumns,
  auditContent,
  chainHash,
  type AuditHead,
  type AuditRow,
} from './auditRecord';
import { AuditVerifier } from './AuditVerifier';
import { readHead } from './readHead';

jest.setTimeout(240_000);

const FORGED_ID = 'ffffffff-0000-7000-8000-000000000000';
const FORGED = {
  id: FORGED_ID,
  event: 'request.approved',
  actor: 'user:default/forger',
  hash: 'f'.repeat(64),
};

describe('AuditVerifier', () => {
  const databases = testDatabases();
  let knex: Knex;
  let head: AuditHead;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    await migrate(knex);
  });
  beforeEach(async () => {
    await emptyTrail(knex);
    await makeTrail(knex, 40);
    head = (await readHead(knex))!;
  });

  const verify = (...heads: AuditHead[]) =>
    AuditVerifier.create({ knex }).verify({ heads });
  const shift = (trx: Knex, from: number, by: number) =>
    // In two steps: positions are unique.
    trx('audit')
      .where('position', '>=', from)
      .update({ position: trx.raw('-(position + ?)', [by]) })
      .then(() =>
        trx('audit')
          .where('position', '<', 0)
          .update({ position: trx.raw('-position') }),
      );
  const found = (position: number, kind: string) => ({
    verified: false,
    rows: position - 1,
    problem: { position, kind, message: expect.any(String) },
  });

  it('should find nothing wrong with what was only appended to', async () => {
    expect(await verify(head)).toEqual({
      verified: true,
      rows: 40,
      unnumbered: 0,
      head,
    });
    await appendAudit(knex, [{ event: 'test.row', actor: 'system:test' }]);
    expect(await verify(head)).toMatchObject({
      verified: true,
      rows: 40,
      unnumbered: 1,
    });
    await AuditNumberer.create({ knex }).number();
    expect(await verify(head)).toMatchObject({ verified: true, rows: 41 });
  });

  it('should find nothing wrong with an empty trail, unless it had a head', async () => {
    await tamper(knex, trx => trx('audit').delete());
    expect(await verify()).toEqual({ verified: true, rows: 0, unnumbered: 0 });
    expect(await verify(head)).toMatchObject(found(1, 'cut-off'));
  });

  it.each<[column: string, value: (trx: Knex) => unknown]>([
    ['event', () => 'request.rejected'],
    ['actor', () => 'user:default/nobody'],
    ['request_id', () => FORGED_ID],
    ['resource_id', () => FORGED_ID],
    ['id', () => FORGED_ID],
    ['details', () => JSON.stringify({ n: 16, 'a key': [] })],
    ['hash', () => 'a'.repeat(64)],
    ['hash', () => null],
    ['at', trx => trx.raw(`"at" - interval '1 hour'`)],
    ['at', trx => trx.raw(`"at" + interval '1 microsecond'`)],
  ])('should find a row whose %s was changed', async (column, value) => {
    await tamper(knex, trx =>
      trx('audit')
        .where({ position: 17 })
        .update({ [column]: value(trx) }),
    );
    expect(await verify()).toMatchObject(found(17, 'changed'));
  });

  it('should find the first of several', async () => {
    await tamper(knex, async trx => {
      await trx('audit').where({ position: 30 }).update({ event: 'x' });
      await trx('audit').where({ position: 8 }).update({ event: 'x' });
      await trx('audit').where({ position: 5 }).delete();
    });
    expect(await verify()).toMatchObject(found(5, 'missing'));
  });

  it('should find rows that were removed', async () => {
    await tamper(knex, trx =>
      trx('audit').whereIn('position', [12, 13]).delete(),
    );
    expect(await verify()).toMatchObject({
      ...found(12, 'missing'),
      problem: {
        message: 'The rows at positions 12 to 13 are missing',
      },
    });
  });

  it('should find a removed first row', async () => {
    await tamper(knex, trx => trx('audit').where({ position: 1 }).delete());
    expect(await verify()).toMatchObject(found(1, 'missing'));
  });

  it('should find a removed row where the gap was closed', async () => {
    await tamper(knex, async trx => {
      await trx('audit').where({ position: 12 }).delete();
      await shift(trx, 13, -1);
    });
    expect(await verify()).toMatchObject(found(12, 'missing'));
  });

  it('should find a row that was given back to be numbered again', async () => {
    await tamper(knex, trx =>
      trx('audit')
        .where({ position: 12 })
        .update({ position: null, hash: null }),
    );
    await AuditNumberer.create({ knex }).number();
    expect(await verify()).toMatchObject(found(12, 'missing'));
  });

  it('should find a row that was inserted where room was made for it', async () => {
    await tamper(knex, async trx => {
      await shift(trx, 12, 1);
      await trx('audit').insert({ ...FORGED, position: 12 });
    });
    expect(await verify()).toMatchObject(found(12, 'inserted'));
  });

  it('should find a row that was inserted before the first', async () => {
    await tamper(knex, trx => trx('audit').insert({ ...FORGED, position: 0 }));
    expect((await verify()).problem).toMatchObject({
      position: 0,
      kind: 'inserted',
    });
  });

  it('should find a second row at one position, its index gone', async () => {
    await tamper(knex, async trx => {
      await trx.raw('ALTER TABLE audit DROP CONSTRAINT audit_position_unique');
      await trx('audit').insert({ ...FORGED, position: 12 });
    });
    const { problem } = await verify();
    await tamper(knex, trx => trx('audit').delete());
    await knex.raw(
      'ALTER TABLE audit ADD CONSTRAINT audit_position_unique UNIQUE (position)',
    );
    expect(problem).toMatchObject({ position: 12, kind: 'inserted' });
  });

  it('should find a row that was added at the end by something else', async () => {
    await tamper(knex, trx => trx('audit').insert({ ...FORGED, position: 41 }));
    await appendAudit(knex, [{ event: 'test.row', actor: 'system:test' }]);
    await AuditNumberer.create({ knex }).number();
    expect(await verify(head)).toMatchObject(found(41, 'changed'));
  });

  it.each([
    ['neighbours', 20, 21],
    ['the last two', 39, 40],
    ['two far apart', 9, 33],
  ])('should find %s that were swapped', async (_, left, right) => {
    await tamper(knex, async trx => {
      const rows = await trx('audit').whereIn('position', [left, right]);
      await trx('audit')
        .whereIn('position', [left, right])
        .update({ position: trx.raw('-position') });
      for (const { id, position } of rows) {
        await trx('audit')
          .where({ id })
          .update({ position: Number(position) === left ? right : left });
      }
    });
    expect(await verify()).toMatchObject(found(left, 'changed'));
  });

  it('should find a tail that was cut off only by a head that was logged', async () => {
    await tamper(knex, trx => trx('audit').where('position', '>', 35).delete());
    expect(await verify()).toMatchObject({ verified: true, rows: 35 });
    expect(await verify(head)).toMatchObject({
      verified: false,
      rows: 35,
      problem: { position: 36, kind: 'cut-off' },
    });
  });

  it('should find a chain that was made anew only by heads that were logged', async () => {
    const before: AuditRow[] = await knex('audit').orderBy('position');
    const logged = (position: number): AuditHead => ({
      position,
      hash: before[position - 1].hash!,
    });
    await tamper(knex, async trx => {
      const rows: AuditRow[] = await trx('audit')
        .select(auditColumns(trx))
        .orderBy('position');
      let { hash } = rows[18];
      for (const row of rows.slice(19)) {
        const position = Number(row.position);
        const changed = position === 20 ? { actor: 'user:default/other' } : {};
        hash = chainHash(hash!, auditContent({ ...row, ...changed }, position));
        await trx('audit')
          .where({ position })
          .update({ ...changed, hash });
      }
    });
    expect(await verify()).toMatchObject({ verified: true, rows: 40 });
    expect(await verify(logged(19))).toMatchObject({ verified: true });
    const answer = await verify(head, logged(10), logged(19), logged(25));
    expect(answer).toMatchObject({
      verified: false,
      problem: { position: 25, kind: 'changed' },
    });
    expect(answer.problem!.message).toContain('from position 20 on');
  });

  it('should stop when nobody waits for it', async () => {
    await expect(
      AuditVerifier.create({ knex }).verify({ signal: AbortSignal.abort() }),
    ).rejects.toThrow('aborted');
  });

  it('should walk 30,000 rows without holding them all', async () => {
    await knex.raw(
      `INSERT INTO audit (id, event, actor, details)
       SELECT gen_random_uuid(), 'test.row', 'system:test',
         jsonb_build_object('n', n, 'text', repeat('x', 200))
       FROM generate_series(1, 29960) n`,
    );
    const perSecond = async (work: () => Promise<unknown>) => {
      const begin = performance.now();
      await work();
      return Math.round(30_000 / ((performance.now() - begin) / 1_000));
    };
    const numbered = await perSecond(() =>
      AuditNumberer.create({ knex }).number(),
    );
    // The rows alone are more than 12 MB in JavaScript.
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().heapUsed);
    }, 5);
    const before = process.memoryUsage().heapUsed;
    let answer;
    const verified = await perSecond(async () => {
      answer = await verify(head);
    });
    clearInterval(watch);
    process.stdout.write(
      `audit: ${numbered} rows/s numbered, ${verified} rows/s verified, heap grew by at most ${Math.round(
        (most - before) / 2 ** 20,
      )} MB\n`,
    );
    expect(answer).toMatchObject({ verified: true, rows: 30_000 });
  });
});
