import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { testEngines } from '../description';
import { freePorts } from '../ports';
import { sqlAsAdmin } from '../witnesses';
import { postgresUser, reachableFolder } from './binaries';
import { PostgresEngine } from './PostgresEngine';

const run = promisify(execFile);

const CATCH_UP_MS = 30_000;

const MEMBERS = ['primary', 'standby'] as const;

/** Holds the pairs of a run. */
const pairsFolder = (folder: string) => path.join(folder, 'pairs');

/** A primary and a standby that follows it, of one test's own: it may kill and promote them. */
export class PostgresPair {
  readonly primary: PostgresEngine;
  readonly standby: PostgresEngine;
  readonly #folder: string;

  private constructor(folder: string, members: PostgresEngine[]) {
    this.#folder = folder;
    [this.primary, this.standby] = members;
  }

  /** Starts both; the standby has all that the primary has, and their accounts are the same. */
  static async start(): Promise<PostgresPair> {
    const folder = path.join(pairsFolder(testEngines().folder), randomUUID());
    const pair = new PostgresPair(folder, await membersIn(folder));
    try {
      const { primary, standby } = pair;
      await primary.start();
      const { port, admin } = await primary.describe();
      await primary.stop();
      for (const name of ['data', 'secrets.json']) {
        await run('cp', [
          '-a',
          path.join(primary.folder, name),
          path.join(standby.folder, name),
        ]);
      }
      const data = path.join(standby.folder, 'data');
      await fs.writeFile(path.join(data, 'standby.signal'), '');
      await fs.appendFile(
        path.join(data, 'postgresql.auto.conf'),
        `primary_conninfo = 'host=127.0.0.1 port=${port} user=${admin.user} password=${admin.password}'\n`,
      );
      await primary.start();
      await standby.start();
      return pair;
    } catch (error) {
      await pair.close();
      throw error;
    }
  }

  /** Waits until the standby has all that the primary has by now. */
  async caughtUp(): Promise<void> {
    const [primary, standby] = await Promise.all([
      this.primary.describe(),
      this.standby.describe(),
    ]);
    const [{ lsn }] = await sqlAsAdmin<{ lsn: string }>(
      primary,
      'SELECT pg_current_wal_insert_lsn()::text AS lsn',
    );
    const end = Date.now() + CATCH_UP_MS;
    for (;;) {
      const [{ done }] = await sqlAsAdmin<{ done: boolean }>(
        standby,
        'SELECT coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) AS done',
        { values: [lsn] },
      );
      if (done) {
        return;
      }
      if (Date.now() > end) {
        throw new Error('The standby does not follow its primary');
      }
      await sleep(20);
    }
  }

  /** Makes the standby a primary, as whoever watches the pair would. */
  async promote(): Promise<void> {
    await sqlAsAdmin(await this.standby.describe(), 'SELECT pg_promote(true)');
  }

  /** Ends both and removes what they held. */
  async close(): Promise<void> {
    const members = [this.primary, this.standby];
    await Promise.all(members.map(member => member.stop()));
    for (const folder of [
      ...members.map(({ folder: own }) => own),
      this.#folder,
    ]) {
      await fs.rm(folder, { recursive: true, force: true });
    }
  }

  /** Ends what the tests of a killed run have left. */
  static async removeAll(folder: string): Promise<void> {
    const names = await fs.readdir(pairsFolder(folder)).catch(() => []);
    for (const name of names) {
      const own = path.join(pairsFolder(folder), name);
      await new PostgresPair(own, await membersIn(own)).close();
    }
  }
}

async function membersIn(folder: string): Promise<PostgresEngine[]> {
  const user = await postgresUser();
  const ports = await freePorts(MEMBERS);
  const members: PostgresEngine[] = [];
  for (const name of MEMBERS) {
    const own = await reachableFolder(path.join(folder, name), user);
    await fs.mkdir(own, { recursive: true });
    members.push(
      PostgresEngine.create({
        name: 'postgres-dev',
        folder: own,
        volatile: true,
        ports: { [name]: ports[name] },
        port: ports[name],
      }),
    );
  }
  return members;
}
