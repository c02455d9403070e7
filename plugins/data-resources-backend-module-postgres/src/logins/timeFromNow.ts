import type { Session } from '../connection/Session';

/** A moment by the server's clock, as `VALID UNTIL` takes it. */
export async function timeFromNow(
  session: Session,
  seconds: number,
): Promise<string> {
  const [{ at }] = await session.read<{ at: string }>(
    'asking the server for the time',
    `SELECT to_char((now() + make_interval(secs => $1)) AT TIME ZONE 'UTC',
       'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at`,
    [seconds],
  );
  return at;
}
