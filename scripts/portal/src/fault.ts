import { randomInt } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type EngineName,
  FolderLock,
  freePorts,
  removeEngines,
  startEngines,
} from '@data-resources/test-engines';
import {
  isBad,
  type Kind,
  kinds,
  type PartName,
  partNames,
  type PartResult,
  runFault,
  tableOf,
} from '@data-resources/test-fault';
import { UsageError } from './engineOptions';
import { portalEnvironment } from './environment';
import { interruptSignal } from './interrupt';
import { say } from './output';
import { portalFolder } from './paths';

/** What a run of the fault runner is about. */
export interface FaultRun {
  seed: number;
  short: boolean;
  kinds: Kind[];
  parts: PartName[];
  kills: number;
}

/** `./portal fault`: see docs/faults.md. */
export async function fault(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string' },
      short: { type: 'boolean', default: false },
      only: { type: 'string' },
      engines: { type: 'string' },
      kills: { type: 'string' },
    },
  });
  const run: FaultRun = {
    seed: numberOf('--seed', values.seed) ?? randomInt(1, 1_000_000),
    short: values.short,
    kinds: chosen('--engines', values.engines, Object.keys(kinds)).map(
      name => kinds[name as Kind['name']],
    ),
    parts: chosen('--only', values.only, partNames) as PartName[],
    kills: numberOf('--kills', values.kills) ?? (values.short ? 6 : 200),
  };
  const results = await runWithEngines(run, interruptSignal());
  return results.some(isBad) ? 1 : 0;
}

/** Starts engines of its own, runs on them, prints the table and removes them. */
export async function runWithEngines(
  run: FaultRun,
  signal: AbortSignal,
): Promise<PartResult[]> {
  say(`Seed ${run.seed}. To repeat this run:\n  ${repeatLine(run)}`);
  const folder = path.join(portalFolder, 'fault', String(process.pid));
  await fs.mkdir(folder, { recursive: true });
  const lock = await FolderLock.acquire(folder);
  const enginePorts = await freePorts();
  let failed = true;
  try {
    const engines = await startEngines({
      folder,
      lock,
      only: [
        'portal',
        ...run.kinds.map(({ instance }): EngineName => instance),
      ],
      ports: enginePorts,
      volatile: true,
      progress: say,
      signal,
    });
    try {
      const description = await engines.describe();
      const results = await runFault({
        ...run,
        folder,
        engines,
        description,
        signal,
        say,
        environment: portalEnvironment({
          description,
          enginePorts,
          portalPorts: { app: 0, backend: 0 },
          unavailable: new Map(),
        }),
      });
      say(`\n${tableOf(results)}\n\nSeed ${run.seed}: ${repeatLine(run)}`);
      failed = results.some(isBad);
      return results;
    } finally {
      await engines.stop();
    }
  } finally {
    await lock.release();
    if (failed) {
      say(`The logs of the backends are in ${folder}`);
    } else {
      await removeEngines(folder);
    }
  }
}

function repeatLine(run: FaultRun): string {
  return [
    `./portal fault --seed ${run.seed}`,
    ...(run.short ? ['--short'] : []),
    `--only ${run.parts.join(',')}`,
    `--engines ${run.kinds.map(({ name }) => name).join(',')}`,
    `--kills ${run.kills}`,
  ].join(' ');
}

function chosen<T extends string>(
  option: string,
  text: string | undefined,
  known: readonly T[],
): T[] {
  const names = text?.split(',').map(name => name.trim()) ?? [...known];
  for (const name of names) {
    if (!known.includes(name as T)) {
      throw new UsageError(
        `${option} names '${name}'; known are ${known.join(
          ', ',
        )}, joined by commas`,
      );
    }
  }
  return names as T[];
}

function numberOf(option: string, text: string | undefined) {
  if (text !== undefined && !/^\d{1,9}$/.test(text)) {
    throw new UsageError(`${option} is '${text}'; it must be a whole number`);
  }
  return text === undefined ? undefined : Number(text);
}
