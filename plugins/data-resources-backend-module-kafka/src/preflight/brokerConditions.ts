import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import type { BrokerSettings } from '../client/cluster';
import type { ClientConfig } from '../config/readKafkaConfig';
import type { BrokerViews } from './BrokerReader';
import { listenersOf } from './transportConditions';

/** `metadata.version` of Kafka 4.3, where deleting a SCRAM user can drop others. */
const METADATA_VERSION_4_3 = 30;
const SNAPSHOT_BYTES = 'metadata.log.max.record.bytes.between.snapshots';

/** What a topic or a login gets must not hang on which broker is asked. */
const TO_BE_THE_SAME = [
  'authorizer.class.name',
  'auto.create.topics.enable',
  'compression.type',
  'default.replication.factor',
  'delete.topic.enable',
  'log.cleaner.delete.retention.ms',
  'log.cleanup.policy',
  'log.retention.bytes',
  'log.retention.hours',
  'log.retention.minutes',
  'log.retention.ms',
  'message.max.bytes',
  'min.insync.replicas',
  'num.partitions',
  'offsets.retention.minutes',
  'sasl.enabled.mechanisms',
  'unclean.leader.election.enable',
];

/** What the settings of the brokers say; little where they may not be read. */
export function brokerConditions(
  { settings: brokers, silent }: BrokerViews,
  client: Pick<ClientConfig, 'securityProtocol'>,
  features: ReadonlyMap<string, number>,
): InstanceCondition[] {
  if (brokers.size === 0) {
    return [
      {
        type: 'BrokerSettings',
        status: 'warn',
        message:
          "The portal may not read the brokers' settings, so it cannot check them. Give its login DESCRIBE_CONFIGS on the cluster.",
      },
    ];
  }
  return [
    autoCreateCondition(brokers),
    mechanismCondition(brokers, client),
    ...deletionConditions(brokers),
    ...snapshotConditions(brokers, features),
    ...sameSettings(brokers),
    ...silentBrokers(silent),
  ];
}

type Brokers = BrokerViews['settings'];

function autoCreateCondition(brokers: Brokers): InstanceCondition {
  const on = having(
    brokers,
    settings => settings.get('auto.create.topics.enable')?.value === 'true',
  );
  return {
    type: 'AutoCreateTopics',
    status: on.length > 0 ? 'warn' : 'ok',
    message:
      on.length > 0
        ? `The brokers${only(
            on,
            brokers,
          )} create a topic when a client merely asks for it, past all requests. Set auto.create.topics.enable=false.`
        : 'Topics are only created on purpose.',
  };
}

function mechanismCondition(
  brokers: Brokers,
  { securityProtocol }: Pick<ClientConfig, 'securityProtocol'>,
): InstanceCondition {
  const without = having(brokers, settings => !takesScram(settings));
  const told = `of the listener for clients (${securityProtocol})`;
  if (without.length === brokers.size) {
    return {
      type: 'ScramSha512',
      status: 'error',
      message: `No listener takes SCRAM-SHA-512, so no login that the portal makes could be used. Add it to sasl.enabled.mechanisms ${told}.`,
    };
  }
  return {
    type: 'ScramSha512',
    status: without.length > 0 ? 'warn' : 'ok',
    message:
      without.length > 0
        ? `The brokers${only(
            without,
            brokers,
          )} take SCRAM-SHA-512 nowhere, so clients cannot use what they lead. Add it to sasl.enabled.mechanisms ${told}.`
        : 'Logins by SCRAM-SHA-512 are enabled.',
  };
}

/** A listener's own list comes before the one of the broker. */
function takesScram(settings: BrokerSettings): boolean {
  const general = settings.get('sasl.enabled.mechanisms')?.value;
  return listenersOf(settings).some(name =>
    (
      settings.get(
        `listener.name.${name.toLowerCase()}.sasl.enabled.mechanisms`,
      )?.value ?? general
    )
      ?.split(/\s*,\s*/)
      .includes('SCRAM-SHA-512'),
  );
}

function deletionConditions(brokers: Brokers): InstanceCondition[] {
  const off = having(
    brokers,
    settings => settings.get('delete.topic.enable')?.value === 'false',
  );
  return off.length === 0
    ? []
    : [
        {
          type: 'TopicDeletion',
          status: 'warn',
          message: `The brokers${only(
            off,
            brokers,
          )} refuse to delete topics. Set delete.topic.enable=true.`,
        },
      ];
}

function snapshotConditions(
  brokers: Brokers,
  features: ReadonlyMap<string, number>,
): InstanceCondition[] {
  const rare = having(
    brokers,
    settings => Number(settings.get(SNAPSHOT_BYTES)?.value ?? 1) > 1,
  );
  if (
    features.get('metadata.version') !== METADATA_VERSION_4_3 ||
    rare.length === 0
  ) {
    return [];
  }
  return [
    {
      type: 'MetadataSnapshots',
      status: 'warn',
      message: `Kafka 4.3.1 can lose SCRAM credentials, the administrators' with them, when a SCRAM user is deleted and the cluster restarts before a metadata snapshot was written; the portal deletes the credentials of logins that end. Set ${SNAPSHOT_BYTES}=1 on brokers and controllers${only(
        rare,
        brokers,
      )}.`,
    },
  ];
}

function sameSettings(brokers: Brokers): InstanceCondition[] {
  if (brokers.size < 2) {
    return [];
  }
  const differing = TO_BE_THE_SAME.flatMap(name => {
    const values = [...brokers].map(([id, settings]) => ({
      id,
      value: settings.get(name)?.value ?? 'not set',
    }));
    return values.every(({ value }) => value === values[0].value)
      ? []
      : [
          `${name} (${values
            .map(({ id, value }) => `${value} on broker ${id}`)
            .join(', ')})`,
        ];
  });
  return [
    {
      type: 'SameSettings',
      status: differing.length > 0 ? 'warn' : 'ok',
      message:
        differing.length > 0
          ? `The brokers are not set alike, so what holds for a topic hangs on which one leads it: ${differing.join(
              '; ',
            )}. Set the same on all of them.`
          : `The ${brokers.size} brokers are set alike.`,
    },
  ];
}

function silentBrokers(silent: BrokerViews['silent']): InstanceCondition[] {
  return silent.size === 0
    ? []
    : [
        {
          type: 'BrokersReachable',
          status: 'warn',
          message: `The portal cannot reach ${[...silent]
            .map(([id, why]) => `broker ${id} (${why.replace(/\.$/, '')})`)
            .join(
              ', ',
            )}; their settings are not checked, and live use misses what only they know. The address is the one in advertised.listeners.`,
        },
      ];
}

function having(
  brokers: Brokers,
  holds: (settings: BrokerSettings) => boolean,
): number[] {
  return [...brokers]
    .filter(([, settings]) => holds(settings))
    .map(([id]) => id);
}

/** Which of the brokers, where it is not all of them. */
function only(ids: readonly number[], brokers: Brokers): string {
  return ids.length === brokers.size
    ? ''
    : ` (of ${brokers.size}: ${ids.join(', ')})`;
}
