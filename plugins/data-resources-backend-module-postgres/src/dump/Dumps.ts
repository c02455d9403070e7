import { promises as fs } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  type InstanceCondition,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from '../config/readInstanceConfig';
import type { PostgresConnections } from '../connection/PostgresConnections';
import { Deadline } from '../connection/Session';
import { closeAfterDump, type DumpOpening, openForDump } from '../sql/dump';
import { endSessions } from '../steps/endSessions';
import { DumpFile, type DumpRecord, recordOf } from './DumpFile';
import { dumpCondition, type DumpState, readDumpState } from './dumpState';
import { libpqEnvironment } from './libpqEnvironment';
import { runProgram } from './runProgram';
import { assertNoOtherDump } from './otherDumps';
import {
  assertGivenByOwner,
  readReaders,
  waitForVisitors,
  whoElseMayConnect,
} from './whoMayConnect';

/** A program is not looked at again for so long. */
const STATE_MAX_AGE_MS = 30_000;

/** What a dump is made of. */
export interface DumpOrder {
  database: string;
  file: string;
  dba: string;
  /** Who may connect, `PUBLIC` included. */
  connectors: string[];
  /** Those of them that may give it on. */
  grantable?: string[];
  /** Whether the database accepted connections, and does again where there will be no dump. */
  wasOpen: boolean;
}

interface Job {
  made: Promise<DumpRecord>;
  file?: DumpFile;
}

/** Last dumps of the databases of one server: those that are being written go on between calls. */
export class Dumps {
  readonly #config: InstanceConfig;
  readonly #connections: PostgresConnections;
  readonly #logger: LoggerService;
  readonly #jobs = new Map<string, Job>();
  readonly #closing = new AbortController();
  #state?: { at: number; versionNumber: number; state: Promise<DumpState> };

  private constructor(options: DumpsOptions) {
    this.#config = options.config;
    this.#connections = options.connections;
    this.#logger = options.logger;
  }

  static create(options: DumpsOptions): Dumps {
    return new Dumps(options);
  }

  /** What a probe tells of them; nothing where none are wanted. */
  async probe(
    versionNumber: number,
  ): Promise<{ facts: { dump?: DumpState }; conditions: InstanceCondition[] }> {
    const { dump } = this.#config.deletion;
    if (!dump) {
      return { facts: {}, conditions: [] };
    }
    const now = Date.now();
    if (
      !this.#state ||
      this.#state.versionNumber !== versionNumber ||
      now - this.#state.at > STATE_MAX_AGE_MS
    ) {
      const state = readDumpState(dump, versionNumber);
      this.#state = { at: now, versionNumber, state };
    }
    const state = await this.#state.state;
    if (state.problem !== undefined) {
      // Somebody is mending it.
      this.#state = undefined;
    }
    return { facts: { dump: state }, conditions: [dumpCondition(state)] };
  }

  /**
   * Makes a dump, or goes on with the one that is being made.
   *
   * @throws ProviderError `Unknown` where it is not whole after that time
   */
  async make(order: DumpOrder, waitMs: number): Promise<DumpRecord> {
    let job = this.#jobs.get(order.file);
    if (!job) {
      job = this.#begin(order);
      this.#jobs.set(order.file, job);
    }
    const stop = new AbortController();
    try {
      const record = await Promise.race([
        job.made,
        sleep(waitMs, undefined, { signal: stop.signal }),
      ]);
      if (!record) {
        throw new ProviderError(
          'Unknown',
          `pg_dump is writing ${order.file}, ${
            (await job.file?.bytes()) ?? 0
          } bytes until now; the database is dropped when it is done`,
        );
      }
      return record;
    } finally {
      stop.abort();
    }
  }

  /** Ends what is being written. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled([...this.#jobs.values()].map(({ made }) => made));
  }

  #begin(order: DumpOrder): Job {
    const job: Job = {
      made: DumpFile.begin(order.file)
        .catch(error => {
          throw new ProviderError(
            'Unreachable',
            `The dump of ${order.database} cannot be written: ${error.message}`,
          );
        })
        .then(file => {
          job.file = file;
          return this.#make(order, file).catch(async error => {
            await file.discard();
            throw error;
          });
        })
        .finally(() => this.#jobs.delete(order.file)),
    };
    // Whoever asks next starts another one, and is told of what fails then.
    job.made.catch(error =>
      this.#logger.warn(
        `There is no dump of ${order.database}: ${error.message}`,
      ),
    );
    return job;
  }

  async #make(order: DumpOrder, file: DumpFile): Promise<DumpRecord> {
    const { admin, deletion } = this.#config;
    const { command, restoreCommand } = deletion.dump!;
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'dump-'));
    const { signal } = this.#closing;
    try {
      const env = await libpqEnvironment(admin, order.database, folder);
      await this.#whileOpen(order, () =>
        runProgram(
          command,
          ['--format=custom', '--no-password', `--file=${file.part}`],
          { env, signal },
        ),
      );
      const contents = await runProgram(restoreCommand, ['--list', file.part], {
        env: { PATH: env.PATH, LC_ALL: env.LC_ALL },
        signal,
      });
      if (!contents.includes('dbname:')) {
        throw new ProviderError(
          'Rejected',
          `${restoreCommand} finds no dump in what was written of ${order.database}`,
        );
      }
      await file.keep();
      const record = await recordOf(order.file);
      this.#logger.info(
        `The last dump of ${order.database} is ${record!.file}, ${
          record!.bytes
        } bytes, sha256 ${record!.sha256}`,
      );
      return record!;
    } finally {
      await fs.rm(folder, { recursive: true, force: true });
    }
  }

  /** Nobody but the provisioner may be in there while it is read. */
  async #whileOpen(
    { database, dba, connectors, grantable, wasOpen }: DumpOrder,
    work: () => Promise<unknown>,
  ): Promise<void> {
    const asAdmin: PostgresConnections['withAdmin'] = (_, act) =>
      this.#connections.withAdmin(this.#deadline(), act);
    const opening: DumpOpening = { dba, connectors, grantable, readers: [] };
    await asAdmin(this.#deadline(), async session => {
      await assertNoOtherDump(session, database);
      await assertGivenByOwner(session, database);
      opening.readers = await readReaders(session, database, dba);
      await session.write(
        `letting pg_dump into ${database}`,
        openForDump(database, opening),
      );
    });
    let made = false;
    try {
      await asAdmin(this.#deadline(), async session => {
        const others = await whoElseMayConnect(session, database);
        if (others.length > 0) {
          throw new ProviderError(
            'Rejected',
            `${others.join(
              ', ',
            )} may connect to ${database} by a grant that its owner did not give, so that the last dump would not be the last state; an administrator revokes it`,
          );
        }
        const error = waitForVisitors(
          database,
          await endSessions(session, database),
        );
        if (error) {
          throw error;
        }
      });
      await work();
      made = true;
    } finally {
      // What was dumped is about to be dropped: nobody gets in any more.
      await asAdmin(this.#deadline(), session =>
        session.write(
          `closing ${database} after pg_dump`,
          closeAfterDump(database, opening, wasOpen && !made),
        ),
      ).catch(error => {
        throw new ProviderError(
          'Unknown',
          `${database} is still open to pg_dump alone: ${error.message}`,
        );
      });
    }
  }

  #deadline(): Deadline {
    return new Deadline(this.#config.admin.callTimeoutMs);
  }
}

/** Options of {@link Dumps}. */
export interface DumpsOptions {
  config: InstanceConfig;
  connections: PostgresConnections;
  logger: LoggerService;
}
