import {
  yamlDocuments,
  type ExportFormat,
  type ExportInput,
} from '@data-resources/plugin-data-resources-node';
import { DEFAULT_PRIVILEGES, schemaGrants } from '../sql/defaultPrivileges';
import { parseExtension } from '../type/extensions';
import { groupRoles } from '../type/names';
import { namesOfSchemaRoles, type SchemaRoles } from '../type/schemas';
import { type DatabaseSpec, EMPTY_TEMPLATE } from '../type/specSchema';
import { groupRole, loginsOf, objectName, schemasOf } from './groups';

/** The namespaced kinds, since provider-sql 0.13. */
const API_VERSION = 'postgresql.sql.m.crossplane.io/v1alpha1';

const OBJECT_TYPES: { [kind: string]: string } = {
  TABLES: 'table',
  SEQUENCES: 'sequence',
  SCHEMAS: 'schema',
  FUNCTIONS: 'function',
};

type Group = keyof typeof DEFAULT_PRIVILEGES;

/** What each group may do on the database and on the schema `public`. */
const RIGHTS: { group: Group; database: string[]; schema: string[] }[] = [
  {
    group: 'owner',
    database: ['CONNECT', 'CREATE', 'TEMPORARY'],
    schema: ['USAGE', 'CREATE'],
  },
  { group: 'rw', database: ['CONNECT', 'TEMPORARY'], schema: ['USAGE'] },
  { group: 'ro', database: ['CONNECT'], schema: ['USAGE'] },
];

/** The database, its roles and their privileges for Crossplane's provider-sql. */
export const crossplaneExport: ExportFormat<DatabaseSpec> = {
  id: 'crossplane',
  title: 'Crossplane',
  description:
    'Database, Role, Grant, Schema, Extension and DefaultPrivileges of provider-sql, as namespaced resources of Crossplane 2.',
  audience: 'declaration',
  render(input) {
    const { name, owner, spec, instance } = input;
    const { localeProvider } = spec;
    const parameters = Object.keys(spec.parameters);
    const owners = input.grants.filter(({ role }) => role === 'owner');
    return {
      fileName: `${objectName(name)}.yaml`,
      language: 'yaml',
      text: yamlDocuments(
        [
          ...rolesOf(input),
          databaseOf(input),
          ...rightsOf(input),
          ...membershipsOf(input),
        ].map(
          ({ kind, object, external, principal, forProvider, ...rest }) => ({
            apiVersion: API_VERSION,
            kind,
            metadata: {
              name: object,
              ...(external && external !== object
                ? {
                    annotations: {
                      'crossplane.io/external-name': external,
                      'data-resources.backstage.io/principal': principal,
                    },
                  }
                : {}),
            },
            spec: {
              forProvider,
              providerConfigRef: {
                kind: 'ProviderConfig',
                name: objectName(instance.name),
              },
              ...rest,
            },
          }),
        ),
        [
          `${name} on ${instance.name}, owned by ${owner}`,
          'providerConfigRef is the name of the instance in the portal: write the name of your ProviderConfig there.',
          'The provider makes a password for each login, into the Secret of its name.',
          'There is no kind that takes EXECUTE on functions made later from PUBLIC; take ALTER DEFAULT PRIVILEGES … REVOKE from the SQL export.',
          ...(localeProvider === 'icu' || localeProvider === 'builtin'
            ? [
                `Database knows no LOCALE_PROVIDER ${localeProvider}: make the database by the SQL export first.`,
              ]
            : []),
          ...(parameters.length > 0
            ? [
                `There is no kind for parameters of a database; take ALTER DATABASE … SET of ${parameters.join(
                  ', ',
                )} from the SQL export.`,
              ]
            : []),
          ...(owners.length > 0
            ? [
                'There is no kind for ALTER ROLE … IN DATABASE … SET role, by which what an owner makes belongs to the group; take it from the SQL export.',
              ]
            : []),
        ],
      ),
    };
  },
};

interface Managed {
  kind: string;
  object: string;
  /** The name on the server. */
  external?: string;
  principal?: string;
  forProvider: object;
  writeConnectionSecretToRef?: { name: string };
}

function rolesOf({ name, spec, grants }: ExportInput<DatabaseSpec>): Managed[] {
  return [
    ...[
      ...Object.values(groupRoles(name)),
      ...namesOfSchemaRoles(schemasOf(name, spec)),
    ].map(role => ({
      kind: 'Role',
      object: objectName(role),
      external: role,
      forProvider: { privileges: { login: false } },
    })),
    ...loginsOf(grants).map(login => ({
      kind: 'Role',
      object: objectName(login.name),
      external: login.name,
      principal: login.principal,
      forProvider: { privileges: { login: true, inherit: true } },
      writeConnectionSecretToRef: { name: objectName(login.name) },
    })),
  ];
}

function databaseOf({ name, spec }: ExportInput<DatabaseSpec>): Managed {
  return {
    kind: 'Database',
    object: objectName(name),
    external: name,
    forProvider: {
      ownerRef: { name: objectName(groupRoles(name).dba) },
      template: spec.template ?? EMPTY_TEMPLATE,
      encoding: spec.encoding,
      ...(spec.locale && isOfLibc(spec)
        ? { lcCollate: spec.locale, lcCType: spec.locale }
        : {}),
      connectionLimit: spec.connectionLimit,
    },
  };
}

function rightsOf({
  name,
  spec,
  grants,
}: ExportInput<DatabaseSpec>): Managed[] {
  const object = objectName(name);
  const roles = groupRoles(name);
  const databaseRef = { name: object };
  const refTo = (group: Group) => ({ name: objectName(roles[group]) });
  const owners = loginsOf(grants.filter(({ role }) => role === 'owner'));
  return [
    ...RIGHTS.map(({ group, database }) => ({
      kind: 'Grant',
      object: `${object}-database-${group}`,
      forProvider: {
        databaseRef,
        roleRef: refTo(group),
        privileges: database,
        ...(group === 'owner' ? { revokePublicOnDb: true } : {}),
      },
    })),
    {
      kind: 'Schema',
      object: `${object}-public`,
      external: 'public',
      forProvider: { databaseRef, revokePublicOnSchema: true },
    },
    ...RIGHTS.map(({ group, schema }) => ({
      kind: 'Grant',
      object: `${object}-public-${group}`,
      forProvider: {
        databaseRef,
        roleRef: refTo(group),
        schema: 'public',
        privileges: schema,
      },
    })),
    ...spec.extensions
      .map(parseExtension)
      .map(({ name: extension, ...version }) => ({
        kind: 'Extension',
        object: `${object}-${objectName(extension)}`,
        forProvider: { databaseRef, extension, ...version, schema: 'public' },
      })),
    ...schemasOf(name, spec).flatMap(schema =>
      schemaOf(name, schema, [
        schema.owner,
        roles.owner,
        ...owners.map(login => login.name),
      ]),
    ),
    ...defaultsOf(name, roles.owner, ['rw', 'ro']),
    ...owners.flatMap(login =>
      defaultsOf(name, login.name, ['owner', 'rw', 'ro']),
    ),
  ];
}

function isOfLibc({ localeProvider = 'libc' }: DatabaseSpec): boolean {
  return localeProvider === 'libc';
}

/** A schema with its groups, in which those of the database are members. */
function schemaOf(
  database: string,
  schema: SchemaRoles,
  creators: string[],
): Managed[] {
  const roles = groupRoles(database);
  const databaseRef = { name: objectName(database) };
  const object = `${objectName(database)}-${objectName(schema.schema)}`;
  const refTo = (group: Group) => ({ name: objectName(schema[group]) });
  return [
    {
      kind: 'Schema',
      object,
      external: schema.schema,
      forProvider: {
        databaseRef,
        roleRef: { name: objectName(roles.dba) },
        revokePublicOnSchema: true,
      },
    },
    ...RIGHTS.flatMap(({ group, schema: privileges }) => [
      {
        kind: 'Grant',
        object: `${object}-database-${group}`,
        forProvider: {
          databaseRef,
          roleRef: refTo(group),
          privileges: group === 'ro' ? ['CONNECT'] : ['CONNECT', 'TEMPORARY'],
        },
      },
      {
        kind: 'Grant',
        object: `${object}-schema-${group}`,
        forProvider: {
          databaseRef,
          roleRef: refTo(group),
          schema: schema.schema,
          privileges,
        },
      },
      {
        kind: 'Grant',
        object: `${objectName(roles[group])}-in-${objectName(schema[group])}`,
        forProvider: {
          roleRef: { name: objectName(roles[group]) },
          memberOfRef: refTo(group),
        },
      },
    ]),
    ...schemaGrants(creators, schema).flatMap(grant =>
      grant.creators.map(creator => ({
        kind: 'DefaultPrivileges',
        object: [
          object,
          'by',
          objectName(creator),
          `${OBJECT_TYPES[grant.kind]}s`,
          objectName(grant.grantee),
        ].join('-'),
        forProvider: {
          databaseRef,
          targetRole: creator,
          roleRef: { name: objectName(grant.grantee) },
          schema: schema.schema,
          objectType: OBJECT_TYPES[grant.kind],
          privileges: [...grant.privileges],
        },
      })),
    ),
  ];
}

/** Privileges on what a role will create. */
function defaultsOf(
  database: string,
  creator: string,
  groups: Group[],
): Managed[] {
  return groups.flatMap(group =>
    Object.entries(DEFAULT_PRIVILEGES[group]).map(([kind, privileges]) => ({
      kind: 'DefaultPrivileges',
      object: [
        objectName(database),
        'by',
        objectName(creator),
        `${OBJECT_TYPES[kind]}s`,
        group,
      ].join('-'),
      forProvider: {
        databaseRef: { name: objectName(database) },
        targetRole: creator,
        roleRef: { name: objectName(groupRoles(database)[group]) },
        objectType: OBJECT_TYPES[kind],
        privileges: [...privileges],
      },
    })),
  );
}

function membershipsOf({ name, grants }: ExportInput<DatabaseSpec>): Managed[] {
  return grants.flatMap(grant =>
    [grant.login.a, grant.login.b].map(login => ({
      kind: 'Grant',
      object: `${objectName(login)}-in-${objectName(groupRole(name, grant))}`,
      forProvider: {
        roleRef: { name: objectName(login) },
        memberOfRef: { name: objectName(groupRole(name, grant)) },
      },
    })),
  );
}
