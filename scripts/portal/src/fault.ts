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

const runsFolder = path.join(portalFolder, 'fault');
const kindNames = Object.keys(kinds) as Kind['name'][];

/** What a run of the fault runner is about. */
export interface FaultRun {
  seed: number;
  short: boolean;
  kinds: Kind[];
  parts: PartName[];
  kills: number;
  /** Of the moments, only those whose name matches. */
  match?: RegExp;
  /** Each part goes no further than this. */
  minutes?: number;
}

/** In a short run the seed chooses one engine, and one of these parts: each takes its time. */
const ENGINE_IN_TURNS: Kind['name'][] = ['postgres', 'kafka'];
const PART_IN_TURNS: PartName[] = [
  'kills',
  'replicas',
  'shutdown',
  'database',
  'outages',
];

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
      minutes: { type: 'string' },
      match: { type: 'string' },
    },
  });
  const seed = numberOf('--seed', values.seed) ?? randomInt(1, 1_000_000);
  const usual = values.short ? shortRun(seed) : fullRun(seed);
  const kills = numberOf('--kills', values.kills);
  const minutes = numberOf('--minutes', values.minutes);
  const run: FaultRun = {
    ...usual,
    ...(values.engines
      ? { kinds: kindsOf(chosen('--engines', values.engines, kindNames)) }
      : {}),
    ...(values.only ? { parts: chosen('--only', values.only, partNames) } : {}),
    ...(kills === undefined ? {} : { kills }),
    ...(minutes === undefined ? {} : { minutes }),
    ...(values.match === undefined ? {} : { match: matcher(values.match) }),
  };
  const results = await runWithEngines(run, interruptSignal());
  return results.some(isBad) ? 1 : 0;
}

/** A sample of every kind. */
export function shortRun(seed: number): FaultRun {
  return {
    seed,
    short: true,
    kinds: kindsOf([ENGINE_IN_TURNS[seed % ENGINE_IN_TURNS.length]]),
    parts: ['crowd', 'moments', PART_IN_TURNS[seed % PART_IN_TURNS.length]],
    kills: 4,
  };
}

function fullRun(seed: number): FaultRun {
  return {
    seed,
    short: false,
    kinds: kindsOf(kindNames),
    parts: partNames,
    kills: 200,
  };
}

function kindsOf(names: readonly Kind['name'][]): Kind[] {
  return names.map(name => kinds[name]);
}

/** Starts engines of its own, runs on them, prints the table and removes them. */
export async function runWithEngines(
  run: FaultRun,
  signal: AbortSignal,
): Promise<PartResult[]> {
  say(`Seed ${run.seed}. To repeat this run:\n  ${repeatLine(run)}`);
  await removeOldRuns();
  const folder = path.join(runsFolder, String(process.pid));
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

/** A run that was killed left its engines running; one that failed, its logs. */
async function removeOldRuns(): Promise<void> {
  for (const name of await fs.readdir(runsFolder).catch(() => [])) {
    await removeEngines(path.join(runsFolder, name));
  }
}

function repeatLine(run: FaultRun): string {
  return [
    `./portal fault --seed ${run.seed}`,
    ...(run.short ? ['--short'] : []),
    `--only ${run.parts.join(',')}`,
    `--engines ${run.kinds.map(({ name }) => name).join(',')}`,
    `--kills ${run.kills}`,
    ...(run.minutes === undefined ? [] : [`--minutes ${run.minutes}`]),
    ...(run.match === undefined ? [] : [`--match '${run.match.source}'`]),
  ].join(' ');
}

function chosen<T extends string>(
  option: string,
  text: string,
  known: readonly T[],
): T[] {
  return text.split(',').map(word => {
    const name = known.find(each => each === word.trim());
    if (!name) {
      throw new UsageError(
        `${option} names '${word}'; known are ${known.join(
          ', ',
        )}, joined by commas`,
      );
    }
    return name;
  });
}

function numberOf(option: string, text: string | undefined) {
  if (text !== undefined && !/^\d{1,9}$/.test(text)) {
    throw new UsageError(`${option} is '${text}'; it must be a whole number`);
  }
  return text === undefined ? undefined : Number(text);
}

function matcher(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new UsageError(
      `--match is '${text}', which is no regular expression: ${
        (error as Error).message
      }`,
    );
  }
}
