import { ProviderError } from '@data-resources/plugin-data-resources-node';
import { becomes, INTERRUPTED_DROP } from '../provider/catalog';
import { judgeDatabase } from '../provider/identity';
import { readPrivileges } from '../provider/tenantCatalog';
import { becomeMember, createDatabase as statement } from '../sql/statements';
import type { LocaleProvider } from '../type/specSchema';
import {
  conflict,
  evidenceOf,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Evidence = { isMember: boolean };
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

  // Each copies a thousand pages through the server's buffers, and many at once slow each other down.
  fewAtOnce: true,

  describe: (args, database) => statement({ database, ...args }),

  roles: ({ owner }) => [owner],

  check({ object, args }, catalog) {
    const found = judgeDatabase(object, catalog);
    if (found.state === 'absent') {
      return pending({
        isMember: becomes(catalog, args.owner),
      });
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

  async act(step, { connections, deadline, alone }) {
    const { object, args } = step;
    const what = `creating the database ${object.name}`;
    const { isMember } = evidenceOf<Evidence>(step);
    await connections.withAdmin(deadline, async session => {
      if (!isMember) {
        await session.write(what, becomeMember(args.owner));
      }
      await session.write(what, statement({ database: object.name, ...args }));
    });
    if (alone) {
      // A new database takes its time over the first connection, and over the first look.
      connections.openAhead(object.name, deadline, readPrivileges);
    }
  },
};
