import {
  commentLines,
  textLines,
  type ExportFormat,
  type PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import { POSTGRES_16, render } from '../sql/dialect';
import { ident } from '../sql/identifiers';
import { createSchemas, grantSchemaOwner } from '../sql/schemas';
import { grantGroup, grantOwner } from '../sql/grants';
import { createLogins } from '../sql/logins';
import {
  addExtensionsInAnyOrder,
  createDatabase,
  createGroupRoles,
  prepareDatabase,
} from '../sql/statements';
import { groupRoles } from '../type/names';
import { groupOf } from '../type/roles';
import { namesOfSchemaRoles, type SchemaRoles } from '../type/schemas';
import type { DatabaseSpec } from '../type/specSchema';
import { groupRole, loginsOf, schemasOf } from './groups';

/** The statements that make the database, its roles and logins on another server. */
export const sqlExport: ExportFormat<DatabaseSpec> = {
  id: 'sql',
  title: 'SQL',
  description:
    'A script for psql that makes the database, its group roles and logins on another server with PostgreSQL 16 or later.',
  audience: 'declaration',
  render({ name, spec, owner, grants, instance }) {
    const roles = groupRoles(name);
    const logins = loginsOf(grants);
    const schemas = schemasOf(name, spec);
    return {
      fileName: `${name}.sql`,
      language: 'sql',
      text: render(
        textLines([
          ...commentLines(
            [
              `${name} on ${instance.name}, owned by ${owner}`,
              'psql --set ON_ERROR_STOP=1, by a superuser or a role with CREATEROLE and CREATEDB',
              ...(logins.length > 0
                ? [
                    "The logins can log in once each has a password (\\password) and ALTER ROLE … VALID UNTIL 'infinity'",
                  ]
                : []),
              ...(spec.extensions.length > 0
                ? [
                    'Extensions are made as the owner, who may make those that are trusted; for others, give the owner SUPERUSER while this runs',
                  ]
                : []),
              ...(spec.template
                ? [
                    `The template ${spec.template} is one of ${instance.name}: without it there, write template0, and make what is in it yourself`,
                  ]
                : []),
            ],
            '--',
          ),
          ...part(
            'Group roles',
            inTransaction(
              createGroupRoles({
                names: Object.values(roles),
                marker: `Group role of the database ${name}`,
                become: [roles.dba, roles.owner],
              }),
            ),
          ),
          ...part(
            'The database',
            createDatabase({
              database: name,
              owner: roles.dba,
              encoding: spec.encoding,
              locale: spec.locale,
              localeProvider: spec.localeProvider,
              template: spec.template,
              connectionLimit: spec.connectionLimit,
            }),
          ),
          '',
          `\\connect ${ident(name)}`,
          ...part(
            'Who may connect; settings, the schema public, default privileges',
            inTransaction(prepareDatabase(name, roles, spec.parameters)),
          ),
          ...(spec.extensions.length > 0
            ? part(
                'Extensions',
                inTransaction(
                  addExtensionsInAnyOrder(roles.dba, spec.extensions),
                ),
              )
            : []),
          ...(schemas.length > 0
            ? part(
                'Schemas with group roles of their own',
                inTransaction(
                  createSchemas({
                    database: name,
                    roles,
                    schemas,
                    missing: namesOfSchemaRoles(schemas),
                    marker: `Group role of a schema of the database ${name}`,
                    logins: [],
                  }),
                ),
              )
            : []),
          ...(logins.length > 0
            ? part(
                'Logins',
                inTransaction(createLogins(logins.map(login => login.name))),
              )
            : []),
          ...grants.flatMap(grant =>
            part(
              `${grant.principal} as ${grant.role}`,
              inTransaction(grantOf(name, grant, schemas)),
            ),
          ),
        ]),
        POSTGRES_16,
      ),
    };
  },
};

function grantOf(
  database: string,
  grant: PlannedGrant,
  schemas: SchemaRoles[],
): string {
  const { a, b } = grant.login;
  const { group, schema } = groupOf(database, grant.role);
  if (schema && group === 'owner') {
    return grantSchemaOwner(database, schema, [a, b]);
  }
  return group === 'owner'
    ? grantOwner(database, groupRoles(database), [a, b], {
        routines: true,
        schemas,
      })
    : grantGroup(groupRole(database, grant), [a, b]);
}

function part(title: string, statements: string): string[] {
  return ['', ...commentLines([title], '--'), statements];
}

function inTransaction(statements: string): string {
  return `BEGIN;\n${statements}\nCOMMIT;`;
}
