import {
  isProviderError,
  type ObjectRef,
  type Observation,
} from '@data-resources/plugin-data-resources-node';
import { groupRoles } from '../type/names';
import { allowedParameters, checkParameter } from '../type/parameters';
import { namesOfSchemaRoles, SCHEMA_GROUPS } from '../type/schemas';
import { readAdoption } from './adoption';
import {
  type Catalog,
  type DatabaseRow,
  isClosed,
  readCatalog,
  settingsOf,
} from './catalog';
import type { ObservedFacts, ObservedSpec } from './facts';
import { findRenamed } from './findRenamed';
import {
  currentIdentity,
  type DatabaseIdentity,
  furtherIdentity,
  identityHere,
  judgeDatabase,
} from './identity';
import {
  brokenRights,
  missingPrivileges,
  missingRoles,
  readRenamedRoles,
} from './upkeep';
import { lookInside, type ObserveOptions, schemasOf } from './lookInside';

/**
 * Looks at many databases in one query. Those that are ours are connected to as well, a few at
 * once, for the names of extensions stand nowhere else, and those under whose name none is recorded, for
 * what an adoption would find. None that refuses connections is, and none that has no extension
 * and, by `desired` or `declared`, is to have none.
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
      objects.flatMap(object => [
        ...Object.values(groupRoles(object.name)),
        ...namesOfSchemaRoles(schemasOf(object)),
      ]),
      { sessions: true },
    ),
  );
  const renamed = await findRenamed(options, catalog);
  const gone = objects.flatMap(object => missingRoles(object, catalog));
  const renamedRoles =
    gone.length === 0
      ? new Map<number, string>()
      : await connections.withAdmin(deadline, session =>
          readRenamedRoles(session, gone),
        );
  const observations = await Promise.all(
    objects.map(async (object): Promise<[string, Observation]> => {
      const found = judgeDatabase(object, catalog);
      const facts = {
        foreignRoles: foreignRoles(object, catalog),
        ...foreignSchemaRoles(object, catalog),
      };
      if (found.state === 'absent') {
        const renamedTo = renamed.get(object.name);
        return [
          object.name,
          {
            exists: false,
            ours: false,
            ...(renamedTo === undefined
              ? { facts }
              : { renamedTo, facts: { ...facts, renamedTo } }),
          },
        ];
      }
      const observation =
        found.state === 'ours'
          ? await observeOurs(object, found.row, catalog, {
              ...options,
              renamedRoles,
            })
          : await observeForeign(object, found.row, options);
      return [
        object.name,
        {
          exists: true,
          ours: found.state === 'ours',
          identity: {
            ...currentIdentity(catalog, found.row, groupRoles(object.name)),
            ...furtherIdentity(object),
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
  facts?: Partial<ObservedFacts>;
}

async function observeOurs(
  object: ObjectRef,
  row: DatabaseRow,
  catalog: Catalog,
  options: ObserveOptions & { renamedRoles: ReadonlyMap<number, string> },
): Promise<Inside> {
  const { renamedRoles } = options;
  const broken = brokenRights(object, row, catalog, renamedRoles);
  const inside = await lookInside(object, row, catalog, options);
  const missing = missingPrivileges(object, row, catalog, renamedRoles, inside);
  return {
    spec: {
      ...specOf(row, inside?.extensions),
      ...(inside?.schemas?.some(({ ours }) => ours)
        ? {
            schemas: inside.schemas
              .filter(({ ours }) => ours)
              .map(({ name }) => name),
          }
        : {}),
    },
    facts: {
      ...(inside
        ? {
            extensionVersions: inside.extensionVersions,
            ...(inside.updatePaths ? { updatePaths: inside.updatePaths } : {}),
            ...(inside.schemas ? { schemas: inside.schemas } : {}),
          }
        : {}),
      ...(missing ? { missing } : {}),
      ...(broken ? { broken } : {}),
      ...(row.isTemplate ? { isTemplate: true } : {}),
      ...(identityHere(object, catalog)?.closed ? { closedHere: true } : {}),
    },
  };
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

function foreignSchemaRoles(
  object: ObjectRef,
  catalog: Catalog,
): Pick<ObservedFacts, 'foreignSchemaRoles'> {
  const recorded = identityHere(object, catalog)?.schemas;
  const foreign = schemasOf(object).flatMap(schema =>
    SCHEMA_GROUPS.filter(group => {
      const row = catalog.roles.get(schema[group]);
      return row && row.oid !== recorded?.[schema.schema]?.[group];
    }).map(group => schema[group]),
  );
  return foreign.length > 0 ? { foreignSchemaRoles: foreign } : {};
}

function factsOf(row: DatabaseRow): Omit<ObservedFacts, 'foreignRoles'> {
  return {
    owner: row.ownerName,
    collate: row.collate,
    closed: isClosed(row),
    sessions: row.sessions.reduce((sum, { count }) => sum + count, 0),
    visitors: row.sessions
      .filter(({ administered }) => !administered)
      .map(({ role }) => role),
    ...(Object.values(row.attached).some(list => list.length > 0)
      ? { attached: row.attached }
      : {}),
  };
}

function specOf(row: DatabaseRow, extensions?: string[]): ObservedSpec {
  return {
    encoding: row.encoding,
    locale: row.locale,
    ...(row.localeProvider === 'libc'
      ? {}
      : { localeProvider: row.localeProvider }),
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
