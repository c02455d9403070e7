import {
  yamlDocuments,
  type ExportFormat,
  type ExportInput,
} from '@data-resources/plugin-data-resources-node';
import { parseExtension } from '../type/extensions';
import { groupRoles } from '../type/names';
import { SCHEMA_GROUPS } from '../type/schemas';
import { type DatabaseSpec, EMPTY_TEMPLATE } from '../type/specSchema';
import { groupRole, loginsOf, objectName, schemasOf } from './groups';

const API_VERSION = 'postgresql.cnpg.io/v1';

/** The database and its roles for CloudNativePG. */
export const cloudNativePgExport: ExportFormat<DatabaseSpec> = {
  id: 'cloudnative-pg',
  title: 'CloudNativePG',
  description:
    'A Database and a DatabaseRole for each group role and login, for CloudNativePG 1.30 or later.',
  audience: 'declaration',
  render(input) {
    const { name, owner, spec, grants, instance } = input;
    const schemas = schemasOf(name, spec);
    const logins = loginsOf(grants);
    return {
      fileName: `${objectName(name)}.yaml`,
      language: 'yaml',
      text: yamlDocuments(
        [
          ...schemas.flatMap(schema =>
            SCHEMA_GROUPS.map(group => roleOf(input, { name: schema[group] })),
          ),
          ...Object.entries(groupRoles(name)).map(([key, role]) => {
            const group = SCHEMA_GROUPS.find(each => each === key);
            return roleOf(input, {
              name: role,
              ...(group && schemas.length > 0
                ? { inRoles: schemas.map(schema => schema[group]) }
                : {}),
            });
          }),
          databaseOf(input),
          ...logins.map(login =>
            roleOf(input, {
              name: login.name,
              login: true,
              comment: login.principal,
              inRoles: membershipsOf(input, login.base),
              passwordSecret: { name: objectName(login.name) },
            }),
          ),
        ],
        [
          `${name} on ${instance.name}, owned by ${owner}`,
          'cluster is the name of the instance in the portal: write the name of your Cluster there.',
          ...(logins.length > 0
            ? [
                'Each login takes its password from a Secret of the type kubernetes.io/basic-auth, which you make.',
                'The operator takes a login out of every role that does not stand in its inRoles.',
              ]
            : []),
          'These kinds have no privileges and no parameters of a database: run the rest of the SQL export, from what follows CREATE DATABASE on, but for the logins.',
        ],
      ),
    };
  },
};

function databaseOf({ name, spec, instance }: ExportInput<DatabaseSpec>) {
  return {
    apiVersion: API_VERSION,
    kind: 'Database',
    metadata: { name: objectName(name) },
    spec: {
      cluster: { name: objectName(instance.name) },
      name,
      owner: groupRoles(name).dba,
      template: spec.template ?? EMPTY_TEMPLATE,
      encoding: spec.encoding,
      ...localeOf(spec),
      connectionLimit: spec.connectionLimit,
      ...(spec.extensions.length > 0
        ? {
            extensions: spec.extensions.map(extension => ({
              ...parseExtension(extension),
              schema: 'public',
            })),
          }
        : {}),
      ...(spec.schemas?.length
        ? {
            schemas: spec.schemas.map(schema => ({
              name: schema,
              owner: groupRoles(name).dba,
            })),
          }
        : {}),
    },
  };
}

function localeOf({ locale, localeProvider }: DatabaseSpec) {
  const provider = localeProvider ?? (locale ? 'libc' : undefined);
  const field = { libc: 'locale', icu: 'icuLocale', builtin: 'builtinLocale' };
  return provider
    ? {
        localeProvider: provider,
        ...(locale ? { [field[provider]]: locale } : {}),
      }
    : {};
}

function roleOf(
  { instance }: ExportInput<DatabaseSpec>,
  role: { name: string; login?: boolean; [attribute: string]: unknown },
) {
  return {
    apiVersion: API_VERSION,
    kind: 'DatabaseRole',
    metadata: { name: objectName(role.name) },
    spec: {
      cluster: { name: objectName(instance.name) },
      login: false,
      ...role,
    },
  };
}

/** Of other databases as well, for what is left out would be taken away. */
function membershipsOf(
  { type, name, grants, elsewhere }: ExportInput<DatabaseSpec>,
  base: string,
): string[] {
  const all = [
    ...grants.map(grant => ({ database: name, grant })),
    ...elsewhere
      .filter(other => other.type === type)
      .map(({ name: database, grant }) => ({ database, grant })),
  ].filter(({ grant }) => grant.login.base === base);
  return [
    ...new Set(all.map(({ database, grant }) => groupRole(database, grant))),
  ];
}
