import { promises as fs } from 'node:fs';
import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import type { DumpConfig } from '../config/readDeletion';
import { ok } from '../preflight/ok';
import { runProgram } from './runProgram';

/** What a plan is told about last dumps; a probe keeps it among its facts. */
export type DumpState = {
  folder: string;
  /** Why none can be made now. */
  problem?: string;
};

const VERSION = /(\d+)(?:\.\d+|devel|beta\d+|rc\d+)/;

/** Looks whether a dump of this server could be made. */
export async function readDumpState(
  config: DumpConfig,
  versionNumber: number,
): Promise<DumpState> {
  const { folder } = config;
  const problem =
    (await folderProblem(folder)) ??
    (await programProblem(config, Math.floor(versionNumber / 10_000)));
  return { folder, ...(problem === undefined ? {} : { problem }) };
}

/** As it stands among the conditions of an instance. */
export function dumpCondition({
  folder,
  problem,
}: DumpState): InstanceCondition {
  return problem === undefined
    ? ok('Dump', `A last dump of what is deleted is written to ${folder}`)
    : {
        type: 'Dump',
        // Only deletions wait for it: their plans say no.
        status: 'warn',
        message: `No database can be deleted, for no last dump of it can be made: ${problem}`,
      };
}

async function folderProblem(folder: string): Promise<string | undefined> {
  try {
    if (!(await fs.stat(folder)).isDirectory()) {
      return `${folder} (deletion.dump.folder) is no folder`;
    }
    await fs.access(folder, fs.constants.W_OK | fs.constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? `the folder ${folder} (deletion.dump.folder) is not there; make it, for the user of the backend alone (mode 0700)`
      : `the backend may not write to ${folder} (deletion.dump.folder): ${code}`;
  }
}

/** `pg_dump` refuses servers that are newer than itself. */
async function programProblem(
  { command, restoreCommand }: DumpConfig,
  server: number,
): Promise<string | undefined> {
  for (const program of [command, restoreCommand]) {
    let printed: string;
    try {
      printed = await runProgram(program, ['--version'], {
        env: { PATH: process.env.PATH, LC_ALL: 'C' },
      });
    } catch (error) {
      return `${
        (error as Error).message
      }; install PostgreSQL's client programs, of version ${server} or newer, or give the path of pg_dump in deletion.dump.command`;
    }
    const version = Number(VERSION.exec(printed)?.[1] ?? 0);
    if (version < server) {
      return `${program} is of version ${version} and the server of ${server}, which it refuses; install the client programs of version ${server}, and give the path of pg_dump in deletion.dump.command`;
    }
  }
  return undefined;
}
