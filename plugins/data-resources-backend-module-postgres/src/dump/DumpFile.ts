import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, promises as fs } from 'node:fs';
import path from 'node:path';

/** What is recorded of a dump. */
export type DumpRecord = {
  file: string;
  bytes: number;
  sha256: string;
};

/** A file that is there only once it is whole: it is written under another name before. */
export class DumpFile {
  readonly #file: string;
  readonly part: string;

  private constructor(file: string) {
    this.#file = file;
    this.part = `${file}.${randomBytes(4).toString('hex')}.part`;
  }

  /** Makes an empty one that nobody else can read, and removes what earlier attempts left. */
  static async begin(file: string): Promise<DumpFile> {
    const begun = new DumpFile(file);
    const folder = path.dirname(file);
    const left = (await fs.readdir(folder)).filter(
      name =>
        name.startsWith(`${path.basename(file)}.`) && name.endsWith('.part'),
    );
    for (const name of left) {
      await fs.rm(path.join(folder, name), { force: true });
    }
    await (await fs.open(begun.part, 'wx', 0o600)).close();
    return begun;
  }

  /** How much was written until now. */
  async bytes(): Promise<number> {
    return fs.stat(this.part).then(
      ({ size }) => size,
      () => 0,
    );
  }

  /** Puts it on the disk, and then under its name. */
  async keep(): Promise<void> {
    await sync(this.part);
    await fs.rename(this.part, this.#file);
    await sync(path.dirname(this.#file));
  }

  async discard(): Promise<void> {
    await fs.rm(this.part, { force: true });
  }
}

/** What stands in a file that is whole; undefined where there is none. */
export async function recordOf(file: string): Promise<DumpRecord | undefined> {
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of createReadStream(file)) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    return { file, bytes, sha256: hash.digest('hex') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

async function sync(file: string): Promise<void> {
  const handle = await fs.open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
