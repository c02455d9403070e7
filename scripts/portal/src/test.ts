import { promises as fs } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { engineNames } from '@data-resources/test-engines';
import { type BenchSuite, benchSuite, benchSuites } from './benchSuites';
import { requireChromium } from './chromium';
import { enginesFromOnly, UsageError } from './engineOptions';
import { faultSuite } from './faultSuite';
import { interruptSignal } from './interrupt';
import { buildApp, type Journey, journeyNames, journeySuite } from './journeys';
import { say } from './output';
import { providePostgresTools } from './postgresTools';
import { sum, type Tally } from './results';
import { clusterSuite, lintSuite, typeSuite, unitSuite } from './suites';
import { TestRun } from './TestRun';

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
  const run = await TestRun.open(signal);
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
      const tools = providePostgresTools(signal);
      tools.catch(() => {});
      // Beside the checks: most of the time an engine reads from disk and waits.
      const engines = await run.startEngines(only);
      try {
        tallies.push(...(await checks));
        await tools;
        const context = await run.describe(engines);
        // Beside the unit tests, which wait for servers.
        const app = journeys.includes('e2e')
          ? appInBrowser(signal)
          : Promise.resolve();
        app.catch(() => {});
        if (unit) {
          tallies.push(
            await reported('unit', () => unitSuite(context, paths), signal),
          );
        }
        const journey = async (name: Journey) => {
          if (!journeys.includes(name)) {
            return [];
          }
          // No backend may start while the app is made, for it reads the app then.
          await app;
          return [
            await reported(
              name,
              () => journeySuite(context, name, values.grep),
              signal,
            ),
          ];
        };
        // The journeys over HTTP wait for most of their time, and none of the short runs judges any.
        tallies.push(
          ...(
            await together([
              journey('integration'),
              shortRuns(run.folder, wants, signal),
            ])
          ).flat(),
          ...(await journey('e2e')),
        );
      } finally {
        await engines.stop();
      }
    } else {
      tallies.push(...(await checks));
      tallies.push(...(await shortRuns(run.folder, wants, signal)));
    }
    // With nothing beside it, for it compares times with those of bare clients.
    if (wants('speed')) {
      tallies.push(
        await reported(
          'speed',
          () => benchSuite('speed', run.folder, signal),
          signal,
        ),
      );
    }
    // Not part of all: it takes too long to be run with every change.
    if (suites.includes('cluster')) {
      tallies.push(
        await reported(
          'cluster',
          () => clusterSuite(run.folder, signal, values.grep),
          signal,
        ),
      );
    }
  } finally {
    // Not done yet where the engines did not start.
    await checks.catch(() => {});
    await run.close();
  }
  const { passed, failed, failures } = sum(tallies);
  for (const { name, message } of failures) {
    say(`\nFailed: ${name}\n${message}`);
  }
  say(`\nAll of it took ${minutes(Date.now() - begin)}`);
  say(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** What the journeys in the browser need beside servers. */
async function appInBrowser(signal: AbortSignal): Promise<void> {
  await requireChromium(signal);
  await buildApp(signal);
}

/** Two at a time: each has a backend and servers of its own, which need a gigabyte. */
const shortRunLanes: (BenchSuite | 'fault')[][] = [
  ['fuzz', 'load'],
  ['scale', 'fault'],
];

/** Short forms of the benchmarks that judge no time, of the made-up calls and of the faults. */
async function shortRuns(
  folder: string,
  wants: (suite: Suite) => boolean,
  signal: AbortSignal,
): Promise<Tally[]> {
  const tallies = await together(
    shortRunLanes.map(async lane => {
      const done: Tally[] = [];
      for (const name of lane.filter(wants)) {
        done.push(
          await reported(
            name,
            () =>
              name === 'fault'
                ? faultSuite(signal)
                : benchSuite(name, folder, signal),
            signal,
          ),
        );
      }
      return done;
    }),
  );
  return tallies.flat();
}

/** All results; where one throws, the others still end first, with their servers. */
async function together<T>(runs: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(runs);
  return Promise.all(runs);
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
