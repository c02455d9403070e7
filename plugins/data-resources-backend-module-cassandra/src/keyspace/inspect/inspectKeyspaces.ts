import type {
  EffectiveAccess,
  Inspection,
  LiveUser,
} from '@data-resources/plugin-data-resources-node';
import type { Row } from '../../session/CassandraSession';
import { lookAtNodes } from './lookAtNodes';
import { measuresOf } from './measuresOf';
import { isLettingIn } from '../lettingIn';
import { type AccessTools, readAccess } from '../readAccess';

/**
 * Who is connected to a cluster and uses keyspaces, or may use them: which statements a client sends
 * is told by nobody. A look at every node and one at the permissions, for however many keyspaces.
 */
export async function inspectKeyspaces(
  names: readonly string[],
  tools: AccessTools,
): Promise<Map<string, Inspection>> {
  const existing = await tools.keyspaces.many(names, tools.deadline);
  const [seen, access] = await Promise.all([
    lookAtNodes(tools),
    readAccess([...existing.keys()], tools),
  ]);
  return new Map(
    names.map(name => [
      name,
      existing.has(name)
        ? {
            users: usersOf(name, seen.rows.clients, access.get(name)!, tools),
            measures: measuresOf(name, seen),
            unseen: seen.unseen,
          }
        : { users: [], measures: [], unseen: [] },
    ]),
  );
}

function usersOf(
  keyspace: string,
  clients: readonly Row[],
  access: EffectiveAccess[],
  { session }: AccessTools,
): LiveUser[] {
  // A right on all keyspaces, as monitoring has it, says nothing about this one.
  const entitled = new Set(
    access
      .filter(
        entry =>
          !entry.internal &&
          entry.via !== 'granted on all keyspaces' &&
          !isLettingIn(entry),
      )
      .map(({ login }) => login),
  );
  const byRole = new Map<string, Row[]>();
  for (const client of clients) {
    const role = String(client.username ?? '');
    const uses = client.keyspace_name === keyspace;
    if (role !== session.username && (uses || entitled.has(role))) {
      byRole.set(role, [...(byRole.get(role) ?? []), client]);
    }
  }
  return [...byRole]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([role, connections]) => ({
      name: role,
      kind: 'client',
      count: connections.length,
      detail: detailOf(keyspace, connections),
    }));
}

function detailOf(keyspace: string, connections: Row[]): string {
  const inside = connections.filter(
    client => client.keyspace_name === keyspace,
  ).length;
  const different = (column: string) =>
    [
      ...new Set(
        connections.flatMap(client =>
          client[column] ? [String(client[column])] : [],
        ),
      ),
    ].sort();
  const drivers = different('driver_name');
  return [
    inside > 0
      ? `${inside} with USE ${keyspace}`
      : 'connected, and may use the keyspace',
    ...(drivers.length > 0 ? [`by ${drivers.join(', ')}`] : []),
    `from ${different('address').join(', ')}`,
  ].join(', ');
}
