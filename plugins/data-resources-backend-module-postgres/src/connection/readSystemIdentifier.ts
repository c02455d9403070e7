import type { Session } from './Session';

/** Which cluster of databases it is: drawn by `initdb`, and the same on its physical copies. */
export async function readSystemIdentifier(session: Session): Promise<string> {
  const [{ id }] = await session.read<{ id: string }>(
    'asking which server it is',
    'SELECT system_identifier::text AS id FROM pg_control_system()',
  );
  return id;
}
