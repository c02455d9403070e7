import { promises as fs } from 'node:fs';
import { say } from './output';
import { runProgram } from './children';

/** Where Debian and Ubuntu put it, and the browser tests look for it. */
export const CHROMIUM = '/usr/bin/chromium';

/** How to get it by hand. */
export const HOW_TO_GET_CHROMIUM =
  'apt-get install --no-install-recommends chromium fonts-dejavu-core';

/** Whether the browser is there. */
export async function hasChromium(): Promise<boolean> {
  return fs.access(CHROMIUM, fs.constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Installs Debian's Chromium when it is missing and the caller is root.
 *
 * @throws when it is not there afterwards
 */
export async function requireChromium(signal: AbortSignal): Promise<void> {
  if (await hasChromium()) {
    return;
  }
  if (process.getuid?.() === 0 && process.platform === 'linux') {
    say('Installing Chromium for the browser tests');
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await runProgram('apt-get', ['-qq', 'update'], { env, signal });
    await runProgram(
      'apt-get',
      ['-qq', '-y', ...HOW_TO_GET_CHROMIUM.split(' ').slice(1)],
      { env, signal },
    );
  }
  if (!(await hasChromium())) {
    throw new Error(
      `The browser tests need ${CHROMIUM}; on Debian, as root: ${HOW_TO_GET_CHROMIUM}`,
    );
  }
}
