import type { Session } from '../connection/Session';
import type { NamesOnServer } from '../type/namedOnServer';

/** The server reads each zone from a file: longer than all else of a probe. */
const NAMES = `
SELECT
  ARRAY(SELECT name FROM pg_timezone_names WHERE name !~ '^(posix|right)/' ORDER BY 1) AS timezone,
  ARRAY(SELECT cfgname::text FROM pg_ts_config WHERE pg_ts_config_is_visible(oid) ORDER BY 1)
    AS default_text_search_config`;

/** They change with a package of time zones, or an upgrade. */
const MAX_AGE_MS = 3_600_000;

/** Names on one server that parameters may have, read once in a while. */
export class ServerNames {
  #known?: { at: number; server: string; names: NamesOnServer };

  /** @param server - which one it is, in which version */
  async read(session: Session, server: string): Promise<NamesOnServer> {
    const known = this.#known;
    if (known?.server === server && Date.now() - known.at < MAX_AGE_MS) {
      return known.names;
    }
    const [names] = await session.read<NamesOnServer>(
      'reading the names of time zones and text search configurations',
      NAMES,
    );
    this.#known = { at: Date.now(), server, names };
    return names;
  }
}
