import { setTimeout as sleep } from 'node:timers/promises';
import type { SharedReads } from '@data-resources/plugin-data-resources-node';
import { type Fingerprint, readFingerprints } from './fingerprints';
import type { PostgresConnections } from './PostgresConnections';
import { NotRememberedError, QueryMemory } from './QueryMemory';
import { Deadline, Session } from './Session';

/** What steps and looks work with: connections of the provisioner, or what stands in for them. */
export type Connections = Pick<
  PostgresConnections,
  'withAdmin' | 'withDatabase' | 'openAhead' | 'forget'
>;

/** A pass is over by then, unless it enters many. */
const TURNS_AFTER_MS = 500;

interface Tenant {
  fingerprint: string;
  /** Which entry it was, of all that there ever were: a higher one was later. */
  entry: number;
  /** The first entry that told the same. */
  content: number;
  memory: QueryMemory;
}

/** What the calls of one pass share. */
interface Pass {
  fingerprints: ReadonlyMap<string, Fingerprint>;
  /** What was remembered when it began. */
  known: ReadonlyMap<string, Tenant>;
  /** What was remembered later than this was read since then. */
  since: number;
}

/** Options of {@link TenantTurns}. */
export interface TenantTurnsOptions {
  connections: PostgresConnections;
  /** Databases whose turn comes with each pass, those first that were entered least lately. */
  perPass: number;
  /** What is read in each database that is entered, so that nobody enters it for that alone. */
  alongside: string[];
  timeoutMs: number;
}

/**
 * Spares a pass over all databases the connection to each: one is entered when the shared catalogs
 * tell that it may have changed, when nothing is remembered of it, and when its turn has come. That
 * is after a pass, a few each time, one by one; the next pass goes by what they told then.
 */
export class TenantTurns {
  readonly #options: TenantTurnsOptions;
  readonly #tenants = new Map<string, Tenant>();
  #entries = 0;
  #turns?: { hurry: AbortController; ended: Promise<void> };

  constructor(options: TenantTurnsOptions) {
    this.#options = options;
  }

  /**
   * Connections for the calls of one pass, which share what `reads` holds. The first pass enters all
   * databases, so that each look has the time of a call for itself.
   */
  async during(reads: SharedReads, deadline: Deadline): Promise<Connections> {
    const pass = await this.#pass(reads, deadline);
    const { connections } = this.#options;
    return {
      withAdmin: (limit, work) => connections.withAdmin(limit.again(), work),
      openAhead: (...args) => connections.openAhead(...args),
      forget: database => connections.forget(database),
      withDatabase: async (database, limit, work) => {
        const tenant = this.#tenants.get(database);
        if (tenant) {
          try {
            // Those that were entered before it may have taken all of the time.
            return await work(
              Session.remembering(tenant.memory, limit.again()),
            );
          } catch (error) {
            if (!(error instanceof NotRememberedError)) {
              throw error;
            }
          }
        }
        return this.#enter(database, pass, limit.again(), work);
      },
    };
  }

  /**
   * Texts that change whenever what a pass sees of a database may have; none of those that it has
   * to enter, until it has.
   */
  async fingerprints(
    names: readonly string[],
    reads: SharedReads,
    deadline: Deadline,
  ): Promise<Map<string, string>> {
    const { fingerprints } = await this.#pass(reads, deadline);
    return new Map(
      names.flatMap((name): [string, string][] => {
        const tenant = this.#tenants.get(name);
        const found = fingerprints.get(name);
        return tenant && found
          ? [[name, `${found.whole} ${tenant.fingerprint} ${tenant.content}`]]
          : [];
      }),
    );
  }

  #pass(reads: SharedReads, deadline: Deadline): Promise<Pass> {
    return reads.once('postgres/turns', () => this.#beginPass(deadline));
  }

  async #beginPass(deadline: Deadline): Promise<Pass> {
    await this.#endTurns();
    const fingerprints = await this.#options.connections.withAdmin(
      deadline,
      readFingerprints,
    );
    for (const [name, { fingerprint }] of this.#tenants) {
      if (fingerprints.get(name)?.inside !== fingerprint) {
        this.#tenants.delete(name);
      }
    }
    const pass = {
      fingerprints,
      known: new Map(this.#tenants),
      since: this.#entries,
    };
    this.#beginTurns(pass);
    return pass;
  }

  async #enter<T>(
    database: string,
    pass: Pass,
    deadline: Deadline,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const { connections, alongside } = this.#options;
    const fingerprint = pass.fingerprints.get(database)?.inside;
    return connections.withDatabase(database, deadline, async session => {
      if (fingerprint === undefined) {
        return work(session);
      }
      const known = this.#tenants.get(database);
      if (known && known.entry > pass.since) {
        return work(session.keepIn(known.memory));
      }
      // What was remembered before is forgotten as a whole.
      const memory = new QueryMemory();
      const result = await work(session.keepIn(memory));
      for (const sql of alongside) {
        if (!memory.recall(sql)) {
          await session.read('looking around', sql);
        }
      }
      this.#entries += 1;
      this.#tenants.set(database, {
        fingerprint,
        memory,
        entry: this.#entries,
        content: known?.memory.equals(memory) ? known.content : this.#entries,
      });
      return result;
    });
  }

  #beginTurns(pass: Pass): void {
    const { perPass } = this.#options;
    const names = [...pass.known]
      .sort(([, left], [, right]) => left.entry - right.entry)
      .slice(0, perPass)
      .map(([name]) => name);
    const hurry = new AbortController();
    this.#turns = { hurry, ended: this.#takeTurns(names, pass, hurry.signal) };
  }

  /** What it cannot enter stays as it is remembered, until its next turn. */
  async #takeTurns(
    names: string[],
    pass: Pass,
    hurry: AbortSignal,
  ): Promise<void> {
    await sleep(TURNS_AFTER_MS, undefined, { signal: hurry, ref: false }).catch(
      () => undefined,
    );
    const deadline = new Deadline(this.#options.timeoutMs);
    for (const name of names) {
      const asked = pass.known.get(name)!.memory.questions();
      await this.#enter(name, pass, deadline, async session => {
        for (const { sql, values } of asked) {
          await session.read('looking again', sql, values);
        }
      }).catch(() => undefined);
    }
  }

  /** Those of the pass before come first. */
  async #endTurns(): Promise<void> {
    this.#turns?.hurry.abort();
    await this.#turns?.ended;
  }
}
