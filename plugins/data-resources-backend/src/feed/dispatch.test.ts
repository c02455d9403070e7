import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { testDatabases } from '../__testUtils__/database';
import { eventually } from '../__testUtils__/Portal';
import { killedKnex } from './__testUtils__/killedKnex';
import { OutboxConsumer, type OutboxItem } from './OutboxConsumer';
import { OutboxNumberer } from './OutboxNumberer';

jest.setTimeout(180_000);

const NAME = 'witness';

describe('the dispatcher of the outbox', () => {
  const databases = testDatabases();
  let knex: Knex;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    await knex.migrate.latest({
      directory: path.resolve(__dirname, '../../migrations'),
    });
  });

  const add = async (count: number): Promise<string[]> => {
    const ids = Array.from({ length: count }, () => uuid());
    for (const subject_id of ids) {
      await knex('outbox').insert({ id: uuid(), kind: 'request', subject_id });
    }
    return ids;
  };

  const consumerOf = (
    database: Knex,
    handle: (items: readonly OutboxItem[]) => Promise<void>,
    name = NAME,
  ) =>
    OutboxConsumer.create({
      knex: database,
      name,
      kinds: ['request'],
      from: 'beginning',
      handle,
    });

  /** What a lease that nobody renews comes to by waiting. */
  const letLeasesEnd = () =>
    knex('feed_cursors').update({ lease_until: knex.fn.now() });

  const children: ChildProcess[] = [];
  // None stays where an expectation was not met.
  afterEach(() => {
    children.splice(0).forEach(child => child.kill('SIGKILL'));
  });

  const expectPositionsWithoutGaps = async () => {
    const { rows } = await knex.raw(
      `SELECT count(*)::int AS n, count(DISTINCT position)::int AS numbered,
         coalesce(max(position), 0)::int AS top FROM outbox`,
    );
    expect(rows[0].numbered).toBe(rows[0].n);
    expect(rows[0].top).toBe(rows[0].n);
  };

  it.each(['before', 'after'] as const)(
    'should lose nothing when it is killed %s any of its statements, or anywhere in its work',
    async moment => {
      let kills = 0;
      for (let statement = 1; ; statement += 1) {
        const ids = await add(3);
        const seen: string[] = [];
        const handle = async (items: readonly OutboxItem[]) => {
          seen.push(...items.map(({ id }) => id));
        };
        const doomed = killedKnex(knex, statement, moment);
        const work = async () => {
          await OutboxNumberer.create({ knex: doomed.knex }).number();
          await consumerOf(doomed.knex, handle).consume();
        };
        const failure = await work().catch(error => error);
        await doomed.destroy();
        expect(failure !== undefined).toBe(doomed.isKilled());
        await letLeasesEnd();
        await OutboxNumberer.create({ knex }).number();
        await consumerOf(knex, handle).consume();

        expect(new Set(seen)).toEqual(new Set(ids));
        // Once more at most: what was handled and not written down.
        expect(seen.length).toBeLessThanOrEqual(2 * ids.length);
        await expectPositionsWithoutGaps();
        if (!doomed.isKilled()) {
          break;
        }
        kills += 1;
      }
      // Numbering: begin, lock, update, commit. Following: cursor, look, take, read, move, look, release.
      expect(kills).toBeGreaterThanOrEqual(11);
    },
  );

  it('should hand items over again when the work on them failed', async () => {
    const ids = await add(2);
    await OutboxNumberer.create({ knex }).number();
    const seen: string[][] = [];
    const consumer = consumerOf(knex, async items => {
      seen.push(items.map(({ id }) => id));
      if (seen.length === 1) {
        throw new Error('no answer');
      }
    });
    await expect(consumer.consume()).rejects.toThrow('no answer');
    await consumer.consume();
    await consumer.consume();
    expect(seen).toEqual([ids, ids]);
  });

  it('should let one replica at a time follow, so that nobody is told twice or an older state last', async () => {
    const ids = await add(250);
    const seen: string[] = [];
    const handle = async (items: readonly OutboxItem[]) => {
      seen.push(...items.map(({ id }) => id));
      await sleep(20);
    };
    await OutboxNumberer.create({ knex }).number();
    await Promise.all([1, 2, 3].map(() => consumerOf(knex, handle).consume()));
    expect(seen).toEqual(ids);
  });

  it('should not let a replica that slept past its lease move the cursor back', async () => {
    const first = await add(1);
    await OutboxNumberer.create({ knex }).number();
    const seen: string[] = [];
    let later: string[] = [];
    await consumerOf(knex, async () => {
      // While this one sleeps another takes over, with what came meanwhile.
      await letLeasesEnd();
      later = await add(1);
      await OutboxNumberer.create({ knex }).number();
      await consumerOf(knex, async items => {
        seen.push(...items.map(({ id }) => id));
      }).consume();
    }).consume();
    expect(seen).toEqual([...first, ...later]);
    const { position } = await knex('feed_cursors')
      .where({ consumer: NAME })
      .first('position');
    const { top } = (await knex('outbox').max({ top: 'position' }).first())!;
    expect(position).toBe(top);
  });

  it('should lose nothing when its process is killed again and again under a stream of changes', async () => {
    const seen = new Set<string>();
    const before: string[] = await knex('outbox').pluck('subject_id');
    const added: string[] = [];
    let writing = true;
    const writer = (async () => {
      while (writing) {
        added.push(...(await add(5)));
        await sleep(20);
      }
    })();
    const kills = 5;
    const { connection } = knex.client.config;
    for (let run = 0; run <= kills; run += 1) {
      const child = spawn(
        process.execPath,
        [
          '--require',
          require.resolve('@backstage/cli/config/nodeTransform.cjs'),
          path.join(__dirname, '__testUtils__/dispatcherProcess.ts'),
        ],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
          env: {
            ...process.env,
            DISPATCHER_CONNECTION: JSON.stringify({
              ...connection,
              // Knex hides it from whoever lists the properties.
              password: connection.password,
            }),
          },
        },
      );
      children.push(child);
      const ended = once(child, 'exit');
      let lines = 0;
      const started = new Promise<void>(resolve => {
        createInterface({ input: child.stdout! }).on('line', line => {
          lines += 1;
          if (line !== 'ready') {
            seen.add(line);
          }
          if (lines > 1) {
            resolve();
          }
        });
      });
      const first = await Promise.race([
        started.then(() => 'at work'),
        ended.then(() => 'ended by itself'),
      ]);
      expect(first).toBe('at work');
      if (run < kills) {
        await sleep(Math.random() * 100);
      } else {
        writing = false;
        await writer;
        await eventually(
          async () => [...before, ...added].filter(id => !seen.has(id)).length,
          missing => missing === 0,
          60_000,
        );
      }
      child.kill('SIGKILL');
      await ended;
      await letLeasesEnd();
    }
    expect(added.length).toBeGreaterThan(50);
    await expectPositionsWithoutGaps();
  });
});
