import {
  isProviderError,
  type ObjectRef,
  type Observation,
} from '@data-resources/plugin-data-resources-node';
import type { PostgresConnections } from '../connection/PostgresConnections';
import type { Deadline } from '../connection/Session';
import { groupRoles } from '../type/names';
import { allowedParameters, checkParameter } from '../type/parameters';
import {
  type Catalog,
  type DatabaseRow,
  isClosed,
  readCatalog,
  settingsOf,
} from './catalog';
import type { ObservedFacts, ObservedSpec } from './facts';
import { readAdoption } from './adoption';
import {
  adoptionOf,
  currentIdentity,
  type DatabaseIdentity,
  identityHere,
  judgeDatabase,
} from './identity';
import { readExtensions } from './tenantCatalog';

interface ObserveOptions {
  objects: readonly ObjectRef[];
  connections: PostgresConnections;
  deadline: Deadline;
  /** Bounds how many databases are connected to at once. */
  limit: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Looks at many databases in one query. Those that are ours are connected to as well, a few at
 * once, for the names of extensions stand nowhere else, and those under whose name none is recorded, for
 * what an adoption would find. None that refuses connections is, and none that has no extension
 * and, by `desired`, is to have none.
 */
export async function observeDatabases(
  options: ObserveOptions,
): Promise<Map<string, Observation>> {
  const { objects, connections, deadline } = options;
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
      const observe = found.state === 'ours' ? observeOurs : observeForeign;
      const observation = await observe(object, found.row, options);
      return [
        object.name,
        {
          exists: true,
          ours: found.state === 'ours',
          identity: {
            ...currentIdentity(catalog, found.row, groupRoles(object.name)),
            ...adoptionOf(object),
          },
          spec: observation.spec,
          facts: { ...facts, ...factsOf(found.row), ...observation.facts },
        },
      ];
    }),
  );
  return new Map(observations);
}

interface Inside {
  spec: ObservedSpec;
  facts?: Pick<ObservedFacts, 'adoption'>;
}

async function observeOurs(
  object: ObjectRef,
  row: DatabaseRow,
  options: ObserveOptions,
): Promise<Inside> {
  return { spec: specOf(row, await extensionsOf(object, row, options)) };
}

/** What may be adopted is what no database is recorded of. */
async function observeForeign(
  { identity }: ObjectRef,
  row: DatabaseRow,
  { connections, deadline, limit }: ObserveOptions,
): Promise<Inside> {
  const { database } = (identity ?? {}) as Partial<DatabaseIdentity>;
  if (database !== undefined || isClosed(row)) {
    return { spec: adoptableSpec(row) };
  }
  try {
    const { extensions, ...adoption } = await limit(() =>
      connections.withDatabase(row.name, deadline, readAdoption),
    );
    return { spec: adoptableSpec(row, extensions), facts: { adoption } };
  } catch (error) {
    if (isProviderError(error) && !error.retryable) {
      return { spec: adoptableSpec(row) };
    }
    throw error;
  }
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

function factsOf(row: DatabaseRow): Omit<ObservedFacts, 'foreignRoles'> {
  return {
    owner: row.ownerName,
    closed: isClosed(row),
    sessions: row.sessions.reduce((sum, { count }) => sum + count, 0),
    visitors: row.sessions
      .filter(({ administered }) => !administered)
      .map(({ role }) => role),
  };
}

function specOf(row: DatabaseRow, extensions?: string[]): ObservedSpec {
  return {
    encoding: row.encoding,
    locale: row.locale,
    connectionLimit: row.connectionLimit,
    parameters: Object.fromEntries(
      [...settingsOf(row)].sort(([left], [right]) => (left < right ? -1 : 1)),
    ),
    ...(extensions ? { extensions } : {}),
  };
}

/**
 * What could be agreed on a database that is not ours, as far as the shared catalogs tell it. A
 * parameter that no spec can name, or not with that value, stays on the database and is left out.
 */
export function adoptableSpec(
  row: DatabaseRow,
  extensions?: string[],
): ObservedSpec {
  const spec = specOf(row, extensions);
  return {
    ...spec,
    parameters: Object.fromEntries(
      Object.entries(spec.parameters).filter(
        ([name, value]) =>
          allowedParameters.includes(name) &&
          checkParameter(name, value) === undefined,
      ),
    ),
  };
}

async function extensionsOf(
  { desired }: ObjectRef,
  row: DatabaseRow,
  { connections, deadline, limit }: ObserveOptions,
): Promise<string[] | undefined> {
  if (isClosed(row)) {
    return undefined;
  }
  const wanted = desired?.extensions;
  if (Array.isArray(wanted) && wanted.length === 0 && !row.hasExtensions) {
    return [];
  }
  try {
    const { extensions } = await limit(() =>
      connections.withDatabase(row.name, deadline, readExtensions),
    );
    return extensions;
  } catch (error) {
    // A tenant that uses all its connections is no reason to know nothing about the others.
    if (isProviderError(error)) {
      return undefined;
    }
    throw error;
  }
}
