import { promises as fs } from 'node:fs';
import path from 'node:path';
import {
  DEFAULT_BASE_PORT,
  describePortalDatabase,
} from '@data-resources/test-engines';
import { runProgram } from './children';
import { enginePorts, UsageError } from './engineOptions';
import { interruptSignal } from './interrupt';
import { portalFolder, repositoryRoot } from './paths';

const program = path.join(
  repositoryRoot,
  'plugins/data-resources-backend/bin/data-resources-audit.js',
);

/**
 * `./portal audit verify`: the backend plugin's own program, on the portal's database unless
 * another one is named.
 */
export async function audit(args: string[]): Promise<number> {
  const isElsewhere =
    args[0] !== 'verify' ||
    args.some(arg => /^--(config|database-url)\b/.test(arg));
  return runProgram(
    process.execPath,
    [
      '--require',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      program,
      ...args,
      ...(isElsewhere
        ? []
        : ['--config', path.join(repositoryRoot, 'app-config.yaml')]),
    ],
    {
      env: isElsewhere ? {} : await databaseEnvironment(),
      signal: interruptSignal(),
    },
  );
}

/** What `app-config.yaml` reads, where `./portal start` keeps it. */
async function databaseEnvironment(): Promise<Record<string, string>> {
  if (process.env.PORTAL_DB_PASSWORD) {
    return {};
  }
  const folder = path.join(portalFolder, 'data');
  await fs.access(folder).catch(() => {
    throw new UsageError(
      `${folder} is not there, so no portal was started; name a database with --database-url or --config`,
    );
  });
  const { port, provisioner } = await describePortalDatabase({
    folder,
    ports: await enginePorts(DEFAULT_BASE_PORT, {}),
  });
  return {
    PORTAL_DB_PORT: String(port),
    PORTAL_DB_USER: provisioner.user,
    PORTAL_DB_PASSWORD: provisioner.password,
  };
}
