import {
  commentLines,
  textLines,
  type ExportFormat,
  type PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import { POSTGRES_16, render } from '../sql/dialect';
import { ident } from '../sql/identifiers';
import {
  becomeMemberOf,
  configureDatabase,
  createDatabase,
  createGroupRoles,
  createLogins,
  grantGroup,
  grantOwner,
  prepareSchema,
} from '../sql/statements';
import { groupRoles } from '../type/names';
import type { DatabaseSpec } from '../type/specSchema';
import { groupRole, loginsOf } from './groups';

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
            ],
            '--',
          ),
          ...part(
            'Group roles',
            inTransaction(
              createGroupRoles(
                Object.values(roles),
                `Group role of the database ${name}`,
              ),
            ),
          ),
          ...part('The database', becomeMemberOf(roles.dba)),
          '',
          createDatabase({
            database: name,
            owner: roles.dba,
            encoding: spec.encoding,
            locale: spec.locale,
            connectionLimit: spec.connectionLimit,
          }),
          ...part(
            'Who may connect; settings',
            inTransaction(configureDatabase(name, roles, spec.parameters)),
          ),
          '',
          `\\connect ${ident(name)}`,
          ...part(
            'The schema public, default privileges, extensions',
            inTransaction(prepareSchema(roles, spec.extensions)),
          ),
          ...(logins.length > 0
            ? part(
                'Logins',
                inTransaction(createLogins(logins.map(login => login.name))),
              )
            : []),
          ...grants.flatMap(grant =>
            part(
              `${grant.principal} as ${grant.role}`,
              inTransaction(grantOf(name, grant)),
            ),
          ),
        ]),
        POSTGRES_16,
      ),
    };
  },
};

function grantOf(database: string, grant: PlannedGrant): string {
  const { a, b } = grant.login;
  return grant.role === 'owner'
    ? grantOwner(database, groupRoles(database), [a, b])
    : grantGroup(groupRole(database, grant), [a, b]);
}

function part(title: string, statements: string): string[] {
  return ['', ...commentLines([title], '--'), statements];
}

function inTransaction(statements: string): string {
  return `BEGIN;\n${statements}\nCOMMIT;`;
}
