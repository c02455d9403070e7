import { promises as fs } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  EngineName,
  engineNames,
  FolderLock,
  freePorts,
  removeEngines,
  RunningEngines,
  startEngines,
  writeDescription,
} from '@data-resources/test-engines';
import { benchSuite, benchSuites } from './benchSuites';
import { enginesFromOnly, UsageError } from './engineOptions';
import { faultSuite } from './faultSuite';
import { interruptSignal } from './interrupt';
import { stopProgram } from './children';
import { say } from './output';
import { portalFolder } from './paths';
import { PortalProcess } from './PortalProcess';
import { sum, Tally } from './results';
import {
  clusterSuite,
  Journey,
  journeySuite,
  lintSuite,
  programPidFile,
  SuiteContext,
  typeSuite,
  unitSuite,
} from './suites';

const runsFolder = path.join(portalFolder, 'test');

const journeyNames: Journey[] = ['integration', 'e2e'];
const suiteNames = [
  'types',
  'lint',
  'unit',
  'integration',
  'e2e',
  'fault',
  'cluster',
  ...benchSuites,
] as const;
type Suite = (typeof suiteNames)[number];

function isSuite(name: string): name is Suite {
  return suiteNames.includes(name as Suite);
}

/** `./portal test`: every suite, or those that are named, on engines of this run. */
export async function test(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { only: { type: 'string' }, grep: { type: 'string' } },
    allowPositionals: true,
  });
  const paths = positionals.filter(name => !isSuite(name));
  for (const name of paths) {
    await fs.access(path.resolve(name)).catch(() => {
      throw new UsageError(
        `'${name}' is neither a suite (${suiteNames.join(
          ', ',
        )}) nor a folder or file`,
      );
    });
  }
  const suites = positionals.filter(isSuite);
  const all = positionals.length === 0;
  const signal = interruptSignal();
  const runFolder = path.join(runsFolder, String(process.pid));
  await removeOldRuns();
  await fs.mkdir(runFolder, { recursive: true });
  const lock = await FolderLock.acquire(runFolder);
  const begin = Date.now();
  const tallies: Tally[] = [];
  let checks: Promise<Tally[]> = Promise.resolve([]);
  try {
    const wants = (suite: Suite) => all || suites.includes(suite);
    checks = staticChecks(wants, signal);
    const unit = wants('unit') || paths.length > 0;
    const journeys = journeyNames.filter(wants);
    if (unit || journeys.length > 0) {
      const only = enginesFromOnly(values.only) ?? engineNames;
      // Beside the checks: most of the time an engine reads from disk and waits.
      const engines = await startTestEngines(runFolder, lock, only, signal);
      try {
        tallies.push(...(await checks));
        const context = await describeRun(runFolder, engines, signal);
        if (unit) {
          tallies.push(
            await reported('unit', () => unitSuite(context, paths), signal),
          );
        }
        if (journeys.length > 0) {
          tallies.push(
            await reported(
              journeys.join(' and '),
              () => journeySuite(context, journeys, values.grep),
              signal,
            ),
          );
        }
      } finally {
        await engines.stop();
      }
    } else {
      tallies.push(...(await checks));
    }
    // Each has servers of its own, judges no time and leaves a processor idle for much of it.
    tallies.push(
      ...(await Promise.all(
        benchSuites
          .filter(wants)
          .map(name =>
            reported(name, () => benchSuite(name, runFolder, signal), signal),
          ),
      )),
    );
    // Not part of all: it takes too long to be run with every change.
    if (suites.includes('cluster')) {
      tallies.push(
        await reported(
          'cluster',
          () => clusterSuite(runFolder, signal, values.grep),
          signal,
        ),
      );
    }
    if (wants('fault')) {
      tallies.push(await reported('fault', () => faultSuite(signal), signal));
    }
  } finally {
    // Not done yet where the engines did not start.
    await checks.catch(() => {});
    await lock.release();
    await removeEngines(runFolder);
  }
  const { passed, failed, failures } = sum(tallies);
  for (const { name, message } of failures) {
    say(`\nFailed: ${name}\n${message}`);
  }
  say(`\nAll of it took ${minutes(Date.now() - begin)}`);
  say(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** A run that was killed left servers and data behind; one that lives keeps its own. */
async function removeOldRuns(): Promise<void> {
  for (const name of await fs.readdir(runsFolder).catch(() => [])) {
    const folder = path.join(runsFolder, name);
    try {
      const lock = await FolderLock.acquire(folder);
      await stopProgram(programPidFile(folder));
      await new PortalProcess(folder, 'fixed').stop();
      await lock.release();
      await removeEngines(folder);
    } catch (error) {
      say(`${folder} stays: ${(error as Error).message}`);
    }
  }
}

async function startTestEngines(
  folder: string,
  lock: FolderLock,
  only: EngineName[],
  signal: AbortSignal,
): Promise<RunningEngines> {
  return startEngines({
    folder,
    lock,
    // The portal's server is also the one for tests that need some database.
    only: [...new Set<EngineName>(['portal', ...only])],
    ports: await freePorts(),
    volatile: true,
    progress: say,
    signal,
    onMissing: (name, reason) =>
      say(`${name} is not started, so its tests will fail: ${reason}`),
  });
}

async function describeRun(
  folder: string,
  engines: RunningEngines,
  signal: AbortSignal,
): Promise<SuiteContext> {
  const descriptionFile = path.join(folder, 'engines.json');
  const description = await engines.describe();
  await writeDescription(descriptionFile, description);
  return { folder, description, descriptionFile, signal };
}

/** Types and lint at once: each uses little more than one processor. */
function staticChecks(
  wants: (suite: Suite) => boolean,
  signal: AbortSignal,
): Promise<Tally[]> {
  const suites = { types: typeSuite, lint: lintSuite };
  const checks = Promise.all(
    (['types', 'lint'] as const)
      .filter(wants)
      .map(name => reported(name, () => suites[name](signal), signal)),
  );
  // Whoever waits for them may do something else first.
  checks.catch(() => {});
  return checks;
}

/** A suite that breaks off is one failure; the others still run. */
async function reported(
  name: string,
  run: () => Promise<Tally>,
  signal: AbortSignal,
): Promise<Tally> {
  say(`\n--- ${name}`);
  const begin = Date.now();
  const tally = await run().catch((error: Error): Tally => {
    signal.throwIfAborted();
    const message = error.stack ?? String(error);
    return { passed: 0, failed: 1, failures: [{ name, message }] };
  });
  say(
    `--- ${name}: ${tally.passed} passed, ${tally.failed} failed (${minutes(
      Date.now() - begin,
    )})`,
  );
  return tally;
}

function minutes(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  return seconds < 60
    ? `${seconds} s`
    : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
