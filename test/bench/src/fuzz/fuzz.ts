import path from 'node:path';
import { Client } from 'pg';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { BenchDatabase } from '../BenchDatabase';
import { BenchServer } from '../BenchServer';
import { delegatedTokens } from './delegatedToken';
import { documentWith } from './document';
import { Oracle } from './Oracle';
import { RoleProxy } from './RoleProxy';
import { organisation, roles, type Role } from './roles';
import { requireSchemathesis, runSchemathesis } from './schemathesis';
import { seed as seedDatabase, unmanagedNames } from './seed';

const PREFIX = 'fuzz_';

const dataResources = {
  drift: { interval: { days: 1 } },
  policies: [
    {
      name: 'small-boxes-in-dev',
      match: { environments: ['dev'], actions: ['create', 'update', 'grant'] },
      when: 'spec.size <= 6',
      approve: 'automatically',
    },
    {
      name: 'security-in-prod',
      match: { environments: ['prod'] },
      approve: { group: 'group:default/security', count: 1 },
    },
  ],
};

/** Options of {@link fuzz}. */
export interface FuzzOptions {
  folder: string;
  /** Holds schemathesis. */
  toolFolder: string;
  /** How many at least. */
  calls: number;
  seed: number;
  say(line: string): void;
  signal: AbortSignal;
}

/**
 * Calls the API with what its document allows and does not allow, in the name of every role.
 * Answers what was wrong.
 */
export async function fuzz(options: FuzzOptions): Promise<string[]> {
  const { folder, calls, say, signal } = options;
  const program = await requireSchemathesis(options.toolFolder, say);
  const database = await BenchDatabase.start({ folder, say, signal });
  let server: BenchServer | undefined;
  let proxy: RoleProxy | undefined;
  let client: Client | undefined;
  try {
    server = await BenchServer.start({
      folder: path.join(folder, 'backend'),
      postgres: database.postgres,
      prefix: PREFIX,
      people: organisation,
      narrowResources: true,
      unmanaged: unmanagedNames(),
      dataResources,
    });
    const { host, port, admin } = database.postgres;
    client = new Client({ host, port, ...admin, database: server.database });
    await client.connect();
    const oracle = new Oracle(client);
    const seeds = await seedDatabase(server, oracle);
    const dice = xoroshiro128plus(options.seed);
    proxy = await RoleProxy.start({
      origin: new URL(server.url).origin,
      oracle,
      seeds,
      tokens: await tokensOf(server, database),
      random: () => uniformFloat64(dice),
    });
    const document = await documentWith(seeds);
    const operations = Object.values(
      (document as { paths: Record<string, object> }).paths,
    ).flatMap(methods => Object.keys(methods)).length;
    const problems: string[] = [];
    const begin = performance.now();
    for (let round = 0; proxy.calls < calls; round += 1) {
      const before = proxy.calls;
      const made = await runSchemathesis({
        program,
        folder,
        document,
        url: proxy.url,
        examples: Math.ceil(Math.min(calls - proxy.calls, 10_000) / operations),
        seed: options.seed + round,
        edges: round === 0 && calls > 10_000,
        signal,
      }).catch(error => {
        if (signal.aborted) {
          return undefined;
        }
        throw error;
      });
      if (!made) {
        // What was found until then is told all the same.
        problems.push(`interrupted after ${proxy.calls} calls`);
        break;
      }
      const { code, output } = made;
      if (code !== 0) {
        problems.push(output.trim());
      }
      say(
        `round ${round + 1}: ${proxy.calls} calls, ${(
          (performance.now() - begin) /
          1_000
        ).toFixed(0)} s`,
      );
      if (proxy.calls === before) {
        throw new Error(`schemathesis makes no calls:\n${output}`);
      }
    }
    for (const {
      problem,
      role,
      call,
      body,
      answer,
    } of proxy.findings.values()) {
      problems.push(
        `${call} as ${role} ${problem}\n  sent ${body}\n  got ${answer}`,
      );
    }
    [...proxy.counts]
      .sort()
      .forEach(([who, count]) => say(`  ${who}: ${count}`));
    return problems;
  } finally {
    await proxy?.stop();
    await client?.end();
    await server?.stop();
    await database.stop();
  }
}

async function tokensOf(
  server: BenchServer,
  database: BenchDatabase,
): Promise<Map<Role, string | undefined>> {
  const onBehalf = await delegatedTokens(database, PREFIX);
  const tokens = new Map<Role, string | undefined>();
  for (const role of roles) {
    if (role.user) {
      const own = await server.tokenOf(role.user);
      tokens.set(role, role.delegated ? await onBehalf(own) : own);
    } else {
      tokens.set(
        role,
        role.name === 'service' ? server.serviceToken : undefined,
      );
    }
  }
  return tokens;
}
