import path from 'node:path';
import { recordOf } from '../dump/DumpFile';
import { INTERRUPTED_DROP, type Privilege } from '../provider/catalog';
import { waitForObstacles } from '../provider/dropObstacles';
import { waitForVisitors } from '../dump/whoMayConnect';
import { judgeDatabase } from '../provider/identity';
import { closeAfterDump, openForDump } from '../sql/dump';
import type { GroupRoles } from '../type/names';
import {
  evidenceOf,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Args = { roles: GroupRoles; folder: string; command: string };
type Evidence = {
  oid: number;
  file: string;
  connectors: string[];
  /** Absent in what was begun by an older version. */
  grantable?: string[];
  wasOpen: boolean;
};

/** Stands in a plan for when the dump is begun. */
const TIME_PLACEHOLDER = '<time>';
/** Kept of the time of a call for what comes after the wait. */
const MARGIN_MS = 1_000;

/** Writes all that is in the database to a file, before it is dropped. */
export const dumpDatabase: StepHandler<Args> = {
  kind: 'dump-database',

  describe: ({ roles, folder, command }, database) => {
    const opening = {
      dba: roles.dba,
      connectors: [roles.owner, roles.rw, roles.ro],
      readers: [roles.dba, roles.owner],
    };
    return [
      '-- whoever may connect, and as a member of all whose objects are in the database',
      openForDump(database, opening),
      `-- ${command} --format=custom --file=${fileOf(
        folder,
        database,
        TIME_PLACEHOLDER,
      )}`,
      '-- pg_restore --list, fsync, rename; then nobody can connect any more',
      closeAfterDump(database, opening, false),
    ].join('\n');
  },

  roles: ({ roles }) => Object.values(roles),

  looksAtSessions: true,

  async check(step, catalog) {
    const found = judgeDatabase(step.object, catalog);
    if (
      found.state !== 'ours' ||
      found.row.connectionLimit === INTERRUPTED_DROP
    ) {
      // There is nothing left to be kept, or nothing that is ours.
      return satisfied();
    }
    const { row } = found;
    const earlier = evidenceOf<Evidence>(step);
    if (earlier.file !== undefined && earlier.oid === row.oid) {
      // Under its name it is whole.
      const record = await recordOf(earlier.file);
      return record
        ? satisfied(
            { dump: record },
            `The last dump is ${record.file}, ${record.bytes} bytes, SHA-256 ${record.sha256}`,
          )
        : pending(earlier as Evidence);
    }
    const error =
      waitForObstacles(row) ??
      waitForVisitors(
        row.name,
        row.sessions
          .filter(({ administered }) => !administered)
          .map(({ role }) => role),
      );
    if (error) {
      return { state: 'failed', error };
    }
    const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const connects = row.acl.filter(
      ({ privilege, grantee }) =>
        privilege === 'CONNECT' && grantee !== catalog.provisioner,
    );
    const names = (entries: Privilege[]) => [
      ...new Set(entries.map(({ grantee }) => grantee)),
    ];
    return pending({
      oid: row.oid,
      file: fileOf(step.args.folder, `${row.name}-${row.oid}`, time),
      connectors: names(connects),
      grantable: names(connects.filter(({ grantable }) => grantable)),
      wasOpen: row.allowConnections,
    });
  },

  async act(step, { connections, deadline, dumps }) {
    const { name } = step.object;
    const { file, connectors, grantable, wasOpen } = evidenceOf<Evidence>(
      step,
    ) as Evidence;
    connections.forget(name);
    const order = {
      database: name,
      file,
      dba: step.args.roles.dba,
      connectors,
      grantable,
      wasOpen,
    };
    const left = deadline.left(`dumping ${name}`);
    await dumps.make(order, Math.max(left - MARGIN_MS, 1));
  },
};

/** Names that others chose may hold anything. */
function fileOf(folder: string, database: string, time: string): string {
  return path.join(folder, `${encodeURIComponent(database)}-${time}.dump`);
}
