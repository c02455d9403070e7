import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Session } from '../connection/Session';
import { INTERRUPTED_DROP } from '../provider/catalog';
import { judgeDatabase } from '../provider/identity';
import {
  dropDatabase as statement,
  inheritFrom,
  refuseConnections,
} from '../sql/statements';
import { endSessions } from './endSessions';
import {
  evidenceOf,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Args = {
  dba: string;
  /** Whether somebody made it a template, which cannot be dropped. */
  isTemplate?: boolean;
};
type Evidence = { oid: number; interrupted: boolean };

/** Drops the database, if it is still the one that was recorded. */
export const dropDatabase: StepHandler<Args> = {
  kind: 'drop-database',

  describe: ({ dba, isTemplate }, database) =>
    `${refuseConnections(
      database,
      dba,
      isTemplate,
    )}\n-- the sessions of its logins are ended\n${statement(database)}`,

  roles: ({ dba }) => [dba],

  check({ object }, catalog) {
    const found = judgeDatabase(object, catalog);
    return found.state === 'ours'
      ? pending({
          oid: found.row.oid,
          interrupted: found.row.connectionLimit === INTERRUPTED_DROP,
        })
      : // Gone, or ours is gone and somebody else's stands there.
        satisfied();
  },

  async act(step, { connections, deadline }) {
    const { name } = step.object;
    const { oid, interrupted } = evidenceOf<Evidence>(step) as Evidence;
    connections.forget(name);
    await connections.withAdmin(deadline, async session => {
      await assertStill(session, name, oid);
      if (interrupted) {
        await session.write(`dropping ${name}`, inheritFrom(step.args.dba));
      } else {
        await session.write(
          `closing the database ${name}`,
          refuseConnections(name, step.args.dba, step.args.isTemplate),
        );
        refuseWhileOthersStay(name, await endSessions(session, name));
      }
      await assertStill(session, name, oid);
      await session.write(`dropping the database ${name}`, statement(name));
    });
  },
};

async function assertStill(session: Session, name: string, oid: number) {
  const rows = await session.read(
    `looking at the database ${name}`,
    'SELECT FROM pg_database WHERE datname = $1 AND oid = $2::oid',
    [name, oid],
  );
  if (rows.length === 0) {
    throw new ProviderError(
      'Conflict',
      `The database ${name} was replaced while it was about to be dropped, and is left alone`,
    );
  }
}

function refuseWhileOthersStay(name: string, others: string[]): void {
  if (others.length > 0) {
    throw new ProviderError(
      'Unreachable',
      `${others.join(
        ', ',
      )} is connected to ${name}, and the provisioner may not end the session; it is refused to others meanwhile and dropped when the session ends`,
    );
  }
}
