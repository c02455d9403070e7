import { judgeDatabase } from '../provider/identity';
import { openDatabase as statement } from '../sql/alterations';
import { notOurs, pending, satisfied, type StepHandler } from './StepHandler';

type Args = { dba: string };

/** Lets those connect again who have the privilege to. */
export const openDatabase: StepHandler<Args> = {
  kind: 'open-database',

  describe: ({ dba }, database) => statement(database, dba),

  roles: ({ dba }) => [dba],

  check({ object }, catalog) {
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours') {
      return notOurs(object.name, found.state);
    }
    return found.row.allowConnections
      ? satisfied({ closed: false })
      : pending();
  },

  async act({ object: { name }, args }, { connections, deadline }) {
    await connections.withAdmin(deadline, session =>
      session.write(`opening the database ${name}`, statement(name, args.dba)),
    );
  },
};
