import { type DatabaseRow, settingsOf } from '../provider/catalog';
import { judgeDatabase } from '../provider/identity';
import {
  alterDatabase as statement,
  type DatabaseAlterations,
} from '../sql/alterations';
import { sameParameter } from '../type/parameters';
import { notOurs, pending, satisfied, type StepHandler } from './StepHandler';

type Args = DatabaseAlterations & { dba: string };

/** Changes what stands in the shared catalogs: the connection limit and the parameters. */
export const alterDatabase: StepHandler<Args> = {
  kind: 'alter-database',

  describe: ({ dba, ...alterations }, database) =>
    statement(database, dba, alterations),

  roles: ({ dba }) => [dba],

  check({ object, args }, catalog) {
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours') {
      return notOurs(object.name, found.state);
    }
    return isAltered(found.row, args) ? satisfied() : pending();
  },

  async act({ object: { name }, args }, { connections, deadline }) {
    const { dba, ...alterations } = args;
    await connections.withAdmin(deadline, session =>
      session.write(
        `changing the database ${name}`,
        statement(name, dba, alterations),
      ),
    );
  },
};

function isAltered(
  row: DatabaseRow,
  { connectionLimit = row.connectionLimit, set, reset }: DatabaseAlterations,
): boolean {
  const settings = settingsOf(row);
  return (
    row.connectionLimit === connectionLimit &&
    Object.entries(set).every(([name, value]) => {
      const found = settings.get(name);
      return found !== undefined && sameParameter(name, found, value);
    }) &&
    !reset.some(name => settings.has(name))
  );
}
