import { spawn } from 'node:child_process';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  freePorts,
  removeEngines,
  startEngines,
  stopGroup,
} from '@data-resources/test-engines';
import { backendArguments, backendFolder } from '../backendProgram';
import { portalEnvironment } from '../environment';
import { interruptSignal } from '../interrupt';
import { say } from '../output';
import { portalFolder } from '../paths';

const START_TIMEOUT_MS = 180_000;
/** Ours may take this many times as long as the same backend without our plugins. */
const LIMIT = 1.3;

interface Variant {
  name: string;
  folder: string;
}

/**
 * `./portal bench boot`: how long the backend takes until it is ready, with and without our
 * plugins, in turns and in one run. No engine runs, so every instance is unreachable.
 */
export async function boot(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { runs: { type: 'string', default: '5' } },
  });
  const signal = interruptSignal();
  const folder = path.join(portalFolder, 'bench', `boot-${process.pid}`);
  await fs.mkdir(folder, { recursive: true });
  const ports = await freePorts();
  const engines = await startEngines({
    folder,
    only: ['portal'],
    ports,
    volatile: true,
    progress: say,
    signal,
    onMissing: (name, reason) => say(`${name} is not started: ${reason}`),
  });
  try {
    const portalPorts = await freePorts(['app', 'backend'] as const);
    const environment = portalEnvironment({
      description: await engines.describe(),
      enginePorts: ports,
      portalPorts,
      unavailable: new Map(),
    });
    const variants: Variant[] = [
      { name: 'without', folder: await withoutOurPlugins(folder) },
      { name: 'with', folder: backendFolder },
    ];
    const times = new Map<string, number[]>();
    // The first of each migrates its databases and fills the compiler's cache: not counted.
    for (let run = 0; run <= Number(values.runs); run += 1) {
      for (const { name, folder: cwd } of variants) {
        signal.throwIfAborted();
        const ms = await timeBoot(cwd, environment, portalPorts.backend);
        say(`${run === 0 ? 'warm-up' : `run ${run}`} ${name}: ${ms} ms`);
        if (run > 0) {
          times.set(name, [...(times.get(name) ?? []), ms]);
        }
      }
    }
    const [without, ours] = variants.map(({ name }) => times.get(name)!);
    // By pairs, for the machine gets faster and slower from one run to the next.
    const ratio = median(ours.map((ms, run) => ms / without[run]));
    say(
      `median without our plugins ${median(without)} ms, with them ${median(
        ours,
      )} ms; of the pairs ${ratio.toFixed(2)} times (at most ${LIMIT})`,
    );
    return ratio <= LIMIT ? 0 : 1;
  } finally {
    await engines.stop();
    await removeEngines(folder);
  }
}

/** A copy of the backend package that knows nothing of us, its configuration schema included. */
async function withoutOurPlugins(folder: string): Promise<string> {
  const copy = path.join(folder, 'backend-without');
  await fs.mkdir(path.join(copy, 'src'), { recursive: true });
  const manifest = JSON.parse(
    await fs.readFile(path.join(backendFolder, 'package.json'), 'utf8'),
  );
  manifest.dependencies = Object.fromEntries(
    Object.entries(manifest.dependencies).filter(
      ([name]) => !name.startsWith('@data-resources/'),
    ),
  );
  await fs.writeFile(
    path.join(copy, 'package.json'),
    JSON.stringify(manifest, null, 2),
  );
  await fs.copyFile(
    path.join(backendFolder, 'src/upstream.ts'),
    path.join(copy, 'src/upstream.ts'),
  );
  await fs.writeFile(
    path.join(copy, 'src/index.ts'),
    `import { createBackend } from '@backstage/backend-defaults';
import { addUpstream } from './upstream';

const backend = createBackend();
addUpstream(backend);
backend.start();
`,
  );
  return copy;
}

/** Milliseconds from the start of the process until the backend says that it is ready. */
async function timeBoot(
  cwd: string,
  environment: Record<string, string>,
  port: number,
): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, backendArguments, {
    cwd,
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, ...environment },
  });
  try {
    const url = `http://127.0.0.1:${port}/.backstage/health/v1/readiness`;
    while (performance.now() - begin < START_TIMEOUT_MS) {
      if (child.exitCode !== null) {
        throw new Error(`The backend in ${cwd} ended while it started`);
      }
      const ready = await fetch(url).then(
        response => response.ok,
        () => false,
      );
      if (ready) {
        return Math.round(performance.now() - begin);
      }
      await sleep(20);
    }
    throw new Error(`The backend in ${cwd} was not ready in time`);
  } finally {
    await stopGroup(child.pid!, '', 10_000);
  }
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
