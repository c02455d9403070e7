import type { ObjectRef } from '@data-resources/plugin-data-resources-node';
import type { Deadline } from '../connection/Session';
import type { Connections } from '../connection/TenantTurns';
import type { Catalog } from './catalog';
import { identityHere } from './identity';

const NAMES = `
SELECT oid::int8::text AS oid, datname AS name FROM pg_database WHERE oid = ANY ($1::oid[])`;

/** The new names of databases of ours that are gone under their own: a rename keeps the oid. */
export async function findRenamed(
  {
    objects,
    connections,
    deadline,
  }: {
    objects: readonly ObjectRef[];
    connections: Connections;
    deadline: Deadline;
  },
  catalog: Catalog,
): Promise<Map<string, string>> {
  const missing = objects.flatMap(object => {
    const oid = identityHere(object, catalog)?.database;
    return oid === undefined || catalog.databases.has(object.name)
      ? []
      : { name: object.name, oid };
  });
  if (missing.length === 0) {
    return new Map();
  }
  const rows = await connections.withAdmin(deadline, session =>
    session.read<{ oid: string; name: string }>(
      'looking for databases that were renamed',
      NAMES,
      [missing.map(({ oid }) => oid)],
    ),
  );
  const names = new Map(rows.map(({ oid, name }) => [Number(oid), name]));
  return new Map(
    missing.flatMap(({ name, oid }) => {
      const found = names.get(oid);
      return found === undefined ? [] : [[name, found] as const];
    }),
  );
}
