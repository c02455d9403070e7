import { promises as fs } from 'node:fs';
import path from 'node:path';
import {
  DESCRIPTION_VARIABLE,
  EnginesDescription,
  freePorts,
} from '@data-resources/test-engines';
import { runProgram } from './children';
import { requireChromium } from './chromium';
import { portalEnvironment } from './environment';
import { say } from './output';
import { portalFolder, repositoryRoot } from './paths';
import { writeJourneyConfig } from './journeyConfig';
import { PortalProcess } from './PortalProcess';
import { providePostgresTools } from './postgresTools';
import {
  Tally,
  tallyOfJest,
  tallyOfPlaywright,
  tallyOfProgram,
} from './results';

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
  await providePostgresTools(context.signal);
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

/** Playwright's projects, see `playwright.config.ts`. */
export type Journey = 'integration' | 'e2e';

/**
 * The journeys over HTTP, those in the browser, or both, on a portal of their own that uses this
 * run's engines.
 */
export async function journeySuite(
  context: SuiteContext,
  journeys: Journey[],
  /** Only tests whose name this expression matches; without one, all. */
  grep?: string,
): Promise<Tally> {
  const { folder, description, signal } = context;
  const inBrowser = journeys.includes('e2e');
  if (inBrowser) {
    await requireChromium(signal);
    await buildApp(signal);
  }
  const ports = await freePorts(['backend', 'catalog'] as const);
  // The backend serves the app that was built.
  const portalPorts = { app: ports.backend, backend: ports.backend };
  const portal = new PortalProcess(folder, 'fixed');
  const report = path.join(folder, 'playwright.json');
  await providePostgresTools(signal);
  const config = await writeJourneyConfig(folder);
  try {
    await portal.start({
      config: config.file,
      environment: {
        ...portalEnvironment({
          description,
          // Ports of those that do not run: free ones, so nothing answers there.
          enginePorts: { ...(await freePorts()), ...portsOf(description) },
          portalPorts,
          unavailable: new Map(),
        }),
        // Lets the tests serve catalog files of their own to the portal.
        APP_CONFIG_backend_reading_allow: JSON.stringify([
          { host: `localhost:${ports.catalog}` },
        ]),
        // What tests make by themselves is found while they wait for it.
        APP_CONFIG_dataResources_discovery_interval: JSON.stringify({
          seconds: 10,
        }),
      },
      ports: portalPorts,
      app: inBrowser,
      progress: say,
      signal,
    });
    const code = await runProgram(
      program('playwright'),
      [
        'test',
        ...journeys.map(name => `--project=${name}`),
        // The canary judges a whole run.
        ...(grep ? [`--grep=${grep}`, '--no-deps'] : []),
        '--reporter=list,json',
      ],
      {
        env: {
          ...testEnvironment(context),
          ...config.variables,
          PLAYWRIGHT_JSON_OUTPUT_FILE: report,
          PORTAL_APP_URL: `http://localhost:${portalPorts.app}`,
          PORTAL_BACKEND_URL: `http://localhost:${portalPorts.backend}`,
          PORTAL_LOG_FILE: portal.logFile,
          PORTAL_TEST_CATALOG_URL: `http://localhost:${ports.catalog}`,
        },
        pidFile: programPidFile(folder),
        signal,
      },
    );
    const tally = await tallyOfPlaywright(report, code);
    if (tally.failed > 0) {
      say(`The portal's complaints:\n${await portal.complaints()}`);
    }
    return tally;
  } finally {
    await portal.stop();
  }
}

/** Makes the app as a browser gets it in production. */
async function buildApp(signal: AbortSignal): Promise<void> {
  const code = await runProgram(
    program('backstage-cli'),
    ['package', 'build'],
    { cwd: path.join(repositoryRoot, 'packages/app'), signal },
  );
  if (code !== 0) {
    throw new Error('The app could not be built, for the reason above');
  }
}

/** Records the process group of the runner of a run's tests. */
export function programPidFile(runFolder: string): string {
  return path.join(runFolder, 'program.pid');
}

function testEnvironment(context: SuiteContext): Record<string, string> {
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

function portsOf({ engines }: EnginesDescription): Record<string, number> {
  const ports: Record<string, number> = {};
  for (const engine of Object.values(engines)) {
    ports[engine.name === 'portal' ? 'portal-db' : engine.name] = engine.port;
    if (engine.engine === 'kafka') {
      ports[`${engine.name}-tls`] = engine.tlsPort;
    }
  }
  return ports;
}

function program(name: string): string {
  return path.join(repositoryRoot, 'node_modules/.bin', name);
}
