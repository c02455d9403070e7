import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TcpProxy } from '@data-resources/plugin-data-resources-node/testUtils';
import type { BenchDatabase } from '../BenchDatabase';
import { BenchServer } from '../BenchServer';
import { topFunctions } from '../load/topFunctions';
import { median } from '../statistics';
import type { BareEngine } from './BareEngine';
import { BenchPortal, benchPeople, HANGING, LIVE } from './BenchPortal';
import { type Comparison, lineOf, ratioOf, timed } from './compare';

/** Options of {@link benchEngine}. */
export interface BenchEngineOptions {
  folder: string;
  database: BenchDatabase;
  bare: BareEngine;
  /** What is measured, in the words of the engine, e.g. `topic`. */
  noun: string;
  /** How often single objects are made. */
  singles: number;
  /** How many objects at once, each with how much time the portal may take. */
  bulks: readonly { count: number; limit: number }[];
  /** How often each bulk, and each look. */
  rounds: number;
  /** Objects that a drift pass looks at; 0 leaves it out. */
  looks: number;
  /** Where to write a CPU profile of the backend. */
  profile?: string;
  /** Whether a ratio above its limit is a problem. */
  judge: boolean;
  say(line: string): void;
  signal: AbortSignal;
}

/** Of a single object, and of a drift pass. */
const ONE_LIMIT = 1.5;
const LOOK_LIMIT = 1.3;
const REST_MS = 1_500;
/** The first ones warm up what is compiled and cached. */
const WARM_UP = 2;
/** A dead cluster delays nobody else: more than noise would be a delay. */
const BESIDE_LIMIT = 1.5;

/**
 * The portal on a real engine, compared with the engine's bare client that does the same work in
 * the same run. Answers what is wrong.
 */
export async function benchEngine(
  options: BenchEngineOptions,
): Promise<string[]> {
  const { folder, database, bare, say } = options;
  const proxy = await TcpProxy.create(bare.address);
  const server = await BenchServer.start({
    folder: path.join(folder, 'backend'),
    postgres: database.postgres,
    prefix: 'engine_',
    people: benchPeople(
      ['single', 'beside'].flatMap(prefix => namesOf(prefix, options.singles)),
    ),
    dataResources: {
      drift: { interval: { days: 1 } },
      discovery: { interval: { days: 1 } },
      liveUse: { interval: { days: 1 } },
      instances: [
        bare.instance(LIVE, bare.address),
        bare.instance(HANGING, proxy),
      ],
    },
  });
  try {
    return await database.asAdmin(server.database, async client => {
      const portal = new BenchPortal({ ...options, server, client });
      const stopProfile = options.profile ? await server.profile() : undefined;
      const comparisons = [
        ...(await besideOneThatHangs(portal, proxy, options)),
        ...(await bulks(portal, options)),
        ...(await looks(portal, options)),
      ];
      if (stopProfile && options.profile) {
        await stopProfile(options.profile);
        (await topFunctions(options.profile)).forEach(line => say(line));
      }
      comparisons.forEach(comparison => say(lineOf(comparison)));
      return options.judge
        ? comparisons
            .filter(comparison => ratioOf(comparison) > comparison.limit)
            .map(lineOf)
        : [];
    });
  } catch (error) {
    say(await server.logTail());
    throw error;
  } finally {
    await server.stop();
    await proxy.close();
  }
}

/** Single objects, and the same while another instance hangs with much to do. */
async function besideOneThatHangs(
  portal: BenchPortal,
  proxy: TcpProxy,
  options: BenchEngineOptions,
): Promise<Comparison[]> {
  const { noun, singles, say } = options;
  const alone = await ones(portal, options, 'single');
  const waiting = Array.from({ length: singles }, (_, n) => `waiting_${n}`);
  const approve = await portal.askForMany(waiting, {
    instance: HANGING,
  });
  let beside = alone;
  proxy.freeze();
  await approve(async () => {
    say(`${HANGING} hangs, with ${waiting.length} approved ${noun}s`);
    beside = await ones(portal, options, 'beside');
    proxy.restore();
  });
  await mustBeThere(options.bare, waiting, await portal.loginsOf());
  return [
    alone,
    {
      title: `one ${noun} while another instance hangs, by how much slower`,
      bare: alone.portal,
      portal: beside.portal,
      limit: BESIDE_LIMIT,
    },
  ];
}

/** From the approval until a login that was just made can use it. */
async function ones(
  portal: BenchPortal,
  { bare, noun, singles, say, signal }: BenchEngineOptions,
  prefix: string,
): Promise<Comparison> {
  const comparison: Comparison = {
    title: `one ${noun} with its access and a login`,
    bare: [],
    portal: [],
    limit: ONE_LIMIT,
  };
  const parts = { answered: [] as number[], ready: [] as number[] };
  const names = namesOf(prefix, singles);
  for (const [n, name] of names.entries()) {
    signal.throwIfAborted();
    const approve = await portal.askForOne(name);
    const { ms, answeredMs } = await approve();
    const credential = await portal.takeCredential(name);
    const alone = await timed(() => bare.makeOne(`bare_${name}`));
    if (n >= WARM_UP) {
      comparison.portal.push(ms + credential);
      comparison.bare.push(alone);
      parts.answered.push(answeredMs);
      parts.ready.push(ms);
    }
  }
  say(
    `one ${noun}: the approval is answered after ${median(
      parts.answered,
    ).toFixed(0)} ms, it is ready after ${median(parts.ready).toFixed(0)} ms`,
  );
  for (const name of names) {
    await mustBeThere(bare, [name], await portal.loginsOf(name));
  }
  return comparison;
}

/** In words that every engine takes without quotes. */
function namesOf(prefix: string, singles: number): string[] {
  return Array.from({ length: WARM_UP + singles }, (_, n) => `${prefix}_${n}`);
}

async function bulks(
  portal: BenchPortal,
  { bare, noun, bulks: sizes, rounds, say, signal }: BenchEngineOptions,
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const { count, limit } of sizes) {
    const comparison: Comparison = {
      title: `${count} ${noun}s with their access`,
      bare: [],
      portal: [],
      limit,
      inTurns: true,
    };
    for (let round = 0; round < rounds; round += 1) {
      signal.throwIfAborted();
      const names = (prefix: string) =>
        Array.from(
          { length: count },
          (_, n) => `${prefix}_${count}_${round}_${n}`,
        );
      const approve = await portal.askForMany(names('bulk'));
      const makeBare = async () => {
        comparison.bare.push(await timed(() => bare.makeMany(names('bare'))));
      };
      // In turns, and each time on what the portal has made, for a server gets slower with what it has.
      if (round % 2 === 1) {
        await makeBare();
      }
      const { ms, answeredMs } = await approve();
      comparison.portal.push(ms);
      if (round % 2 === 0) {
        await makeBare();
      }
      await mustBeThere(bare, names('bulk'), await portal.loginsOf());
      await bare.clear();
      say(
        `round ${round + 1} of ${count} ${noun}s: bare ${comparison.bare
          .at(-1)!
          .toFixed(0)} ms, portal ${ms.toFixed(
          0,
        )} ms, of which ${answeredMs.toFixed(
          0,
        )} until the approval was answered`,
      );
      for (const line of await portal.timeline(names('bulk'))) {
        say(`  ${line}`);
      }
    }
    comparisons.push(comparison);
  }
  return comparisons;
}

/** A drift pass over many objects that are as they should be. */
async function looks(
  portal: BenchPortal,
  { bare, noun, looks: wanted, rounds, say, signal }: BenchEngineOptions,
): Promise<Comparison[]> {
  if (wanted === 0) {
    return [];
  }
  for (let part = 0; ; part += 1) {
    signal.throwIfAborted();
    const lacking = wanted - (await portal.readyCount());
    if (lacking <= 0) {
      break;
    }
    say(`${lacking} ${noun}s more for the drift pass`);
    const approve = await portal.askForMany(
      Array.from(
        { length: Math.min(500, lacking) },
        (_, n) => `fill_${part}_${n}`,
      ),
      { spec: bare.small },
    );
    await approve();
  }
  const count = await portal.readyCount();
  const comparison: Comparison = {
    title: `a drift pass over ${count} ${noun}s`,
    bare: [],
    portal: [],
    limit: LOOK_LIMIT,
  };
  // The first pass takes note of who has access, the second one goes by it.
  for (let pass = 0; pass < 2; pass += 1) {
    await portal.lookForDrift();
  }
  for (let round = 0; round < Math.max(3, rounds); round += 1) {
    // A pass may leave work behind that nobody waits for.
    await sleep(REST_MS, undefined, { signal });
    const { ms, drifted } = await portal.lookForDrift();
    if (drifted > 0) {
      throw new Error(`${drifted} ${noun}s are said to differ`);
    }
    comparison.portal.push(ms);
    comparison.bare.push(await timed(() => bare.look()));
    say(
      `look ${round + 1}: bare ${comparison.bare
        .at(-1)!
        .toFixed(0)} ms, portal ${ms.toFixed(0)} ms`,
    );
  }
  return [comparison];
}

async function mustBeThere(
  bare: BareEngine,
  names: readonly string[],
  logins: readonly string[],
): Promise<void> {
  const missing = await bare.missing(names, logins);
  if (missing.length > 0) {
    throw new Error(
      `${missing.length} are not as they were told to be, e.g. ${missing
        .slice(0, 3)
        .join('; ')}`,
    );
  }
}
