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
  SharedReads,
  type StepAnswer,
  type StepCall,
  type StepCheck,
} from '@data-resources/plugin-data-resources-node';
import type { ClientConfig } from '../config/readCassandraConfig';
import { MemberTable } from '../roles/MemberTable';
import { MembershipReader } from '../roles/MembershipReader';
import type { RoleReader } from '../roles/RoleReader';
import type { CassandraSession } from '../session/CassandraSession';
import { Deadline } from '../session/Deadline';
import { settleAll } from '../session/settleAll';
import { discoverKeyspaces } from './discoverKeyspaces';
import { inspectKeyspaces } from './inspect/inspectKeyspaces';
import { KeyspaceReader } from './KeyspaceReader';
import type { KeyspaceSpec } from './keyspaceSpec';
import { observeKeyspaces } from './observeKeyspaces';
import { planKeyspace } from './plan/planKeyspace';
import { type AccessTools, readAccess } from './readAccess';
import { agreed, placeOf } from './steps/everywhere';
import { handlers } from './steps/handlers';
import { lanes } from './steps/lanes';
import type { StepKind } from './steps/StepArgs';
import { StepReads } from './steps/StepReads';
import {
  CONCURRENT_WRITES,
  type KeyspaceCall,
  schemaBatch,
  type StepHandler,
  type StepTools,
} from './steps/StepHandler';

/** Kinds whose effect is the schema alone, on which nodes of all data centres agree. */
const OF_THE_SCHEMA: ReadonlySet<string> = new Set<StepKind>([
  'alter-keyspace',
  'drop-keyspace',
  'adopt-keyspace',
]);

/** Cassandra's work on `cassandra-keyspace`. */
export class KeyspaceProvider implements ResourceProvider<KeyspaceSpec> {
  readonly lanes = lanes;
  readonly #session: CassandraSession;
  readonly #roles: RoleReader;
  readonly #members: MembershipReader;
  readonly #memberTable: MemberTable;
  readonly #keyspaces: KeyspaceReader;
  readonly #client: ClientConfig;
  readonly #callTimeoutMs: number;

  private constructor(options: {
    session: CassandraSession;
    roles: RoleReader;
    client: ClientConfig;
    callTimeoutMs: number;
  }) {
    this.#session = options.session;
    this.#roles = options.roles;
    this.#members = MembershipReader.create(options);
    this.#memberTable = MemberTable.create(options.session);
    this.#keyspaces = KeyspaceReader.create(options.session);
    this.#client = options.client;
    this.#callTimeoutMs = options.callTimeoutMs;
  }

  static create(options: {
    session: CassandraSession;
    roles: RoleReader;
    client: ClientConfig;
    callTimeoutMs: number;
  }): KeyspaceProvider {
    return new KeyspaceProvider(options);
  }

  observe(
    objects: readonly ObjectRef[],
    context: CallContext,
  ): Promise<Map<string, Observation>> {
    return observeKeyspaces(objects, this.#tools(context));
  }

  plan(input: PlanInput<KeyspaceSpec>): ProviderPlan {
    return planKeyspace(input);
  }

  async check(
    steps: readonly StepCall[],
    context: CallContext,
  ): Promise<Map<string, StepCheck>> {
    const tools = this.#tools(context);
    const checks = await settleAll(
      steps,
      steps.length,
      async (step): Promise<readonly [string, StepCheck]> => [
        step.key,
        await failureAs(
          () => this.#checkEverywhere(step, tools),
          error => ({ state: 'failed', error }),
        ),
      ],
    );
    return new Map(checks);
  }

  async act(
    steps: readonly StepCall[],
    context: CallContext,
  ): Promise<Map<string, StepAnswer>> {
    const tools = this.#tools({ ...context, reads: undefined });
    // Steps for one data centre share what they do there.
    const toolsAt = new Map(
      [...new Set(steps.map(placeOf))].map(
        place =>
          [
            place,
            place === undefined
              ? tools
              : this.#toolsUntil(tools.deadline.within(place)),
          ] as const,
      ),
    );
    const failures = await settleAll(steps, CONCURRENT_WRITES, step =>
      failureAs<readonly [string, ProviderError] | undefined>(
        async () => {
          await handlerOf(step.kind).act(
            typed(step),
            toolsAt.get(placeOf(step))!,
          );
          return undefined;
        },
        error => [step.key, error],
      ),
    );
    const answers = new Map<string, StepAnswer>(
      failures.filter(failure => failure !== undefined),
    );
    // What was read together before the changes is not what they made.
    const after = { ...tools, together: new SharedReads() };
    await settleAll(
      steps.filter(({ key }) => !answers.has(key)),
      steps.length,
      async step => {
        const seen = await this.#readBack(step, after);
        if (seen) {
          answers.set(step.key, seen);
        }
      },
    );
    return answers;
  }

  batchSize(kind: string): number {
    const { batchSize } = handlerOf(kind);
    return batchSize === 'by-pace'
      ? schemaBatch(this.#session.schemaPace, this.#callTimeoutMs)
      : batchSize;
  }

  access(
    objects: readonly ObjectRef[],
    context: CallContext,
  ): Promise<Map<string, EffectiveAccess[]>> {
    return readAccess(namesOf(objects), this.#accessTools(context));
  }

  inspect(
    objects: readonly ObjectRef[],
    context: CallContext,
  ): Promise<Map<string, Inspection>> {
    return inspectKeyspaces(namesOf(objects), this.#accessTools(context));
  }

  discover(
    page: { after?: string; limit: number },
    context: CallContext,
  ): Promise<DiscoveryPage> {
    return discoverKeyspaces(page, this.#accessTools(context));
  }

  connection(name: string): ConnectionDetails {
    const { contactPoints, port, localDataCenter, dataCenters, tls, ca } =
      this.#client;
    return {
      engine: 'cassandra',
      contactPoints,
      port,
      localDataCenter,
      // Clients that come in elsewhere are refused.
      ...(dataCenters ? { loginDataCenters: dataCenters } : {}),
      keyspace: name,
      tls,
      ...(ca === undefined ? {} : { ca }),
    };
  }

  #accessTools(context: CallContext): AccessTools {
    return { ...this.#tools(context), members: this.#members };
  }

  #tools(context: CallContext): StepTools {
    return this.#toolsUntil(Deadline.start(context, this.#callTimeoutMs));
  }

  #toolsUntil(deadline: Deadline): StepTools {
    const shared = { roles: this.#roles, keyspaces: this.#keyspaces, deadline };
    return {
      ...shared,
      session: this.#session,
      reads: new StepReads({ ...shared, members: this.#memberTable }),
      together: new SharedReads(),
    };
  }

  /**
   * A change of roles whose outcome is unknown may have reached one data centre and not another, and
   * each answers by its own replicas alone: it is there when all say so.
   */
  async #checkEverywhere(step: StepCall, tools: StepTools): Promise<StepCheck> {
    const handler = handlerOf(step.kind);
    const places =
      step.intent && !OF_THE_SCHEMA.has(step.kind)
        ? await tools.session.dataCenters(tools.deadline)
        : [];
    if (places.length < 2) {
      return handler.check(typed(step), tools);
    }
    return agreed(
      step.kind,
      await settleAll(places, CONCURRENT_WRITES, async place => ({
        place,
        check: await handler.check(
          typed(step),
          this.#toolsUntil(tools.deadline.within(place)),
        ),
      })),
    );
  }

  /** What the server shows after its acknowledgement; nothing where that does not settle it. */
  async #readBack(
    step: StepCall,
    tools: StepTools,
  ): Promise<StepAnswer | undefined> {
    // What was acknowledged reached every data centre, but an earlier attempt may have reached some.
    const check = await failureAs<StepCheck>(
      () =>
        (step.intent?.attempt ?? 1) > 1
          ? this.#checkEverywhere(step, tools)
          : handlerOf(step.kind).check(
              { ...typed(step), acknowledged: true },
              tools,
            ),
      error => ({ state: 'failed', error }),
    );
    return check.state === 'satisfied' ? check : undefined;
  }
}

function namesOf(objects: readonly ObjectRef[]): string[] {
  return [...new Set(objects.map(({ name }) => name))];
}

function handlerOf(kind: string): StepHandler<StepKind> {
  if (!Object.hasOwn(handlers, kind)) {
    throw new ProviderError(
      'Unsupported',
      `There is no step '${kind}' for a keyspace in this version`,
    );
  }
  return handlers[kind as StepKind] as StepHandler<StepKind>;
}

/** The arguments of a step are what the plan of this module put there. */
function typed(step: StepCall): KeyspaceCall<StepKind> {
  return step as StepCall & Pick<KeyspaceCall<StepKind>, 'args' | 'object'>;
}

async function failureAs<T>(
  work: () => Promise<T>,
  answer: (error: ProviderError) => T,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isProviderError(error)) {
      return answer(error);
    }
    throw error;
  }
}
