import {
  isProviderError,
  type ObjectRef,
} from '@data-resources/plugin-data-resources-node';
import type { Deadline, Session } from '../connection/Session';
import type { Connections } from '../connection/TenantTurns';
import { parseExtension } from '../type/extensions';
import { groupRoles } from '../type/names';
import {
  namesOfSchemaRoles,
  type SchemaRoles,
  schemaRoles,
} from '../type/schemas';
import { readCreators } from './adoption';
import { type Catalog, type DatabaseRow, isClosed } from './catalog';
import type { ObservedFacts } from './facts';
import { identityHere, recordedSchemas } from './identity';
import { isOwnSchema } from './schemaState';
import {
  readPrivileges,
  readTenantCatalog,
  readUpdatePaths,
  type TenantCatalog,
} from './tenantCatalog';

/** What databases are looked at with. */
export interface ObserveOptions {
  objects: readonly ObjectRef[];
  connections: Connections;
  deadline: Deadline;
  /** Bounds how many databases are connected to at once. */
  limit: <T>(work: () => Promise<T>) => Promise<T>;
  /** Whether it is a pass over all, which remembers what is inside and enters each in any case. */
  isPass?: boolean;
}

/** What stands only inside a database. */
export interface Found {
  extensions: string[];
  extensionVersions: { [name: string]: string };
  updatePaths?: { [name: string]: boolean };
  schemas?: NonNullable<ObservedFacts['schemas']>;
  /** Of a database that was adopted: who makes objects there, besides the group roles. */
  creators?: string[];
  /** Absent where the database was not entered. */
  privileges?: Omit<TenantCatalog, 'schemas'>;
}

/** What stands only inside a database; undefined where that cannot be read. */
export async function lookInside(
  object: ObjectRef,
  row: DatabaseRow,
  catalog: Catalog,
  { connections, deadline, limit, isPass = false }: ObserveOptions,
): Promise<Found | undefined> {
  if (isClosed(row)) {
    return undefined;
  }
  const schemas = schemasOf(object);
  const wanted = (object.desired ?? object.declared)?.extensions;
  if (
    // What an update is planned from, or drift told by, are the privileges inside as well.
    !isPass &&
    object.desired === undefined &&
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
          const privileges = await readPrivileges(session);
          const { extensions, extensionVersions } = privileges;
          return {
            extensions,
            extensionVersions,
            privileges,
            ...(await creatorsOf(session, object, catalog)),
            ...(await updatePathsOf(session, wanted, extensionVersions)),
          };
        }
        const tenant = await readTenantCatalog(session);
        const { extensions, extensionVersions } = tenant;
        return {
          extensions,
          extensionVersions,
          privileges: tenant,
          ...(await creatorsOf(session, object, catalog)),
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

async function creatorsOf(
  session: Session,
  object: ObjectRef,
  catalog: Catalog,
): Promise<Pick<Found, 'creators'>> {
  if (identityHere(object, catalog)?.adopted === undefined) {
    return {};
  }
  const own = new Set([
    ...Object.values(groupRoles(object.name)),
    ...namesOfSchemaRoles(schemasOf(object)),
  ]);
  const creators = await readCreators(session);
  return { creators: creators.filter(name => !own.has(name)) };
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

/** The schemas that were made here, or are to be. */
export function schemasOf(object: ObjectRef): SchemaRoles[] {
  const { schemas } = object.desired ?? {};
  const wanted = Array.isArray(schemas) ? schemas.map(String) : [];
  const recorded = recordedSchemas(object).map(({ schema }) => schema);
  return [...new Set([...recorded, ...wanted])]
    .sort()
    .map(schema => schemaRoles(object.name, schema));
}
