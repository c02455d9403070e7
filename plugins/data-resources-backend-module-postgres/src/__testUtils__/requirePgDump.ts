import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The path of a pg_dump that takes servers of a version: it comes with Debian, and with no package of
 * npm.
 */
export async function requirePgDump(version: number): Promise<string> {
  const found: string[] = [];
  for (const command of [
    `/usr/lib/postgresql/${version}/bin/pg_dump`,
    '/usr/bin/pg_dump',
  ]) {
    const printed = await run(command, ['--version']).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
    const major = Number(/(\d+)\./.exec(printed ?? '')?.[1] ?? 0);
    if (major >= version) {
      return command;
    }
    found.push(`${command}: ${printed ?? 'not there'}`);
  }
  throw new Error(
    `The last dump is tried with PostgreSQL's own pg_dump of version ${version} or newer (${found.join(
      ', ',
    )}); on Debian, as root: apt-get install postgresql-client-${version}. './portal test' does that by itself`,
  );
}
