import type { JsonObject } from '@backstage/types';
import {
  isProviderError,
  type ObjectRef,
  type Observation,
} from '@data-resources/plugin-data-resources-node';
import type { PostgresConnections } from '../connection/PostgresConnections';
import type { Deadline } from '../connection/Session';
import { groupRoles } from '../type/names';
import { type Catalog, type DatabaseRow, readCatalog } from './catalog';
import { currentIdentity, identityHere, judgeDatabase } from './identity';
import { readTenantCatalog } from './tenantCatalog';

/**
 * Looks at many databases in one query. Only those that are ours are connected to, for the
 * extensions stand nowhere else.
 */
export async function observeDatabases(options: {
  objects: readonly ObjectRef[];
  connections: PostgresConnections;
  deadline: Deadline;
  limit: <T>(work: () => Promise<T>) => Promise<T>;
}): Promise<Map<string, Observation>> {
  const { objects, connections, deadline, limit } = options;
  const names = objects.map(({ name }) => name);
  const catalog = await connections.withAdmin(deadline, session =>
    readCatalog(
      session,
      names,
      names.flatMap(name => Object.values(groupRoles(name))),
    ),
  );
  const observations = await Promise.all(
    objects.map(async (object): Promise<[string, Observation]> => {
      const found = judgeDatabase(object, catalog);
      const facts = { foreignRoles: foreignRoles(object, catalog) };
      if (found.state === 'absent') {
        return [object.name, { exists: false, ours: false, facts }];
      }
      const { row } = found;
      const ours = found.state === 'ours';
      const extensions = ours
        ? await limit(() => readExtensions(row, connections, deadline))
        : undefined;
      return [
        object.name,
        {
          exists: true,
          ours,
          identity: currentIdentity(catalog, row, groupRoles(object.name)),
          spec: specOf(row, extensions),
          facts: { ...facts, owner: row.ownerName },
        },
      ];
    }),
  );
  return new Map(observations);
}

function foreignRoles(object: ObjectRef, catalog: Catalog): string[] {
  const names = groupRoles(object.name);
  const recorded = identityHere(object, catalog)?.roles;
  return Object.entries(names)
    .filter(([key, name]) => {
      const row = catalog.roles.get(name);
      return row && row.oid !== recorded?.[key as keyof typeof names];
    })
    .map(([, name]) => name);
}

/** The spec as the server has it; without extensions where the database was not entered. */
function specOf(row: DatabaseRow, extensions?: string[]): JsonObject {
  return {
    encoding: row.encoding,
    locale: row.locale,
    connectionLimit: row.connectionLimit,
    parameters: Object.fromEntries(
      row.settings
        .map((setting): [string, string] => {
          const at = setting.indexOf('=');
          return [setting.slice(0, at).toLowerCase(), setting.slice(at + 1)];
        })
        .sort(([left], [right]) => (left < right ? -1 : 1)),
    ),
    ...(extensions ? { extensions } : {}),
  };
}

/** A tenant that uses all its connections is no reason to know nothing about the others. */
async function readExtensions(
  row: DatabaseRow,
  connections: PostgresConnections,
  deadline: Deadline,
): Promise<string[] | undefined> {
  try {
    const tenant = await connections.withDatabase(
      row.name,
      deadline,
      readTenantCatalog,
    );
    return tenant.extensions;
  } catch (error) {
    if (isProviderError(error)) {
      return undefined;
    }
    throw error;
  }
}
