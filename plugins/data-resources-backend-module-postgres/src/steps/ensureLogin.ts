import {
  type Change,
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import type { Catalog, RoleRow } from '../provider/catalog';
import { timeFromNow } from '../logins/timeFromNow';
import { ident } from '../sql/identifiers';
import { createLogins, limitLogins } from '../sql/logins';
import {
  conflict,
  evidenceOf,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Args = {
  a: string;
  b: string;
  /** Whose logins they are. */
  principal?: string;
  /** What the instance holds logins to; what is left out stays as it is. */
  limits?: { connections?: number; validitySeconds?: number };
};
type Evidence = { missing: string[]; unlimited?: Unlimited[] };

/** A login that is there, and what of the limits it is not held to. */
type Unlimited = {
  name: string;
  connections?: number;
  validitySeconds?: number;
};

/** Makes a principal's two logins, which all its grants on the instance share. */
export const ensureLogin: StepHandler<Args> = {
  kind: 'ensure-login',

  describe: ({ a, b, limits }) => createLogins([a, b], limits?.connections),

  roles: ({ a, b }) => [a, b],

  check({ args }, catalog) {
    const names = [args.a, args.b];
    for (const name of names) {
      const problem = foreignLogin(catalog.roles.get(name));
      if (problem) {
        return conflict(`The role ${name} exists already and ${problem}`);
      }
    }
    const missing = names.filter(name => !catalog.roles.has(name));
    const unlimited = unlimitedLogins(args, catalog);
    if (missing.length === 0 && unlimited.length === 0) {
      return satisfied();
    }
    const check = pending({ missing, unlimited });
    return missing.length === 0
      ? { ...check, changes: changesOf(args, unlimited, catalog) }
      : check;
  },

  async act(step, { connections, deadline }) {
    const { missing, unlimited = [] } = evidenceOf<Evidence>(step) as Evidence;
    const { limits } = step.args;
    try {
      await connections.withAdmin(deadline, async session => {
        if (missing.length > 0) {
          await session.write(
            `creating the logins ${missing.join(', ')}`,
            createLogins(missing, limits?.connections),
          );
        }
        if (unlimited.length > 0) {
          const ends = limits?.validitySeconds;
          const validUntil =
            ends === undefined ? undefined : await timeFromNow(session, ends);
          await session.write(
            `limiting the logins ${unlimited
              .map(({ name }) => name)
              .join(', ')}`,
            limitLogins(
              unlimited.map(({ name, connections: most, validitySeconds }) => ({
                name,
                connectionLimit: most,
                validUntil:
                  validitySeconds === undefined ? undefined : validUntil,
              })),
            ),
          );
        }
      });
    } catch (error) {
      // Shared: whoever made it a moment before, the check that follows says whether it is ours.
      if (isProviderError(error) && error.reason === 'Conflict') {
        throw new ProviderError('Unknown', error.message);
      }
      throw error;
    }
  },
};

/** Why a role under a login's name cannot be ours. */
function foreignLogin(row: RoleRow | undefined): string | undefined {
  if (!row) {
    return undefined;
  }
  if (!row.administered) {
    return 'was not made by the provisioner, which holds no ADMIN on it or has not marked it. Ask the platform team to drop or rename it';
  }
  if (row.privileged || !row.canLogin) {
    return `is no plain login. An administrator makes it one again with: ALTER ROLE ${ident(
      row.name,
    )} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;`;
  }
  return undefined;
}

/** A slot that is idle has run out, and needs no end. */
function unlimitedLogins(
  { a, b, limits = {} }: Args,
  { roles }: Catalog,
): Unlimited[] {
  const { connections, validitySeconds } = limits;
  return [a, b].flatMap(name => {
    const row = roles.get(name);
    if (!row) {
      return [];
    }
    const tooMany =
      connections !== undefined && row.connectionLimit !== connections;
    const tooLong =
      validitySeconds !== undefined &&
      row.enabled &&
      (row.goodForSeconds === null || row.goodForSeconds > validitySeconds);
    return tooMany || tooLong
      ? {
          name,
          ...(tooMany ? { connections } : {}),
          ...(tooLong ? { validitySeconds } : {}),
        }
      : [];
  });
}

function changesOf(
  { principal }: Args,
  unlimited: Unlimited[],
  { roles }: Catalog,
): Change[] {
  const path = (what: string) => `access.${principal}.${what}`;
  const of = (what: 'connections' | 'validitySeconds') =>
    unlimited.find(each => each[what] !== undefined);
  const many = of('connections');
  const long = of('validitySeconds');
  return [
    ...(many
      ? [
          {
            path: path('connectionLimit'),
            from: roles.get(many.name)!.connectionLimit,
            to: many.connections,
            kind: 'in-place' as const,
          },
        ]
      : []),
    ...(long
      ? [
          {
            path: path('validUntil'),
            from: goodFor(roles.get(long.name)!.goodForSeconds),
            to: goodFor(long.validitySeconds!),
            kind: 'in-place' as const,
          },
        ]
      : []),
  ];
}

/** In days, for what is told must not be another each second. */
function goodFor(seconds: number | null): string {
  return seconds === null
    ? 'infinity'
    : `in ${Math.ceil(seconds / 86_400)} days at most`;
}
