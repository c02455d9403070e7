import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';

/** A password of letters and digits, so that no configuration file needs quoting. */
export function randomPassword(): string {
  return randomBytes(18).toString('hex');
}

/**
 * The passwords of a data folder, made at the first start and kept in a file that
 * only its owner reads.
 */
export async function folderSecrets<T extends string>(
  folder: string,
  names: readonly T[],
): Promise<Record<T, string>> {
  const file = path.join(folder, 'secrets.json');
  const text = await fs.readFile(file, 'utf8').catch(error => {
    if (error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  });
  if (text !== undefined) {
    return JSON.parse(text);
  }
  const secrets = Object.fromEntries(
    names.map(name => [name, randomPassword()]),
  ) as Record<T, string>;
  await writePrivateFile(file, JSON.stringify(secrets, undefined, 2));
  return secrets;
}

/** Writes a file that only the caller can read, all of it or nothing. */
export async function writePrivateFile(
  file: string,
  content: string,
): Promise<void> {
  const part = `${file}.part`;
  await fs.rm(part, { force: true });
  await fs.writeFile(part, content, { mode: 0o600, flag: 'wx' });
  await fs.rename(part, file);
}
