import type {
  CallContext,
  ConnectionDetails,
  DiscoveryPage,
  EffectiveAccess,
  Inspection,
  LoginSlots,
  ObjectRef,
  Observation,
  PlanInput,
  ProviderPlan,
  ResourceProvider,
  StepAnswer,
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import type { Deadline } from '../client/Deadline';
import type { KafkaClient } from '../client/KafkaClient';
import type { ClientConfig } from '../config/readKafkaConfig';
import { readAccess } from './access/readAccess';
import { discoverTopics } from './discover/discoverTopics';
import { inspectTopics } from './inspect/inspectTopics';
import type { KafkaTopicSpec } from './KafkaTopicSpec';
import { observeTopics } from './observeTopics';
import { planTopic } from './plan/planTopic';
import type { PlanSettings } from './plan/planTopic';
import { stepHandler } from './steps';

interface Options {
  client: KafkaClient;
  connection: ClientConfig;
  /** Whether the brokers let everybody in where there is no ACL. */
  isEveryoneAllowed(deadline: Deadline, clusterId: string): Promise<boolean>;
  settings: PlanSettings;
}

/** Topics of one cluster. */
export class KafkaTopicProvider implements ResourceProvider<KafkaTopicSpec> {
  readonly #options: Options;

  private constructor(options: Options) {
    this.#options = options;
  }

  static create(options: Options): KafkaTopicProvider {
    return new KafkaTopicProvider(options);
  }

  async observe(
    objects: readonly ObjectRef[],
    context: CallContext,
  ): Promise<Map<string, Observation>> {
    const { client } = this.#options;
    return observeTopics(client, client.deadline(context), objects);
  }

  plan(input: PlanInput<KafkaTopicSpec>): ProviderPlan {
    return planTopic(input, this.#options.settings);
  }

  async check(
    steps: readonly StepCall[],
    context: CallContext,
  ): Promise<Map<string, StepCheck>> {
    if (steps.length === 0) {
      return new Map();
    }
    return stepHandler(steps[0].kind).check(steps, this.#tools(context));
  }

  async act(
    steps: readonly StepCall[],
    context: CallContext,
  ): Promise<Map<string, StepAnswer>> {
    if (steps.length === 0) {
      return new Map();
    }
    // What was read before shows nothing of what is done now.
    const unshared = { ...context, reads: undefined };
    return stepHandler(steps[0].kind).act(steps, this.#tools(unshared));
  }

  batchSize(kind: string): number {
    return stepHandler(kind).batchSize;
  }

  async access(
    objects: readonly ObjectRef[],
    context: CallContext,
  ): Promise<Map<string, EffectiveAccess[]>> {
    return readAccess(this.#tools(context), objects);
  }

  async inspect(
    objects: readonly ObjectRef[],
    context: CallContext,
  ): Promise<Map<string, Inspection>> {
    return inspectTopics(this.#tools(context), objects);
  }

  async discover(
    page: { after?: string; limit: number },
    context: CallContext,
  ): Promise<DiscoveryPage> {
    return discoverTopics(this.#tools(context), page);
  }

  connection(name: string, login?: LoginSlots): ConnectionDetails {
    const { bootstrapServers, securityProtocol, saslMechanism, ca } =
      this.#options.connection;
    return {
      engine: 'kafka',
      bootstrapServers,
      securityProtocol,
      saslMechanism,
      topic: name,
      ...(login ? { groupPrefix: `${login.base}.` } : {}),
      ...(ca === undefined ? {} : { ca }),
    };
  }

  #tools(context: CallContext) {
    const { client, settings, isEveryoneAllowed } = this.#options;
    return {
      client,
      isEveryoneAllowed,
      deadline: client.deadline(context),
      ownPrincipal: settings.ownPrincipal,
    };
  }
}
