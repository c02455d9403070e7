import type { ServerVersion } from '../sql/dialect';
import type { Session } from './Session';

/** What a new connection tells of where it has led to. */
export interface Arrival extends ServerVersion {
  /** Which cluster of databases it is: drawn by `initdb`, and the same on its physical copies. */
  systemIdentifier: string;
  /** Whether the server follows another one. */
  standby: boolean;
  /** Whether nothing can be changed there, also for another reason. */
  readOnly: boolean;
}

const ARRIVAL = `
SELECT (SELECT system_identifier::text FROM pg_control_system()) AS "systemIdentifier",
  current_setting('server_version_num')::int AS "versionNumber",
  version() LIKE '%-YB-%' AS yugabyte,
  -- Else the portal would be a standing member of every role that it makes.
  CASE WHEN current_setting('createrole_self_grant', true) <> ''
    THEN set_config('createrole_self_grant', '', false) END AS "selfGrant",
  pg_is_in_recovery() AS standby,
  current_setting('transaction_read_only') = 'on' AS "readOnly"`;

/** Asks a new connection where it has led to. */
export async function readArrival(session: Session): Promise<Arrival> {
  const [row] = await session.read<Arrival>(
    'asking which server it is',
    ARRIVAL,
  );
  return row;
}
