import {
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import { judgeDatabase } from '../provider/identity';
import { readExtensions, type TenantCatalog } from '../provider/tenantCatalog';
import { alterExtensions as statement } from '../sql/alterations';
import { parseExtension } from '../type/extensions';
import type { GroupRoles } from '../type/names';
import {
  evidenceOf,
  notOurs,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Args = {
  roles: GroupRoles;
  drop: string[];
  /** Entries of the spec, such as `citext` or `citext@1.6`. */
  create: string[];
  update?: { name: string; to: string }[];
};
type Evidence = { oid: number };

/** Inside the database: drops and creates extensions, in one transaction. */
export const alterExtensions: StepHandler<Args> = {
  kind: 'alter-extensions',

  describe: ({ roles, drop, create, update }, database) =>
    `-- in the database ${database}\n${statement(roles, drop, create, update)}`,

  roles: ({ roles }) => Object.values(roles),

  async check({ object, args }, catalog, { connections, deadline }) {
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours') {
      return notOurs(object.name, found.state);
    }
    const { oid, extensions, extensionVersions } =
      await connections.withDatabase(object.name, deadline, readExtensions);
    if (oid !== found.row.oid) {
      return notOurs(object.name, 'foreign');
    }
    const done =
      isCreated(args.create, { extensions, extensionVersions }) &&
      (args.update ?? []).every(
        ({ name, to }) => extensionVersions[name] === to,
      ) &&
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
          statement(args.roles, args.drop, args.create, args.update),
        )
        .catch(error => {
          throw inTheServersWords(error, args.drop);
        });
    });
  },
};

/** Whether extensions are there, in the version that is named. */
export function isCreated(
  entries: readonly string[],
  found: Pick<TenantCatalog, 'extensions' | 'extensionVersions'>,
): boolean {
  return entries
    .map(parseExtension)
    .every(
      ({ name, version }) =>
        found.extensions.includes(name) &&
        (version === undefined || found.extensionVersions[name] === version),
    );
}

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
