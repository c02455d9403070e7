import { spawn } from 'node:child_process';
import { ProviderError } from '@data-resources/plugin-data-resources-node';

/** What is kept of what a program says. */
const MOST_TEXT = 4_000;

/**
 * Runs one of PostgreSQL's programs to its end; answers what it printed.
 *
 * @throws ProviderError `Unreachable` where it cannot be run or was ended, `Rejected` with its own
 * words where it failed
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    let said = '';
    child.stdout.on('data', chunk => {
      printed = `${printed}${chunk}`.slice(0, MOST_TEXT);
    });
    child.stderr.on('data', chunk => {
      said = `${said}${chunk}`.slice(-MOST_TEXT);
    });
    child.on('error', error => {
      reject(
        new ProviderError(
          'Unreachable',
          `${command} cannot be run: ${error.message}`,
        ),
      );
    });
    child.on('close', (code, signal) => {
      if (code === 0) {
        resolve(printed);
      } else if (signal) {
        reject(
          new ProviderError(
            'Unreachable',
            `${command} was ended by ${signal} before it was done`,
          ),
        );
      } else {
        reject(
          new ProviderError(
            'Rejected',
            `${command} says: ${said.trim().replaceAll(/\s*\n\s*/g, '; ')}`,
          ),
        );
      }
    });
  });
}
