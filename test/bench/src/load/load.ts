import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchDatabase } from '../BenchDatabase';
import { BenchServer } from '../BenchServer';
import type { Organisation } from '../organisation';
import { quantile } from '../statistics';
import { Caller } from './Caller';
import { topFunctions } from './topFunctions';

/** Options of {@link load}. */
export interface LoadOptions {
  folder: string;
  /** Of clients that all work at once. */
  clients: number;
  /** How long they do. */
  seconds: number;
  /** Where to write a CPU profile of the backend. */
  profile?: string;
  say(line: string): void;
  signal: AbortSignal;
}

const TEAMS = 8;

/** Eight teams with two people each, and four of platform. */
const people: Organisation = {
  users: Object.fromEntries([
    ...Array.from({ length: 2 * TEAMS }, (_, n) => [
      `member-${n}`,
      [`team-${n % TEAMS}`],
    ]),
    ...Array.from({ length: 4 }, (_, n) => [`platform-${n}`, ['platform']]),
  ]),
};

/** What the clients call, in the order of the table. */
const CALLS = ['create', 'read', 'list', 'approve', 'waiting'] as const;

/**
 * Many clients that ask for boxes, look at them, and approve those of others, as fast as the
 * backend answers. Answers what went wrong.
 */
export async function load(options: LoadOptions): Promise<string[]> {
  const { folder, clients, seconds, say, signal } = options;
  const database = await BenchDatabase.start({ folder, say, signal });
  let server: BenchServer | undefined;
  try {
    server = await BenchServer.start({
      folder: path.join(folder, 'backend'),
      postgres: database.postgres,
      prefix: 'load_',
      people,
      dataResources: { drift: { interval: { days: 1 } } },
    });
    const caller = new Caller(server);
    // Warms up what is compiled and cached.
    await work(server, caller, clients, 2, signal);
    caller.reset();
    const stopProfile = options.profile ? await server.profile() : undefined;
    const begin = performance.now();
    const busyBefore = await server.processorMs();
    await work(server, caller, clients, seconds, signal);
    const elapsed = (performance.now() - begin) / 1_000;
    const calls = report(caller, clients, elapsed, say);
    const drained = await awaitCompletion(database, server, signal);
    // Says the same on a machine that does much beside.
    const busy = (await server.processorMs()) - busyBefore;
    say(
      `${(busy / calls).toFixed(
        1,
      )} ms of a processor for each call, the execution of what was approved included`,
    );
    say(
      `${
        drained.completed
      } requests completed; the last ${drained.seconds.toFixed(
        1,
      )} s after the clients had stopped`,
    );
    if (stopProfile && options.profile) {
      await stopProfile(options.profile);
      (await topFunctions(options.profile)).forEach(line => say(line));
    }
    return [
      ...caller.errors,
      ...(drained.left > 0
        ? [`${drained.left} requests were not completed`]
        : []),
    ];
  } finally {
    await server?.stop();
    await database.stop();
  }
}

function report(
  caller: Caller,
  clients: number,
  seconds: number,
  say: (line: string) => void,
): number {
  const number = (value: number) => value.toFixed(1).padStart(8);
  say(
    `${clients} clients, ${seconds.toFixed(1)} s${' '.repeat(
      6,
    )} calls     per s   p50 ms   p95 ms   p99 ms`,
  );
  let total = 0;
  for (const name of CALLS) {
    const times = caller.times.get(name) ?? [];
    total += times.length;
    if (times.length > 0) {
      say(
        `${name.padEnd(20)} ${String(times.length).padStart(8)}  ${number(
          times.length / seconds,
        )} ${number(quantile(times, 0.5))} ${number(
          quantile(times, 0.95),
        )} ${number(quantile(times, 0.99))}`,
      );
    }
  }
  say(
    `${'all'.padEnd(20)} ${String(total).padStart(8)}  ${number(
      total / seconds,
    )}, errors ${caller.errors.length}`,
  );
  return total;
}

/** Each client creates, looks, approves, and looks again, until the time is over. */
async function work(
  server: BenchServer,
  caller: Caller,
  clients: number,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  const round = Math.random().toString(36).slice(2, 8);
  const client = async (number: number) => {
    const member = await server.tokenOf(`member-${number % (2 * TEAMS)}`);
    const approver = await server.tokenOf(`platform-${number % 4}`);
    for (let n = 0; performance.now() < end && !signal.aborted; n += 1) {
      const asked = await caller.call('create', member, 'POST', '/requests', {
        action: 'create',
        type: 'box',
        instance: n % 2 ? 'box-dev' : 'box-prod',
        name: `box-${round}-${number}-${n}`,
        owner: `group:default/team-${number % TEAMS}`,
        spec: { size: 3 },
      });
      if (asked) {
        await caller.call('read', approver, 'GET', `/requests/${asked.id}`);
        await caller.call(
          'approve',
          approver,
          'POST',
          `/requests/${asked.id}/approve`,
          { planHash: asked.plan.hash },
        );
      }
      await (n % 2
        ? caller.call(
            'list',
            member,
            'GET',
            '/requests?requestedBy=me&limit=20',
          )
        : caller.call(
            'waiting',
            approver,
            'GET',
            '/requests?approvableBy=me&state=pending&limit=20',
          ));
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, n) => client(n)));
}

/** Until nothing that was approved is left to do. */
async function awaitCompletion(
  database: BenchDatabase,
  server: BenchServer,
  signal: AbortSignal,
): Promise<{ completed: number; left: number; seconds: number }> {
  const begin = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const { completed, left } = await database.asAdmin(
      server.database,
      async client => {
        const { rows } = await client.query(
          `SELECT count(*) FILTER (WHERE state = 'completed') AS completed,
             count(*) FILTER (WHERE state IN ('approved', 'executing', 'failed')) AS left
           FROM requests`,
        );
        return {
          completed: Number(rows[0].completed),
          left: Number(rows[0].left),
        };
      },
    );
    const seconds = (performance.now() - begin) / 1_000;
    if (left === 0 || seconds > 120) {
      return { completed, left, seconds };
    }
    await sleep(200);
  }
}
