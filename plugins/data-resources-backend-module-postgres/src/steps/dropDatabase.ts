import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Session } from '../connection/Session';
import { readAttached } from '../provider/attached';
import { INTERRUPTED_DROP } from '../provider/catalog';
import { waitForObstacles } from '../provider/dropObstacles';
import { judgeDatabase } from '../provider/identity';
import { openDatabase } from '../sql/alterations';
import { ident } from '../sql/identifiers';
import {
  ceaseToInherit,
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
type Evidence = {
  oid: number;
  interrupted: boolean;
  /** Absent in what was begun by an older version. */
  wasOpen?: boolean;
};

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

  looksAtSessions: true,

  check({ object, args }, catalog) {
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours') {
      // Gone, or ours is gone and somebody else's stands there.
      return satisfied();
    }
    const { row } = found;
    const interrupted = row.connectionLimit === INTERRUPTED_DROP;
    const error =
      waitForObstacles(row) ??
      (row.isTemplate && !args.isTemplate
        ? becameTemplate(object.name)
        : undefined);
    return error && !interrupted
      ? { state: 'failed', error }
      : pending({
          oid: row.oid,
          interrupted,
          wasOpen: row.allowConnections,
        });
  },

  async act(step, { connections, deadline }) {
    const { name } = step.object;
    const { dba, isTemplate } = step.args;
    const { oid, interrupted, wasOpen } = evidenceOf<Evidence>(
      step,
    ) as Evidence;
    connections.forget(name);
    await connections.withAdmin(deadline, async session => {
      await assertStill(session, name, oid);
      try {
        if (interrupted) {
          await session.write(`dropping ${name}`, inheritFrom(dba));
        } else {
          await session.write(
            `closing the database ${name}`,
            refuseConnections(name, dba, isTemplate),
          );
          const others = await endSessions(session, name);
          await assertFree(session, { name, dba, wasOpen });
          refuseWhileOthersStay(name, others);
        }
        await assertStill(session, name, oid);
        await session.write(`dropping the database ${name}`, statement(name));
      } catch (error) {
        // It may take long until it can go; where nothing can be sent any more, the role takes it along.
        await session
          .write(`leaving ${dba}`, ceaseToInherit(dba))
          .catch(() => {});
        throw error;
      }
    });
  },
};

/** What came in at the last moment, before the database was closed, lets it be as it was. */
async function assertFree(
  session: Session,
  { name, dba, wasOpen }: { name: string; dba: string; wasOpen?: boolean },
): Promise<void> {
  const row = await readAttached(session, name);
  const error =
    row && waitForObstacles({ ...row, allowConnections: Boolean(wasOpen) });
  if (!error) {
    return;
  }
  if (wasOpen) {
    await session.write(
      `opening the database ${name} again`,
      openDatabase(name, dba),
    );
  }
  throw error;
}

function becameTemplate(name: string): ProviderError {
  return new ProviderError(
    'Unreachable',
    `Somebody made the database ${name} a template after its deletion was planned, and the server drops none. An administrator ends that with: ALTER DATABASE ${ident(
      name,
    )} IS_TEMPLATE false;`,
  );
}

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
