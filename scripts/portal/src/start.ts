import { promises as fs } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  assertPortsFree,
  DEFAULT_BASE_PORT,
  EngineName,
  engineNames,
  FolderLock,
  startEngines,
} from '@data-resources/test-engines';
import {
  enginePortNames,
  enginePorts,
  enginesFromOnly,
  parsePort,
  parsePorts,
} from './engineOptions';
import { portalEnvironment } from './environment';
import { interruptSignal } from './interrupt';
import { say } from './output';
import { portalFolder } from './paths';
import { PortalProcess } from './PortalProcess';

/** `./portal start`: engines, backend and app, until Ctrl-C. */
export async function start(args: string[]): Promise<number> {
  const options = await parseOptions(args);
  const { folder, ports, portalPorts, only } = options;
  const signal = interruptSignal();
  await fs.mkdir(folder, { recursive: true });
  const lock = await FolderLock.acquire(folder);
  const portal = new PortalProcess(folder, 'development');
  try {
    if (await portal.isRunning()) {
      say('Ending a portal that a killed run left behind');
    }
    await portal.stop();
    await assertPortsFree(
      options.app
        ? portalPorts
        : { backend: portalPorts.backend, metrics: portalPorts.metrics },
    );
    const unavailable = new Map<EngineName, string>(
      engineNames
        .filter(name => !only.includes(name))
        .map(name => [name, 'left out by --only']),
    );
    const engines = await startEngines({
      folder,
      lock,
      only,
      ports,
      progress: say,
      signal,
      onMissing: (name, reason) => {
        unavailable.set(name, reason);
        say(`${name} is not started: ${reason}`);
      },
    });
    try {
      say(
        `Starting the portal; ${path.relative(
          process.cwd(),
          portal.logFile,
        )} has what it prints`,
      );
      await portal.start({
        environment: portalEnvironment({
          description: await engines.describe(),
          enginePorts: ports,
          portalPorts,
          unavailable,
        }),
        ports: portalPorts,
        app: options.app,
        progress: say,
        signal,
      });
      say(
        options.app
          ? `The portal is ready: http://localhost:${portalPorts.app}`
          : `The backend is ready: http://localhost:${portalPorts.backend}`,
      );
      say(
        `Metrics for Prometheus: http://127.0.0.1:${portalPorts.metrics}/metrics`,
      );
      return await watch(portal, signal);
    } finally {
      say('Stopping the portal and its engines; the data stays');
      await portal.stop();
      await engines.stop();
    }
  } finally {
    await lock.release();
  }
}

/** Waits for Ctrl-C, or for the portal to end by itself, which is a failure. */
async function watch(
  portal: PortalProcess,
  signal: AbortSignal,
): Promise<number> {
  while (!signal.aborted) {
    if (!(await portal.isRunning())) {
      throw new Error(
        `The portal ended by itself. The end of ${
          portal.logFile
        }:\n${await portal.logTail()}`,
      );
    }
    await sleep(500, undefined, { signal }).catch(() => {});
  }
  return 0;
}

async function parseOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      port: { type: 'string', multiple: true, default: [] },
      'base-port': { type: 'string', default: String(DEFAULT_BASE_PORT) },
      data: { type: 'string', default: path.join(portalFolder, 'data') },
      'no-app': { type: 'boolean', default: false },
    },
  });
  const overrides = parsePorts(values.port, [
    'app',
    'backend',
    'metrics',
    ...enginePortNames,
  ] as const);
  const {
    app = 3000,
    backend = 7007,
    // Prometheus' usual port for OpenTelemetry's exporters.
    metrics = 9464,
    ...engineOverrides
  } = overrides;
  const only = enginesFromOnly(values.only) ?? engineNames;
  return {
    folder: path.resolve(values.data),
    app: !values['no-app'],
    portalPorts: { app, backend, metrics },
    ports: await enginePorts(
      parsePort('--base-port', values['base-port']),
      engineOverrides,
    ),
    // Backstage's own database is no instance: nothing runs without it.
    only: [...new Set<EngineName>(['portal', ...only])],
  };
}
