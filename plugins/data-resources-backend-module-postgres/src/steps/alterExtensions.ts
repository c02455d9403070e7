import {
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import { judgeDatabase } from '../provider/identity';
import { readExtensions } from '../provider/tenantCatalog';
import { alterExtensions as statement } from '../sql/alterations';
import type { GroupRoles } from '../type/names';
import {
  evidenceOf,
  notOurs,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Args = { roles: GroupRoles; drop: string[]; create: string[] };
type Evidence = { oid: number };

/** Inside the database: drops and creates extensions, in one transaction. */
export const alterExtensions: StepHandler<Args> = {
  kind: 'alter-extensions',

  describe: ({ roles, drop, create }, database) =>
    `-- in the database ${database}\n${statement(roles, drop, create)}`,

  roles: ({ roles }) => Object.values(roles),

  async check({ object, args }, catalog, { connections, deadline }) {
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours') {
      return notOurs(object.name, found.state);
    }
    const { oid, extensions } = await connections.withDatabase(
      object.name,
      deadline,
      readExtensions,
    );
    if (oid !== found.row.oid) {
      return notOurs(object.name, 'foreign');
    }
    const done =
      args.create.every(name => extensions.includes(name)) &&
      !args.drop.some(name => extensions.includes(name));
    return done ? satisfied() : pending({ oid });
  },

  async act(step, { connections, deadline }) {
    const { object, args } = step;
    const { oid } = evidenceOf<Evidence>(step) as Evidence;
    await connections.withDatabase(object.name, deadline, async session => {
      // A session stays with the database that it was opened to, whoever has the name later.
      if ((await readExtensions(session)).oid !== oid) {
        throw new ProviderError(
          'Conflict',
          `The database ${object.name} was replaced while its extensions were about to be changed, and is left alone`,
        );
      }
      await session
        .write(
          `changing the extensions of ${object.name}`,
          statement(args.roles, args.drop, args.create),
        )
        .catch(error => {
          throw inTheServersWords(error, args.drop);
        });
    });
  },
};

/** What depends on an extension is the tenant's own: no other's object stands in the way. */
function inTheServersWords(error: unknown, drop: string[]): unknown {
  return drop.length > 0 &&
    isProviderError(error) &&
    error.reason === 'Conflict'
    ? new ProviderError(
        'Rejected',
        `${error.message.replace(
          /\.$/,
          '',
        )}. Nothing was changed: an owner of the database has to drop what depends on the extension first, or the extension stays in the spec`,
      )
    : error;
}
