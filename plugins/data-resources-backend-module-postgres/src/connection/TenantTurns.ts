import type { SharedReads } from '@data-resources/plugin-data-resources-node';
import type { PostgresConnections } from './PostgresConnections';
import { NotRememberedError, QueryMemory } from './QueryMemory';
import { type Deadline, Session } from './Session';

/** What steps and looks work with: connections of the provisioner, or what stands in for them. */
export type Connections = Pick<
  PostgresConnections,
  'withAdmin' | 'withDatabase' | 'forget'
>;

/**
 * One text for each database that changes with what the shared catalogs know of it: which one it is,
 * whose it is, who may connect, and of each object in it that is not a superuser's who owns it and
 * who else has privileges on it.
 */
const FINGERPRINTS = `
SELECT datname AS name,
  concat_ws(' ', d.oid, datdba, datallowconn, datacl::text, known.count, known.sum) AS fingerprint
FROM pg_database d LEFT JOIN (
  SELECT dbid, count(*) AS count,
    sum(hashtextextended(concat_ws(' ', classid, objid, objsubid, refclassid, refobjid, deptype), 0))
      AS sum
  FROM pg_shdepend WHERE dbid <> 0 GROUP BY dbid) AS known ON known.dbid = d.oid
WHERE NOT datistemplate`;

interface Tenant {
  fingerprint: string;
  /** In which pass it was entered last. */
  pass: number;
  memory: QueryMemory;
}

/** What is known of the databases that need not be entered in one pass. */
type Remembered = ReadonlyMap<string, Tenant>;

/**
 * Spares a pass over all databases the connection to each: one is entered when the shared catalogs
 * tell that it may have changed, when nothing is remembered of it, and when its turn has come, a few
 * in each pass.
 */
export class TenantTurns {
  readonly #connections: PostgresConnections;
  readonly #perPass: number;
  readonly #tenants = new Map<string, Tenant>();
  #pass = 0;

  /** @param perPass - databases whose turn comes in each pass, those first that were entered least lately */
  constructor(connections: PostgresConnections, perPass: number) {
    this.#connections = connections;
    this.#perPass = perPass;
  }

  /** Connections for the calls of one pass, which share what `reads` holds. */
  async during(reads: SharedReads, deadline: Deadline): Promise<Connections> {
    const remembered = await reads.once('postgres/turns', () =>
      this.#beginPass(deadline),
    );
    const { fingerprints, known } = remembered;
    const connections = this.#connections;
    return {
      withAdmin: (...args) => connections.withAdmin(...args),
      forget: database => connections.forget(database),
      withDatabase: async (database, limit, work) => {
        const tenant = known.get(database);
        if (tenant) {
          try {
            return await work(Session.remembering(tenant.memory, limit));
          } catch (error) {
            if (!(error instanceof NotRememberedError)) {
              throw error;
            }
          }
        }
        const memory = this.#memoryOf(database, fingerprints.get(database));
        return connections.withDatabase(database, limit, session =>
          work(memory ? session.keepIn(memory) : session),
        );
      },
    };
  }

  async #beginPass(
    deadline: Deadline,
  ): Promise<{ fingerprints: Map<string, string>; known: Remembered }> {
    this.#pass += 1;
    const rows = await this.#connections.withAdmin(deadline, session =>
      session.read<{ name: string; fingerprint: string }>(
        'looking which databases may have changed',
        FINGERPRINTS,
      ),
    );
    const fingerprints = new Map(
      rows.map(({ name, fingerprint }) => [name, fingerprint]),
    );
    for (const [name, { fingerprint }] of this.#tenants) {
      if (fingerprints.get(name) !== fingerprint) {
        this.#tenants.delete(name);
      }
    }
    const byAge = [...this.#tenants].sort(
      ([, left], [, right]) => left.pass - right.pass,
    );
    byAge
      .slice(0, this.#perPass)
      .forEach(([name]) => this.#tenants.delete(name));
    return { fingerprints, known: new Map(this.#tenants) };
  }

  /** Where answers go; what was remembered before this pass is forgotten. */
  #memoryOf(
    database: string,
    fingerprint: string | undefined,
  ): QueryMemory | undefined {
    if (fingerprint === undefined) {
      return undefined;
    }
    const tenant = this.#tenants.get(database);
    if (tenant?.pass === this.#pass && tenant.fingerprint === fingerprint) {
      return tenant.memory;
    }
    const memory = new QueryMemory();
    this.#tenants.set(database, { fingerprint, pass: this.#pass, memory });
    return memory;
  }
}
