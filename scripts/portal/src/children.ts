import { spawn } from 'node:child_process';
import { promises as fs, writeFileSync } from 'node:fs';
import { stopGroup } from '@data-resources/test-engines';
import { repositoryRoot } from './paths';

/**
 * Runs a program with its output on the terminal and returns its exit code. It has a
 * process group of its own, which ends as a whole when the signal aborts.
 */
export async function runProgram(
  command: string,
  args: string[],
  options: {
    env?: Record<string, string>;
    /** Folder to run in, the repository when left out. */
    cwd?: string;
    signal: AbortSignal;
    /** Records the group, for {@link stopProgram} after a kill of this process. */
    pidFile?: string;
  },
): Promise<number> {
  const { env, cwd = repositoryRoot, signal, pidFile } = options;
  signal.throwIfAborted();
  const child = spawn(command, args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (pidFile) {
    writeFileSync(pidFile, String(child.pid));
  }
  let stopping: Promise<void> | undefined;
  const onAbort = () => {
    if (child.pid !== undefined) {
      stopping = stopGroup(child.pid, '', 5_000);
    }
  };
  signal.addEventListener('abort', onAbort);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, exitSignal) =>
        resolve(exitSignal ? 1 : exitCode ?? 1),
      );
    });
    await stopping;
    signal.throwIfAborted();
    return code;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Ends what a killed run left of a program, all of its group. */
export async function stopProgram(pidFile: string): Promise<void> {
  const group = Number(await fs.readFile(pidFile, 'utf8').catch(() => ''));
  if (group > 1) {
    await stopGroup(group, repositoryRoot, 5_000);
  }
}
