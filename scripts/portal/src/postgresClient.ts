import { promises as fs } from 'node:fs';
import { runProgram } from './children';
import { say } from './output';

/** Where Debian's wrapper of all versions is. */
const PG_DUMP = '/usr/bin/pg_dump';

/** Of the oldest server that is tested: no package of npm has its programs. */
const PACKAGE = 'postgresql-client-15';

/**
 * Installs Debian's `pg_dump` when there is none and the caller is root. The tests that need it say
 * so themselves where it is missing.
 */
export async function providePgDump(signal: AbortSignal): Promise<void> {
  const isThere = await fs.access(PG_DUMP, fs.constants.X_OK).then(
    () => true,
    () => false,
  );
  if (isThere || process.getuid?.() !== 0 || process.platform !== 'linux') {
    return;
  }
  say(`Installing ${PACKAGE} for the tests of last dumps`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runProgram('apt-get', ['-qq', 'update'], { env, signal });
  await runProgram(
    'apt-get',
    ['-qq', '-y', 'install', '--no-install-recommends', PACKAGE],
    { env, signal },
  );
}
