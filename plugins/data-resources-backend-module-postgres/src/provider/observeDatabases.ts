import {
  isProviderError,
  type ObjectRef,
  type Observation,
} from '@data-resources/plugin-data-resources-node';
import type { Deadline, Session } from '../connection/Session';
import type { Connections } from '../connection/TenantTurns';
import { parseExtension } from '../type/extensions';
import { groupRoles } from '../type/names';
import { allowedParameters, checkParameter } from '../type/parameters';
import {
  namesOfSchemaRoles,
  SCHEMA_GROUPS,
  type SchemaRoles,
  schemaRoles,
} from '../type/schemas';
import {
  type Catalog,
  type DatabaseRow,
  isClosed,
  readCatalog,
  settingsOf,
} from './catalog';
import type { ObservedFacts, ObservedSpec } from './facts';
import { readAdoption } from './adoption';
import { findRenamed } from './findRenamed';
import {
  currentIdentity,
  type DatabaseIdentity,
  furtherIdentity,
  identityHere,
  judgeDatabase,
  recordedSchemas,
} from './identity';
import { isOwnSchema } from './schemaState';
import {
  readExtensions,
  readTenantCatalog,
  readUpdatePaths,
  type TenantCatalog,
} from './tenantCatalog';

interface ObserveOptions {
  objects: readonly ObjectRef[];
  connections: Connections;
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
      objects.flatMap(object => [
        ...Object.values(groupRoles(object.name)),
        ...namesOfSchemaRoles(schemasOf(object)),
      ]),
    ),
  );
  const renamed = await findRenamed(options, catalog);
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
      const observe = found.state === 'ours' ? observeOurs : observeForeign;
      const observation = await observe(object, found.row, catalog, options);
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
  options: ObserveOptions,
): Promise<Inside> {
  const inside = await lookInside(object, row, catalog, options);
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
    facts: inside && {
      extensionVersions: inside.extensionVersions,
      ...(inside.updatePaths ? { updatePaths: inside.updatePaths } : {}),
      ...(inside.schemas ? { schemas: inside.schemas } : {}),
    },
  };
}

/** What may be adopted is what no database is recorded of. */
async function observeForeign(
  { identity }: ObjectRef,
  row: DatabaseRow,
  _catalog: Catalog,
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

/** The schemas that were made here, or are to be. */
function schemasOf(object: ObjectRef): SchemaRoles[] {
  const { schemas } = object.desired ?? {};
  const wanted = Array.isArray(schemas) ? schemas.map(String) : [];
  const recorded = recordedSchemas(object).map(({ schema }) => schema);
  return [...new Set([...recorded, ...wanted])]
    .sort()
    .map(schema => schemaRoles(object.name, schema));
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

interface Found {
  extensions: string[];
  extensionVersions: { [name: string]: string };
  updatePaths?: { [name: string]: boolean };
  schemas?: NonNullable<ObservedFacts['schemas']>;
}

/** What stands only inside a database; undefined where that cannot be read. */
async function lookInside(
  object: ObjectRef,
  row: DatabaseRow,
  catalog: Catalog,
  { connections, deadline, limit }: ObserveOptions,
): Promise<Found | undefined> {
  if (isClosed(row)) {
    return undefined;
  }
  const schemas = schemasOf(object);
  const wanted = object.desired?.extensions;
  if (
    Array.isArray(wanted) &&
    wanted.length === 0 &&
    schemas.length === 0 &&
    !row.hasExtensions
  ) {
    return { extensions: [], extensionVersions: {} };
  }
  try {
    return await limit(() =>
      connections.withDatabase(row.name, deadline, async session => {
        if (schemas.length === 0) {
          const { extensions, extensionVersions } = await readExtensions(
            session,
          );
          return {
            extensions,
            extensionVersions,
            ...(await updatePathsOf(session, wanted, extensionVersions)),
          };
        }
        const tenant = await readTenantCatalog(session);
        const { extensions, extensionVersions } = tenant;
        return {
          extensions,
          extensionVersions,
          ...(await updatePathsOf(session, wanted, extensionVersions)),
          schemas: schemaFacts(schemas, { object, row, catalog, tenant }),
        };
      }),
    );
  } catch (error) {
    // A tenant that uses all its connections is no reason to know nothing about the others.
    if (isProviderError(error)) {
      return undefined;
    }
    throw error;
  }
}

async function updatePathsOf(
  session: Session,
  wanted: unknown,
  versions: { [name: string]: string },
): Promise<Pick<Found, 'updatePaths'>> {
  const updates = (Array.isArray(wanted) ? wanted : []).flatMap(entry => {
    const { name, version } = parseExtension(String(entry));
    const from = versions[name];
    return version === undefined || from === undefined || from === version
      ? []
      : { name, from, to: version };
  });
  return updates.length > 0
    ? { updatePaths: await readUpdatePaths(session, updates) }
    : {};
}

/** Those of the schemas that are there. */
function schemaFacts(
  schemas: SchemaRoles[],
  scope: {
    object: ObjectRef;
    row: DatabaseRow;
    catalog: Catalog;
    tenant: TenantCatalog;
  },
): NonNullable<ObservedFacts['schemas']> {
  const roles = groupRoles(scope.object.name);
  return schemas.flatMap(schema => {
    const found = scope.tenant.schemas.find(
      ({ name }) => name === schema.schema,
    );
    return found
      ? {
          name: schema.schema,
          owner: found.owner,
          ours: found.owner === roles.dba,
          whole: isOwnSchema(schema, { ...scope, roles }),
          contents: found.contents,
        }
      : [];
  });
}
