/** What not every server has; `variant` writes a statement that minds it. */
export type Feature =
  /** `GRANT role … WITH INHERIT, SET` and the columns for it (16). */
  | 'membershipOptions'
  /** CREATEROLE reaches only roles with ADMIN, which whoever makes a role holds on it (16). */
  | 'adminByMembership'
  /** When a table was last read (16). */
  | 'scanTimes';

const SINCE: { [feature in Feature]: number } = {
  membershipOptions: 160_000,
  adminByMembership: 160_000,
  scanTimes: 160_000,
};

/** The oldest version that is worked with, as `server_version_num` has it. */
export const OLDEST_VERSION = 150_000;

/** By what a server tells its rules; a probe keeps it among its facts. */
export type ServerVersion = {
  /** As `server_version_num` has it. */
  versionNumber: number;
  /** Whether it is YugabyteDB, which says so in `version()`. */
  yugabyte: boolean;
};

/** The rules of one server, chosen when it is connected to. */
export interface Dialect {
  readonly title: string;
  has(feature: Feature): boolean;
  /** Whether a statement that changes the catalog must wait for the one before, whoever sent it. */
  readonly oneChangeAtATime: boolean;
  /** Whether a server error tells that the same statement may be sent again at once. */
  isBusy(error: { code?: string; message: string }): boolean;
}

/** PostgreSQL's own words for: the same row was changed twice at once, deadlock, in use. */
const BUSY = new Set(['40001', '40P01', '55006']);

class PostgresDialect implements Dialect {
  readonly oneChangeAtATime: boolean = false;

  constructor(protected readonly versionNumber: number) {}

  get title(): string {
    return `PostgreSQL ${Math.floor(this.versionNumber / 10_000)}`;
  }

  has(feature: Feature): boolean {
    return this.versionNumber >= SINCE[feature];
  }

  isBusy({ code = '', message }: { code?: string; message: string }): boolean {
    return BUSY.has(code) || (code === 'XX000' && /concurrently/.test(message));
  }
}

/**
 * YugabyteDB's YSQL, by its documentation. Every node has a copy of the catalog, so that a change
 * of it fails while another is under way or not known everywhere; sent again it passes.
 */
class YugabyteDialect extends PostgresDialect {
  readonly oneChangeAtATime = true;

  get title(): string {
    return `YugabyteDB (as ${super.title})`;
  }

  isBusy(error: { code?: string; message: string }): boolean {
    return (
      super.isBusy(error) || /catalog version mismatch/i.test(error.message)
    );
  }
}

/** The rules of PostgreSQL 16, where nothing is known of the server. */
export const POSTGRES_16: Dialect = new PostgresDialect(160_000);

/** The rules that a server goes by; undefined where a plan is older than they are. */
export function dialectOf(server: ServerVersion | undefined): Dialect {
  if (!server) {
    return POSTGRES_16;
  }
  return server.yugabyte
    ? new YugabyteDialect(server.versionNumber)
    : new PostgresDialect(server.versionNumber);
}
