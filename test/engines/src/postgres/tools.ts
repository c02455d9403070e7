import { existsSync } from 'node:fs';
import path from 'node:path';

const repositoryRoot = path.resolve(
  require.resolve('@data-resources/test-engines/package.json'),
  '../../..',
);

/** Where `./portal test` puts PostgreSQL's own programs of version 18, which neither Debian nor npm has. */
export const postgres18Folder = path.join(
  repositoryRoot,
  '.portal/postgresql-18',
);

/** A program around PostgreSQL that no package of npm has. */
export type PostgresTool = 'pg_dump-15' | 'pg_dump-18' | 'pgbouncer' | 'psql';

const PLACES: { [tool in PostgresTool]: string[] } = {
  'pg_dump-15': ['/usr/lib/postgresql/15/bin/pg_dump'],
  'pg_dump-18': [
    '/usr/lib/postgresql/18/bin/pg_dump',
    path.join(postgres18Folder, 'embedded_postgres/pginstall/bin/pg_dump'),
  ],
  // One that was built is newer than Debian's.
  pgbouncer: ['/usr/local/bin/pgbouncer', '/usr/sbin/pgbouncer'],
  psql: ['/usr/lib/postgresql/15/bin/psql'],
};

/** Where a program is; undefined where it is not installed, and tests with it are skipped. */
export function findPostgresTool(tool: PostgresTool): string | undefined {
  return PLACES[tool].find(existsSync);
}
