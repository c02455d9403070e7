import path from 'node:path';
import { BenchDatabase } from '../BenchDatabase';
import { BenchServer } from '../BenchServer';
import { median } from '../statistics';
import { fillDatabase } from './fillDatabase';
import { sizeFor } from './fillStatements';
import { judgePlan } from './judgePlan';
import { listCalls, type ListCall } from './lists';
import { people } from './people';
import { PlanLog } from './PlanLog';
import { findSubjects } from './subjects';

/** At the greater size a list may take this many times as long. */
export const RATIO_AT_MOST = 1.5;
/** Of the time of a call by which two runs of the same differ on a machine that does more. */
const NOISE_MS = 3;
/** By which the heap may grow over the run: caches of statements and of tokens. */
const HEAP_GROWTH_MB = 25;
const WARM_UP = 2;
/** Requests below which PostgreSQL rightly reads some tables through that it would not read at full size. */
const SMALL = 100_000;

/** Options of {@link scale}. */
export interface ScaleOptions {
  folder: string;
  /** Of the two databases. */
  requests: { few: number; many: number };
  /** How often each list is asked for at each size. */
  runs: number;
  /** Whether times are judged; else only the plans, and the memory, are. */
  judgeTimes: boolean;
  say(line: string): void;
  signal: AbortSignal;
}

interface Side {
  server: BenchServer;
  calls: ListCall[];
}

/**
 * Compares every list of the API between two databases of different sizes in one run, and looks
 * at how the database did what it was asked. Answers what is wrong.
 */
export async function scale(options: ScaleOptions): Promise<string[]> {
  const { folder, requests, say, signal } = options;
  const database = await BenchDatabase.start({ folder, say, signal });
  const sides: Side[] = [];
  try {
    const planLog = await PlanLog.create(database);
    for (const [prefix, count] of [
      ['few_', requests.few],
      ['many_', requests.many],
    ] as const) {
      signal.throwIfAborted();
      const server = await BenchServer.start({
        folder: path.join(folder, prefix),
        postgres: database.postgres,
        prefix,
        people,
        narrowResources: true,
        dataResources: { drift: { interval: { days: 1 } } },
      });
      const size = sizeFor(count);
      const side: Side = { server, calls: [] };
      sides.push(side);
      await database.asAdmin(server.database, async client => {
        await fillDatabase(client, size, say);
        side.calls = listCalls(await findSubjects(client, size));
      });
    }
    const [few, many] = sides;
    const problems = await lookAtPlans(planLog, many, options);
    say(
      problems.length === 0
        ? `every statement of ${many.calls.length} lists uses an index`
        : problems.join('\n'),
    );
    return [...problems, ...(await compare(few, many, options))];
  } finally {
    await Promise.all(sides.map(({ server }) => server.stop()));
    await database.stop();
  }
}

async function lookAtPlans(
  planLog: PlanLog,
  { server, calls }: Side,
  { requests, signal }: ScaleOptions,
): Promise<string[]> {
  const problems: string[] = [];
  await planLog.switch(true, { isSmall: requests.many < SMALL });
  for (const call of calls) {
    signal.throwIfAborted();
    const statements = await planLog.during(server.database, async () => {
      await timed(server, call);
    });
    if (statements.length === 0) {
      problems.push(`${call.name}: no statement of it was explained`);
    }
    problems.push(
      ...statements
        .flatMap(judgePlan)
        .map(problem => `${call.name} ${problem}`),
    );
  }
  await planLog.switch(false);
  return [...new Set(problems)];
}

async function compare(
  few: Side,
  many: Side,
  { runs, judgeTimes, say, signal }: ScaleOptions,
): Promise<string[]> {
  const problems: string[] = [];
  const before = await many.server.memory();
  say(`${'list'.padEnd(78)} ${'few'.padStart(8)} ${'many'.padStart(8)}  ratio`);
  for (const [index, call] of many.calls.entries()) {
    let [fewMs, manyMs] = await medians(few, many, index, runs, signal);
    const isMissed = () =>
      judgeTimes && manyMs / fewMs > RATIO_AT_MOST && manyMs - fewMs > NOISE_MS;
    if (isMissed()) {
      // What another program on the machine did is not there a second time.
      [fewMs, manyMs] = await medians(few, many, index, 3 * runs, signal);
    }
    const missed = isMissed();
    const ratio = manyMs / fewMs;
    say(
      `${call.name.padEnd(78)} ${fewMs.toFixed(1).padStart(5)} ms ${manyMs
        .toFixed(1)
        .padStart(5)} ms  ${ratio.toFixed(2)}${missed ? '  MISSED' : ''}`,
    );
    if (missed) {
      problems.push(
        `${call.name} takes ${ratio.toFixed(
          2,
        )} times as long, at most ${RATIO_AT_MOST}`,
      );
    }
  }
  const after = await many.server.memory();
  const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);
  const heap = (after.heapUsed - before.heapUsed) / 1024 / 1024;
  say(
    `heap ${megabytes(before.heapUsed)} MB before, ${megabytes(
      after.heapUsed,
    )} MB after ${
      many.calls.length * (runs + WARM_UP)
    } calls; resident ${megabytes(before.rss)} MB, then ${megabytes(
      after.rss,
    )} MB`,
  );
  if (heap > HEAP_GROWTH_MB) {
    problems.push(
      `The heap grew by ${heap.toFixed(0)} MB, at most ${HEAP_GROWTH_MB} MB`,
    );
  }
  return problems;
}

/** Of one list at both sizes, in turns, for the machine gets faster and slower. */
async function medians(
  few: Side,
  many: Side,
  index: number,
  runs: number,
  signal: AbortSignal,
): Promise<[few: number, many: number]> {
  const times = { few: [] as number[], many: [] as number[] };
  const ofFew = few.calls[index];
  const ofMany = many.calls[index];
  const limit = await commonLimit(few.server, ofFew, many.server, ofMany);
  for (let run = -WARM_UP; run < runs; run += 1) {
    signal.throwIfAborted();
    const fewMs = await timed(few.server, ofFew, limit);
    const manyMs = await timed(many.server, ofMany, limit);
    if (run >= 0) {
      times.few.push(fewMs);
      times.many.push(manyMs);
    }
  }
  return [median(times.few), median(times.many)];
}

/**
 * How many rows a page may have so that both have as many: where there is less of everything, there
 * may be less than a page of what is rare.
 */
async function commonLimit(
  few: BenchServer,
  ofFew: ListCall,
  many: BenchServer,
  ofMany: ListCall,
): Promise<number | undefined> {
  const less = countOf((await answerOf(few, ofFew)).body);
  const more = countOf((await answerOf(many, ofMany)).body);
  return less < more ? Math.max(1, less) : undefined;
}

function countOf(body: string): number {
  return (JSON.parse(body) as { items: unknown[] }).items.length;
}

/** Milliseconds until the whole answer is there. */
async function timed(
  server: BenchServer,
  call: ListCall,
  limit?: number,
): Promise<number> {
  return (await answerOf(server, call, limit)).ms;
}

/** The answer, which must be a good one. */
async function answerOf(
  server: BenchServer,
  call: ListCall,
  limit?: number,
): Promise<{ ms: number; body: string }> {
  const token = call.reader
    ? await server.tokenOf(call.reader)
    : server.serviceToken;
  const url = new URL(`${server.url}${call.path}`);
  if (limit !== undefined) {
    url.searchParams.set('limit', String(limit));
  }
  const begin = performance.now();
  const response = await fetch(url, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const body = await response.text();
  const ms = performance.now() - begin;
  if (response.status !== 200) {
    throw new Error(
      `${call.name} answered ${
        response.status
      }: ${body}\n${await server.logTail()}`,
    );
  }
  return { ms, body };
}
