import path from 'node:path';
import {
  type EnginesDescription,
  freePorts,
} from '@data-resources/test-engines';
import { runProgram } from './children';
import { portalEnvironment } from './environment';
import { say } from './output';
import { portalFolder, repositoryRoot } from './paths';
import { PortalProcess } from './PortalProcess';
import { type Tally, tallyOfPlaywright } from './results';
import {
  program,
  programPidFile,
  type SuiteContext,
  testEnvironment,
} from './suites';

/** Playwright's projects, see `playwright.config.ts`: over HTTP, and in the browser. */
export type Journey = 'integration' | 'e2e';

export const journeyNames: Journey[] = ['integration', 'e2e'];

/**
 * The journeys over HTTP or those in the browser, on a portal of their own that uses the context's
 * engines. They stop and count what runs there, so nothing else may use these at the same time.
 */
export async function journeySuite(
  context: SuiteContext,
  journey: Journey,
  /** Only tests whose name this expression matches; without one, all. */
  grep?: string,
): Promise<Tally> {
  const { folder, description, signal } = context;
  const ports = await freePorts(['backend', 'catalog'] as const);
  // The backend serves the app that was built.
  const portalPorts = { app: ports.backend, backend: ports.backend };
  const portal = new PortalProcess(folder, 'fixed');
  const report = path.join(folder, 'playwright.json');
  try {
    await portal.start({
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
          seconds: 5,
        }),
      },
      ports: portalPorts,
      app: journey === 'e2e',
      progress: line => say(`${journey}: ${line}`),
      signal,
    });
    const code = await runProgram(
      program('playwright'),
      [
        'test',
        `--project=${journey}`,
        // Emptied first, so no other run may keep anything there.
        `--output=${path.join(portalFolder, 'playwright', journey)}`,
        // The canary judges a whole run.
        ...(grep ? [`--grep=${grep}`, '--no-deps'] : []),
        '--reporter=list,json',
      ],
      {
        env: {
          ...testEnvironment(context),
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
      say(
        `The complaints of the portal of ${journey}:\n${await portal.complaints()}`,
      );
    }
    return tally;
  } finally {
    await portal.stop();
  }
}

/** Makes the app as a browser gets it in production. */
export async function buildApp(signal: AbortSignal): Promise<void> {
  const code = await runProgram(
    program('backstage-cli'),
    ['package', 'build'],
    { cwd: path.join(repositoryRoot, 'packages/app'), signal },
  );
  if (code !== 0) {
    throw new Error('The app could not be built, for the reason above');
  }
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
