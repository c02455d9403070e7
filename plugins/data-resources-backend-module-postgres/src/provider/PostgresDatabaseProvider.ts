import {
  type CallContext,
  type ConnectionDetails,
  type DiscoveryPage,
  type EffectiveAccess,
  type Inspection,
  isProviderError,
  type ObjectRef,
  type Observation,
  type PlanInput,
  ProviderError,
  type ProviderPlan,
  type ResourceProvider,
  type StepAnswer,
  type StepCall,
  type StepCheck,
} from '@data-resources/plugin-data-resources-node';
import type { LoggerService } from '@backstage/backend-plugin-api';
import pLimit from 'p-limit';
import type { InstanceConfig } from '../config/readInstanceConfig';
import { addressText } from '../connection/Addresses';
import type { PostgresConnections } from '../connection/PostgresConnections';
import { Deadline } from '../connection/Session';
import { TenantTurns } from '../connection/TenantTurns';
import type { Dumps } from '../dump/Dumps';
import { handlerOf } from '../steps/handlers';
import { lanes } from '../steps/lanes';
import type { StepScope } from '../steps/StepHandler';
import type { DatabaseSpec } from '../type/specSchema';
import { TENANT_ACCESS } from './accessQueries';
import { readCatalog } from './catalog';
import { discoverDatabases } from './discoverDatabases';
import { inspectDatabases } from './inspectDatabases';
import { observeDatabases } from './observeDatabases';
import { planDatabase } from './planDatabase';
import { readAccess } from './readAccess';

/** Rounds of what runs at once: many keep every connection busy, and have few ends. */
const ROUNDS_PER_BATCH = 12;
/** Databases that are entered after a drift pass although nothing is known to have changed, likewise. */
const TURNS_PER_PASS = 2;
/** All of a batch is within the time of one call. */
const SLOW_ROUNDS_PER_BATCH = 6;
/** What makes, enters or copies a whole database. */
const SLOW_KINDS = new Set([
  'create-database',
  'prepare-database',
  'adopt-database',
  'alter-extensions',
  'mend-privileges',
  'create-schemas',
  'drop-schemas',
  'dump-database',
  'drop-database',
]);

/** Of each kind of steps that hold each other up: one works while the other one waits for an answer. */
const FEW_AT_ONCE = 2;

/** Databases of one instance. */
export class PostgresDatabaseProvider
  implements ResourceProvider<DatabaseSpec>
{
  readonly lanes = lanes;
  readonly #config: InstanceConfig;
  readonly #connections: PostgresConnections;
  readonly #turns: TenantTurns;
  readonly #dumps: Dumps;
  readonly #installationId: string;
  readonly #logger: LoggerService;
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #fewAtOnce: number;
  readonly #few = new Map<string, ReturnType<typeof pLimit>>();

  private constructor(options: PostgresDatabaseProviderOptions) {
    this.#config = options.config;
    this.#connections = options.connections;
    this.#dumps = options.dumps;
    this.#installationId = options.installationId;
    this.#logger = options.logger;
    const { concurrency } = options.config.admin;
    this.#limit = pLimit(concurrency);
    this.#fewAtOnce = Math.min(concurrency, FEW_AT_ONCE);
    this.#turns = new TenantTurns({
      connections: options.connections,
      perPass: concurrency * TURNS_PER_PASS,
      alongside: [TENANT_ACCESS],
      timeoutMs: options.config.admin.callTimeoutMs,
    });
  }

  static create(
    options: PostgresDatabaseProviderOptions,
  ): PostgresDatabaseProvider {
    return new PostgresDatabaseProvider(options);
  }

  async observe(
    objects: readonly ObjectRef[],
    context: CallContext,
  ): Promise<Map<string, Observation>> {
    return observeDatabases({
      objects,
      ...(await this.#looking(context)),
      isPass: context.reads !== undefined,
    });
  }

  async fingerprints(
    objects: readonly ObjectRef[],
    context: CallContext,
  ): Promise<Map<string, string>> {
    return context.reads
      ? this.#turns.fingerprints(
          objects.map(({ name }) => name),
          context.reads,
          this.#deadline(context),
        )
      : new Map();
  }

  plan(input: PlanInput<DatabaseSpec>): ProviderPlan {
    return planDatabase(input, this.#config, this.#installationId);
  }

  batchSize(kind: string): number {
    const { concurrency } = this.#config.admin;
    if (!SLOW_KINDS.has(kind)) {
      return concurrency * ROUNDS_PER_BATCH;
    }
    // With few at once, each is done sooner, and more of them fit into the time of a call.
    return handlerOf({ kind }).fewAtOnce
      ? this.#fewAtOnce * ROUNDS_PER_BATCH
      : concurrency * SLOW_ROUNDS_PER_BATCH;
  }

  async check(
    steps: readonly StepCall[],
    context: CallContext,
  ): Promise<Map<string, StepCheck>> {
    const scope = await this.#scope(context);
    const catalog = await this.#connections.withAdmin(scope.deadline, session =>
      readCatalog(
        session,
        [...new Set(steps.map(({ object }) => object.name))],
        [...new Set(steps.flatMap(step => handlerOf(step).roles(step.args)))],
        {
          sessions: steps.some(step => handlerOf(step).looksAtSessions),
          madeIn: steps.some(step => handlerOf(step).looksAtMadeIn),
        },
      ),
    );
    const checks = await Promise.all(
      steps.map(async (step): Promise<[string, StepCheck]> => {
        const work = () =>
          Promise.resolve(handlerOf(step).check(step, catalog, scope));
        return [
          step.key,
          await this.#limit(() =>
            work().catch(error => ({
              state: 'failed',
              error: this.#own(error),
            })),
          ),
        ];
      }),
    );
    return new Map(checks);
  }

  /** Several at once, but the steps of one object one after the other. */
  async act(
    steps: readonly StepCall[],
    context: CallContext,
  ): Promise<Map<string, StepAnswer>> {
    const scope = {
      ...(await this.#scope(context)),
      alone: steps.length === 1,
    };
    const answers = new Map<string, StepAnswer>();
    const objects = new Map<string, StepCall[]>();
    for (const step of steps) {
      const { name } = step.object;
      objects.set(name, [...(objects.get(name) ?? []), step]);
    }
    await Promise.all(
      [...objects.values()].map(ofOne =>
        this.#slot(ofOne)(async () => {
          for (const step of ofOne) {
            try {
              const readBack = await handlerOf(step).act(step, scope);
              if (readBack) {
                answers.set(step.key, readBack);
              }
            } catch (error) {
              answers.set(step.key, this.#own(error));
            }
          }
        }),
      ),
    );
    return answers;
  }

  /** The few have places of their own: what takes long would keep them waiting, and with them what they are for. */
  #slot(steps: readonly StepCall[]): ReturnType<typeof pLimit> {
    const few = steps.find(step => handlerOf(step).fewAtOnce);
    if (!few) {
      return this.#limit;
    }
    const slot = this.#few.get(few.kind) ?? pLimit(this.#fewAtOnce);
    this.#few.set(few.kind, slot);
    return slot;
  }

  async access(
    objects: readonly ObjectRef[],
    context: CallContext,
  ): Promise<Map<string, EffectiveAccess[]>> {
    return readAccess(objects, await this.#looking(context));
  }

  inspect(
    objects: readonly ObjectRef[],
    context: CallContext,
  ): Promise<Map<string, Inspection>> {
    return inspectDatabases(objects, {
      connections: this.#connections,
      deadline: this.#deadline(context),
      limit: this.#limit,
    });
  }

  discover(
    page: { after?: string; limit: number },
    context: CallContext,
  ): Promise<DiscoveryPage> {
    return this.#connections.withAdmin(this.#deadline(context), session =>
      discoverDatabases(session, page, this.#config.admin.database),
    );
  }

  connection(name: string): ConnectionDetails {
    const { hosts, pooler, sslmode, ca } = this.#config.client;
    const [{ host, port }] = hosts;
    return {
      engine: 'postgres',
      host,
      port,
      ...(hosts.length > 1
        ? {
            hosts: hosts.map(addressText),
            targetSessionAttrs: 'read-write',
          }
        : {}),
      ...(pooler ? { pooler: addressText(pooler), poolMode: pooler.mode } : {}),
      database: name,
      sslmode,
      ...(ca === undefined ? {} : { ca }),
    };
  }

  #deadline({ signal }: CallContext): Deadline {
    return new Deadline(this.#config.admin.callTimeoutMs, signal);
  }

  /** In a drift pass, few databases are entered. */
  async #looking(context: CallContext) {
    const deadline = this.#deadline(context);
    return {
      connections: context.reads
        ? await this.#turns.during(context.reads, deadline)
        : this.#connections,
      deadline,
      limit: this.#limit,
    };
  }

  async #scope(context: CallContext): Promise<StepScope> {
    const { connections, deadline } = await this.#looking(context);
    return {
      connections,
      deadline,
      installationId: this.#installationId,
      dumps: this.#dumps,
    };
  }

  /** What is no `ProviderError` is a mistake of this code, after which nothing is known. */
  #own(error: unknown): ProviderError {
    if (isProviderError(error)) {
      return error;
    }
    this.#logger.error('A step of a database broke off', error as Error);
    return new ProviderError('Unknown', `The step broke off: ${error}`);
  }
}

/** Options of {@link PostgresDatabaseProvider}. */
export interface PostgresDatabaseProviderOptions {
  config: InstanceConfig;
  connections: PostgresConnections;
  dumps: Dumps;
  installationId: string;
  logger: LoggerService;
}
