import type { Client } from 'pg';
import type { Size } from './fillStatements';
import type { Subjects } from './lists';

/** What the lists of a filled database are asked about. */
export async function findSubjects(
  client: Client,
  { requests, resources }: Size,
): Promise<Subjects> {
  const one = async <T>(sql: string, values: unknown[] = []): Promise<T> => {
    const { rows } = await client.query(sql, values);
    return rows[0];
  };
  const { id: resourceId } = await one<{ id: string }>(
    "SELECT id FROM resources WHERE phase = 'ready' ORDER BY created_at LIMIT 1 OFFSET $1",
    [Math.round(resources / 3)],
  );
  const { id: requestId } = await one<{ id: string }>(
    'SELECT id FROM requests ORDER BY created_at LIMIT 1 OFFSET $1',
    [Math.round(requests / 3)],
  );
  const { name: rareName } = await one<{ name: string }>(
    "SELECT split_part(name, '-', 2) || '-' || split_part(name, '-', 3) AS name FROM resources WHERE id = $1",
    [resourceId],
  );
  const auditRows = 3 * requests;
  const middle = await one<{ at: Date }>(
    'SELECT at FROM audit WHERE position = $1',
    [Math.round(auditRows / 2)],
  );
  const next = await one<{ at: Date }>(
    'SELECT at FROM audit WHERE position = $1',
    [Math.round(auditRows / 2) + 100],
  );
  return {
    resourceId,
    requestId,
    rareName,
    auditRows,
    middle: middle.at.getTime(),
    auditStep: (next.at.getTime() - middle.at.getTime()) / 100,
    outboxRows: 2 * requests,
  };
}
