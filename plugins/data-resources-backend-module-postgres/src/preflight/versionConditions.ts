import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import { dialectOf, OLDEST_VERSION } from '../sql/dialect';
import { ident } from '../sql/identifiers';
import type { ServerState } from './conditions';
import { ok } from './ok';

/** Whether the version is one that is worked with, and what is particular to it. */
export function versionConditions(state: ServerState): InstanceCondition[] {
  const { version, versionNumber } = state;
  if (versionNumber < OLDEST_VERSION) {
    return [
      {
        type: 'Version',
        status: 'error',
        message: `PostgreSQL ${version} was found; 15 or newer is needed. In older ones the schema public of a new database belongs to a superuser and is open to every login, which nobody else can change`,
      },
    ];
  }
  return [ok('Version', `PostgreSQL ${version}`), ...dialectConditions(state)];
}

function dialectConditions(state: ServerState): InstanceCondition[] {
  const { user, inherits, isSuperuser, yugabyte } = state;
  const dialect = dialectOf(state);
  const { title } = dialect;
  const conditions: InstanceCondition[] = [];
  if (yugabyte) {
    conditions.push({
      type: 'Dialect',
      status: 'warn',
      message: `${title}: its rules are followed as they are documented, and were not tried on a real one. Changes are made one at a time`,
    });
  } else if (dialect.has('adminByMembership')) {
    conditions.push(
      ok(
        'Dialect',
        `${title}: CREATEROLE reaches only the roles that ${user} holds ADMIN on`,
      ),
    );
  } else {
    conditions.push({
      type: 'Dialect',
      status: 'warn',
      message: `${title}: CREATEROLE reaches every role that is no superuser, those of others and built-in ones such as pg_execute_server_program too, so that the password of ${user} is worth a superuser’s. From PostgreSQL 16 on it reaches only what ${user} made`,
    });
  }
  if (!dialect.has('membershipOptions') && !isSuperuser && !inherits) {
    conditions.push({
      type: 'Inherit',
      status: 'error',
      message: `${user} has NOINHERIT, and on this version nothing else gives it the rights of a role for a moment; an administrator mends it with: ALTER ROLE ${ident(
        user,
      )} INHERIT;`,
    });
  }
  return conditions;
}
