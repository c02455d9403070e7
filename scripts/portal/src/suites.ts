import { promises as fs } from 'node:fs';
import path from 'node:path';
import {
  DESCRIPTION_VARIABLE,
  type EnginesDescription,
} from '@data-resources/test-engines';
import { runProgram } from './children';
import { portalFolder, repositoryRoot } from './paths';
import { Tally, tallyOfJest, tallyOfProgram } from './results';

/** What the suites of one run share. */
export interface SuiteContext {
  /** Holds what the run leaves behind until it ends. */
  folder: string;
  description: EnginesDescription;
  descriptionFile: string;
  signal: AbortSignal;
}

/**
 * On two processors: a third worker uses the time in which the others wait for a server. Each needs up
 * to a gigabyte.
 */
const JEST_WORKERS = 3;

/** They need three nodes and many minutes, so only `./portal test cluster` runs them. */
const CLUSTER_TESTS =
  'plugins/data-resources-backend-module-cassandra/src/cluster/';

/** Type check of the whole repository. */
export async function typeSuite(signal: AbortSignal): Promise<Tally> {
  return tallyOfProgram(
    'types',
    await runProgram(
      program('tsc'),
      [
        '--noEmit',
        '--incremental',
        '--tsBuildInfoFile',
        path.join(portalFolder, 'types.tsbuildinfo'),
      ],
      { signal },
    ),
  );
}

/** Lint of every package. */
export async function lintSuite(signal: AbortSignal): Promise<Tally> {
  return tallyOfProgram(
    'lint',
    await runProgram(
      program('backstage-cli'),
      ['repo', 'lint', '--max-warnings', '0'],
      { signal },
    ),
  );
}

/** All Jest tests, or those below some paths. */
export async function unitSuite(
  context: SuiteContext,
  paths: string[],
): Promise<Tally> {
  const report = path.join(context.folder, 'jest.json');
  await fs.rm(report, { force: true });
  const code = await runProgram(
    program('backstage-cli'),
    [
      'repo',
      'test',
      '--watch=false',
      `--maxWorkers=${JEST_WORKERS}`,
      // Above it a worker ends and the next one loads all modules anew: 4 s of processor each time.
      '--workerIdleMemoryLimit=3000M',
      `--testSequencer=${path.join(
        repositoryRoot,
        'scripts/portal/jest/slowestFirst.js',
      )}`,
      '--json',
      `--outputFile=${report}`,
      ...paths.map(name => path.relative(repositoryRoot, path.resolve(name))),
      // Last: it takes all that follows.
      '--testPathIgnorePatterns',
      '/node_modules/',
      CLUSTER_TESTS,
    ],
    {
      env: testEnvironment(context),
      signal: context.signal,
      pidFile: programPidFile(context.folder),
    },
  );
  return tallyOfJest(report, code);
}

/** A keyspace on three real nodes in two data centres, which the tests start and stop by themselves. */
export async function clusterSuite(
  runFolder: string,
  signal: AbortSignal,
  /** Only tests whose name this expression matches; without one, all. */
  grep?: string,
): Promise<Tally> {
  const report = path.join(runFolder, 'cluster.json');
  await fs.rm(report, { force: true });
  const code = await runProgram(
    program('backstage-cli'),
    [
      'repo',
      'test',
      '--watch=false',
      '--maxWorkers=1',
      ...(grep ? [`--testNamePattern=${grep}`] : []),
      '--json',
      `--outputFile=${report}`,
      CLUSTER_TESTS,
    ],
    { signal, pidFile: programPidFile(runFolder) },
  );
  return tallyOfJest(report, code);
}

/** Records the process group of the runner of a run's tests. */
export function programPidFile(runFolder: string): string {
  return path.join(runFolder, 'program.pid');
}

/** Where the tests of a run find its servers. */
export function testEnvironment(context: SuiteContext): Record<string, string> {
  const { portal } = context.description.engines;
  if (!portal) {
    throw new Error(
      'The server for tests that need some database does not run',
    );
  }
  const { user, password } = portal.provisioner;
  return {
    [DESCRIPTION_VARIABLE]: context.descriptionFile,
    BACKSTAGE_TEST_DISABLE_DOCKER: '1',
    BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING: `postgresql://${user}:${password}@${portal.host}:${portal.port}/postgres`,
  };
}

/** A program that the repository depends on. */
export function program(name: string): string {
  return path.join(repositoryRoot, 'node_modules/.bin', name);
}
