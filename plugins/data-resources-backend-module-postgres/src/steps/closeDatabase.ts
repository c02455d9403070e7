import { isClosed } from '../provider/catalog';
import { judgeDatabase } from '../provider/identity';
import { closeDatabase as statement } from '../sql/alterations';
import { endSessions } from './endSessions';
import { notOurs, pending, satisfied, type StepHandler } from './StepHandler';

type Args = { dba: string };

/**
 * Refuses new connections and then ends the sessions that there are. Sessions of roles that the
 * provisioner may not touch, such as an administrator's, end by themselves.
 */
export const closeDatabase: StepHandler<Args> = {
  kind: 'close-database',

  describe: ({ dba }, database) =>
    `${statement(database, dba)}\n-- the sessions of its logins are ended`,

  roles: ({ dba }) => [dba],

  looksAtSessions: true,

  check({ object }, catalog) {
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours') {
      return notOurs(object.name, found.state);
    }
    const { row } = found;
    return isClosed(row) &&
      !row.sessions.some(({ administered }) => administered)
      ? satisfied({ closed: true })
      : pending();
  },

  async act({ object: { name }, args }, { connections, deadline }) {
    connections.forget(name);
    await connections.withAdmin(deadline, async session => {
      await session.write(
        `closing the database ${name}`,
        statement(name, args.dba),
      );
      await endSessions(session, name);
    });
  },
};
