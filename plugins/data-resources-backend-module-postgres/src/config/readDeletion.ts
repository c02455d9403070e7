import path from 'node:path';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { pathOf } from './values';

/** Where the last dump of a database goes before it is dropped, and what makes it. */
export interface DumpConfig {
  /** An absolute path. */
  folder: string;
  /** `pg_dump`, from the PATH or by its path. */
  command: string;
  /** `pg_restore` from the same place: it reads what was written. */
  restoreCommand: string;
}

/** Reads `deletion` of an instance; nothing where no dump is wanted. */
export function readDeletion(config: Config): { dump?: DumpConfig } {
  const dump = config.getOptionalConfig('deletion.dump');
  if (!dump) {
    return {};
  }
  const folder = dump.getString('folder');
  if (!path.isAbsolute(folder)) {
    throw new InputError(
      `Invalid value in config at '${pathOf(
        dump,
        'folder',
      )}': found '${folder}', expected an absolute path, such as /var/backups/databases`,
    );
  }
  const command = dump.getOptionalString('command') ?? 'pg_dump';
  return {
    dump: {
      folder: path.normalize(folder),
      command,
      restoreCommand:
        path.basename(command) === command
          ? 'pg_restore'
          : path.join(path.dirname(command), 'pg_restore'),
    },
  };
}
