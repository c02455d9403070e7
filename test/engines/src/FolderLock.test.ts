import { spawn } from 'node:child_process';
import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FolderLock } from './FolderLock';

describe('FolderLock', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(tmpdir(), 'folder-lock-'));
  });

  afterEach(async () => {
    await fs.rm(folder, { recursive: true });
  });

  it('should keep out everybody until it is released', async () => {
    const lock = await FolderLock.acquire(folder);
    await expect(FolderLock.acquire(folder)).rejects.toThrow(folder);
    await lock.release();
    await (await FolderLock.acquire(folder)).release();
  });

  it('should be taken over from a process that is gone or whose pid is used anew', async () => {
    const stranger = spawn(process.execPath, [
      '-e',
      'setInterval(() => {}, 1000)',
    ]);
    try {
      for (const pid of [999_999_999, stranger.pid]) {
        await fs.writeFile(
          path.join(folder, 'lock.json'),
          JSON.stringify({ pid, identity: 'node portal', startedAt: '' }),
        );
        const lock = await FolderLock.acquire(folder);
        const holder = await fs.readFile(
          path.join(folder, 'lock.json'),
          'utf8',
        );
        expect(JSON.parse(holder).pid).toBe(process.pid);
        await lock.release();
      }
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('should let one of two win that start at once', async () => {
    const results = await Promise.allSettled([
      FolderLock.acquire(folder),
      FolderLock.acquire(folder),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'rejected',
    ]);
    expect(await fs.readdir(folder)).toEqual(['lock.json']);
  });
});
