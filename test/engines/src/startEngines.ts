import { promises as fs } from 'node:fs';
import path from 'node:path';
import { CassandraEngine } from './cassandra/CassandraEngine';
import {
  demandedNames,
  EngineDescriptions,
  EngineName,
  engineNames,
  EnginesDescription,
  PostgresDescription,
  testEngine,
  testEngines,
} from './description';
import { Engine, StartResult } from './Engine';
import { FolderLock } from './FolderLock';
import { MissingPrerequisiteError } from './java/findJava';
import { KafkaEngine } from './kafka/KafkaEngine';
import { EnginePorts, portsFrom } from './ports';
import { postgresUser, reachableFolder } from './postgres/binaries';
import { PostgresPair } from './postgres/PostgresPair';
import { PostgresEngine, PostgresName } from './postgres/PostgresEngine';

/** Options of {@link startEngines}. */
export interface StartEnginesOptions {
  /** Holds everything that the servers keep. */
  folder: string;
  ports: EnginePorts;
  /** Held by the caller already, and released by `stop()`. */
  lock?: FolderLock;
  /** The servers to start; all of them when left out. */
  only?: EngineName[];
  /** Gives up safety against a power failure for speed: for tests only. */
  volatile?: boolean;
  /** Heap of a Kafka broker or a Cassandra node; what it takes by itself is enough for some hundred objects. */
  heapMb?: number;
  /** Ends the start, and stops what it started. */
  signal?: AbortSignal;
  /** Told what starts and how long it took. */
  progress?: (line: string) => void;
  /**
   * Called when a server cannot start because this machine lacks something, instead
   * of failing the whole start.
   */
  onMissing?: (name: EngineName, reason: string) => void;
}

/** Servers that were started together. */
export class RunningEngines {
  readonly #engines: Engine[];
  readonly #folder: string;
  readonly #lock: FolderLock;

  /** @internal */
  constructor(folder: string, lock: FolderLock, engines: Engine[]) {
    this.#folder = folder;
    this.#lock = lock;
    this.#engines = engines;
  }

  /** One of them, for a test that stops, kills or freezes it. */
  engine(name: EngineName): Engine {
    const engine = this.#engines.find(candidate => candidate.name === name);
    if (!engine) {
      throw new Error(
        `The engine '${name}' was not started; running: ${this.#engines
          .map(candidate => candidate.name)
          .join(', ')}`,
      );
    }
    return engine;
  }

  /** Addresses and accounts of all of them. */
  async describe(): Promise<EnginesDescription> {
    const engines: Partial<EngineDescriptions> = {};
    for (const engine of this.#engines) {
      Object.assign(engines, { [engine.name]: await engine.describe() });
    }
    return { folder: this.#folder, engines };
  }

  /** Stops all of them, and what tests have demanded beside them; their data stays. */
  async stop(): Promise<void> {
    const demanded = await enginesIn(this.#folder, demandedNames);
    await Promise.all(
      [...this.#engines, ...demanded].map(engine => engine.stop()),
    );
    await this.#lock.release();
  }
}

/**
 * Starts the servers, one after the other: together they are no sooner ready on two
 * processors, and the progress reads in order. If one fails, those that this call
 * started are stopped again.
 */
export async function startEngines(
  options: StartEnginesOptions,
): Promise<RunningEngines> {
  const { only = engineNames, progress = () => {} } = options;
  await fs.mkdir(options.folder, { recursive: true });
  const folder = await fs.realpath(options.folder);
  const lock = options.lock ?? (await FolderLock.acquire(folder));
  const started: Engine[] = [];
  try {
    for (const name of engineNames.filter(known => only.includes(known))) {
      const engine = await createEngine(name, { ...options, folder });
      try {
        progress(message(name, await engine.start(options.signal)));
        started.push(engine);
      } catch (error) {
        await engine.stop();
        if (!(error instanceof MissingPrerequisiteError && options.onMissing)) {
          throw error;
        }
        options.onMissing(name, error.message);
      }
    }
  } catch (error) {
    await new RunningEngines(folder, lock, started).stop();
    throw error;
  }
  return new RunningEngines(folder, lock, started);
}

/**
 * Stops what a killed run left running on a data folder, and removes the folder. A
 * folder that a live run uses stays as it is.
 *
 * @returns whether it was removed
 */
export async function removeEngines(folder: string): Promise<boolean> {
  let lock: FolderLock;
  try {
    lock = await FolderLock.acquire(folder);
  } catch {
    return false;
  }
  const engines = await enginesIn(folder, [...engineNames, ...demandedNames]);
  await Promise.all(engines.map(engine => engine.stop()));
  await PostgresPair.removeAll(folder);
  await lock.release();
  for (const removed of [...engines.map(engine => engine.folder), folder]) {
    await fs.rm(removed, { recursive: true, force: true });
  }
  return true;
}

/** The servers of a data folder, whether or not they run, to be stopped. */
function enginesIn(
  folder: string,
  names: readonly EngineName[],
): Promise<Engine[]> {
  const ports = portsFrom();
  return Promise.all(names.map(name => createEngine(name, { folder, ports })));
}

/**
 * One of the servers that the running test may use, to be frozen, killed, stopped and
 * started again on the same ports and data. Other tests see that too: give it back.
 */
export async function runningEngine(name: EngineName): Promise<Engine> {
  const { ports, volatile } = testEngine(name);
  return createEngine(name, {
    folder: testEngines().folder,
    ports: { ...portsFrom(), ...ports },
    volatile,
  });
}

/**
 * Another, empty server with the same accounts, to be started at the ports of one that the running
 * test has stopped: a cluster that was exchanged behind its address. Stop it, and start the other
 * one again.
 */
export async function otherEngine(name: EngineName): Promise<Engine> {
  const { ports, volatile, folder } = testEngine(name);
  const other = await createEngine(name, {
    folder: path.join(testEngines().folder, 'others'),
    ports: { ...portsFrom(), ...ports },
    volatile,
  });
  await fs.mkdir(other.folder, { recursive: true });
  await fs.copyFile(
    path.join(folder, 'secrets.json'),
    path.join(other.folder, 'secrets.json'),
  );
  return other;
}

/** Address and accounts of the portal's own database in a data folder, whether or not it runs. */
export async function describePortalDatabase(
  options: Pick<StartEnginesOptions, 'folder' | 'ports'>,
): Promise<PostgresDescription> {
  const engine = await createEngine('portal', options);
  return (await engine.describe()) as PostgresDescription;
}

function message(name: EngineName, { reused, durationMs }: StartResult) {
  const time = `${(durationMs / 1000).toFixed(1)} s`;
  return reused
    ? `${name} still ran from an earlier start and is used again (${time})`
    : `${name} is up (${time})`;
}

/** A server of a data folder, not started yet. */
export async function createEngine(
  name: EngineName,
  options: StartEnginesOptions,
): Promise<Engine> {
  const { ports, volatile, progress, heapMb } = options;
  await fs.mkdir(options.folder, { recursive: true });
  const wanted = path.join(options.folder, name);
  switch (name) {
    case 'kafka-dev':
      return KafkaEngine.create({
        name,
        folder: wanted,
        volatile,
        heapMb,
        progress,
        ports: {
          'kafka-dev': ports['kafka-dev'],
          'kafka-dev-tls': ports['kafka-dev-tls'],
          'kafka-dev-controller': ports['kafka-dev-controller'],
        },
      });
    case 'cassandra-dev':
      return CassandraEngine.create({
        name,
        folder: wanted,
        volatile,
        heapMb,
        progress,
        ports: {
          'cassandra-dev': ports['cassandra-dev'],
          'cassandra-dev-storage': ports['cassandra-dev-storage'],
        },
      });
    default:
      return createPostgres(name, wanted, options);
  }
}

async function createPostgres(
  name: PostgresName,
  wanted: string,
  { ports, volatile, progress = () => {} }: StartEnginesOptions,
): Promise<Engine> {
  const folder = await reachableFolder(wanted, await postgresUser());
  if (folder !== wanted) {
    progress(
      `PostgreSQL's user may not enter ${wanted}; ${name} keeps its data in ${folder}`,
    );
  }
  const portName = name === 'portal' ? 'portal-db' : name;
  return PostgresEngine.create({
    name,
    folder,
    volatile,
    ports: { [portName]: ports[portName] },
    port: ports[portName],
  });
}
