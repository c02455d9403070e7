import { type DatabaseRow, settingsOf } from '../provider/catalog';
import { judgeDatabase } from '../provider/identity';
import { configureDatabase as statement } from '../sql/statements';
import type { GroupRoles } from '../type/names';
import { notOurs, pending, satisfied, type StepHandler } from './StepHandler';

type Args = { roles: GroupRoles; parameters: { [name: string]: string } };

/** Closes the database to PUBLIC, opens it to its groups and sets its parameters. */
export const configureDatabase: StepHandler<Args> = {
  kind: 'configure-database',

  describe: ({ roles, parameters }, database) =>
    statement(database, roles, parameters),

  roles: ({ roles }) => Object.values(roles),

  check({ object, args }, catalog) {
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours') {
      return notOurs(object.name, found.state);
    }
    return isConfigured(found.row, args) ? satisfied() : pending();
  },

  async act({ object, args }, { connections, deadline }) {
    await connections.withAdmin(deadline, session =>
      session.write(
        `configuring the database ${object.name}`,
        statement(object.name, args.roles, args.parameters),
      ),
    );
  },
};

/** Read from `datacl`, for a GRANT without the right to it only warns. */
function isConfigured(row: DatabaseRow, { roles, parameters }: Args): boolean {
  const has = (grantee: string, ...privileges: string[]) =>
    privileges.every(privilege =>
      row.acl.some(
        entry => entry.grantee === grantee && entry.privilege === privilege,
      ),
    );
  const settings = settingsOf(row);
  return (
    !row.acl.some(({ grantee }) => grantee === 'PUBLIC') &&
    has(roles.owner, 'CONNECT', 'CREATE', 'TEMPORARY') &&
    has(roles.rw, 'CONNECT', 'TEMPORARY') &&
    has(roles.ro, 'CONNECT') &&
    Object.entries(parameters).every(
      ([name, value]) => settings.get(name.toLowerCase()) === value,
    )
  );
}
