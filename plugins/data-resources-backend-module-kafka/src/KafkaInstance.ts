import { InputError } from '@backstage/errors';
import type {
  CallContext,
  ClusterIdentity,
  EngineInstance,
  InstanceProbe,
  LoginProvider,
  ResourceProvider,
} from '@data-resources/plugin-data-resources-node';
import type { Deadline } from './client/Deadline';
import { KafkaClient } from './client/KafkaClient';
import type { OpenConnection } from './client/openConnection';
import { askOwnPrincipal } from './client/ownPrincipal';
import type { KafkaConfig } from './config/readKafkaConfig';
import { KafkaLoginProvider } from './logins/KafkaLoginProvider';
import { BrokerReader } from './preflight/BrokerReader';
import { everyoneAllowed } from './preflight/everyoneAllowed';
import type { EveryoneAllowed } from './preflight/everyoneAllowed';
import { probeCluster } from './preflight/probeCluster';
import { quotasAsLimits } from './quotas/quotas';
import { kafkaTopicType } from './topic/kafkaTopicType';
import { KafkaTopicProvider } from './topic/KafkaTopicProvider';

interface Options {
  config: KafkaConfig;
  installationId: string;
}

interface Known {
  found: EveryoneAllowed;
  /** On the clock of `performance.now()`. */
  until: number;
}

/** What could not be decided is not tried at each look, for a try may take a while. */
const UNDECIDED_FOR_MS = 60_000;

/** The setting can only change by a restart of the broker, which ends the connection. */
function goodUntil({ verdict }: EveryoneAllowed): number {
  return verdict === 'undecided'
    ? performance.now() + UNDECIDED_FOR_MS
    : Infinity;
}

/** One Kafka cluster, connected when it is first needed. */
export class KafkaInstance implements EngineInstance {
  readonly limits: EngineInstance['limits'];
  readonly callTimeoutMs: number;
  readonly logins: LoginProvider;
  readonly #options: Options;
  readonly #client: KafkaClient;
  readonly #brokers: BrokerReader;
  readonly #topics: ResourceProvider;
  readonly #everyone = new WeakMap<OpenConnection, Known>();
  /** Who the broker takes the portal for, which is settled when a connection is opened. */
  readonly #principal = new WeakMap<OpenConnection, string>();

  private constructor(options: Options) {
    const { admin, client: connection, limits, quotas } = options.config;
    this.#options = options;
    this.#client = KafkaClient.create(admin);
    this.#brokers = BrokerReader.create(this.#client);
    this.#topics = KafkaTopicProvider.create({
      client: this.#client,
      connection,
      isEveryoneAllowed: async (deadline, clusterId) =>
        (await this.#everyoneAllowed(deadline, clusterId)).verdict === 'yes',
      settings: {
        partitionsLimit: limits.partitions,
        ownPrincipal: admin.principal,
        quotas,
      },
    }) as unknown as ResourceProvider;
    this.logins = KafkaLoginProvider.create(this.#client);
    this.limits = {
      ...limits,
      ...(quotas ? { quotas: quotasAsLimits(quotas) } : {}),
    };
    this.callTimeoutMs = admin.callTimeoutMs;
  }

  static create(options: Options): KafkaInstance {
    return new KafkaInstance(options);
  }

  async probe(context: CallContext): Promise<InstanceProbe> {
    const deadline = this.#client.deadline(context);
    return probeCluster({
      client: this.#client,
      brokers: this.#brokers,
      config: this.#options.config,
      deadline,
      askOwnPrincipal: async () => {
        const open = await this.#client.open(deadline);
        const told =
          this.#principal.get(open) ??
          (await askOwnPrincipal(this.#client, deadline));
        if (told !== undefined) {
          this.#principal.set(open, told);
        }
        return told;
      },
      isEveryoneAllowed: clusterId =>
        this.#everyoneAllowed(deadline, clusterId),
      managesQuotas: this.#options.config.quotas !== undefined,
    });
  }

  async identify(context: CallContext): Promise<ClusterIdentity> {
    return {
      state: 'known',
      id: await this.#client.clusterId(this.#client.deadline(context)),
    };
  }

  bind(clusterId: string): void {
    this.#client.bind(clusterId);
  }

  provider(type: string): ResourceProvider {
    if (type !== kafkaTopicType.type) {
      throw new InputError(
        `Kafka has no type '${type}'; expected '${kafkaTopicType.type}'`,
      );
    }
    return this.#topics;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #everyoneAllowed(
    deadline: Deadline,
    clusterId: string,
  ): Promise<EveryoneAllowed> {
    const open = await this.#client.open(deadline);
    const known = this.#everyone.get(open);
    if (known && performance.now() < known.until) {
      return known.found;
    }
    const found = await everyoneAllowed({
      client: this.#client,
      admin: this.#options.config.admin,
      deadline,
      clusterId,
      installationId: this.#options.installationId,
    });
    this.#everyone.set(open, { found, until: goodUntil(found) });
    return found;
  }
}
