import { ProviderError } from '@data-resources/plugin-data-resources-node';
import { INTERRUPTED_DROP } from '../provider/catalog';
import { judgeDatabase } from '../provider/identity';
import { becomeMemberOf, createDatabase as statement } from '../sql/statements';
import type { LocaleProvider } from '../type/specSchema';
import { conflict, pending, satisfied, type StepHandler } from './StepHandler';

type Args = {
  owner: string;
  encoding: string;
  locale?: string;
  localeProvider?: LocaleProvider;
  template?: string;
  connectionLimit: number;
  /** YugabyteDB: whether its tables share one tablet. */
  colocation?: boolean;
};

/** Makes the database; its owner, whom nobody is a member of, proves it to be ours. */
export const createDatabase: StepHandler<Args> = {
  kind: 'create-database',

  describe: (args, database) =>
    `${becomeMemberOf(args.owner)}\n${statement({ database, ...args })}`,

  roles: ({ owner }) => [owner],

  check({ object }, catalog) {
    const found = judgeDatabase(object, catalog);
    if (found.state === 'absent') {
      return pending();
    }
    const { row } = found;
    if (found.state === 'foreign') {
      return conflict(
        `The database ${object.name} exists already and belongs to ${row.ownerName}. Choose another name, or ask the platform team to adopt or rename it`,
      );
    }
    if (row.connectionLimit === INTERRUPTED_DROP) {
      return {
        state: 'failed',
        error: new ProviderError(
          'Rejected',
          `A DROP DATABASE of ${object.name} was interrupted, and nothing but another DROP works on it: delete it here`,
        ),
      };
    }
    return satisfied({ database: row.oid });
  },

  async act({ object, args }, { connections, deadline }) {
    const what = `creating the database ${object.name}`;
    await connections.withAdmin(deadline, async session => {
      await session.write(what, becomeMemberOf(args.owner));
      await session.write(what, statement({ database: object.name, ...args }));
    });
  },
};
