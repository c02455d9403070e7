import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import type { BrokerSetting, Cluster } from '../client/cluster';
import type { EveryoneAllowed } from './everyoneAllowed';

/** A broker's settings, by name. */
export type Settings = ReadonlyMap<string, BrokerSetting>;

/** The bits of the protocol's operations, with what the portal needs each for. */
const NEEDED_OPERATIONS = [
  { bit: 5, name: 'CREATE', why: 'create topics' },
  { bit: 7, name: 'ALTER', why: 'change ACLs and SCRAM credentials' },
  { bit: 8, name: 'DESCRIBE', why: 'read ACLs and SCRAM credentials' },
];

/** `metadata.version` of Kafka 4.3, where deleting a SCRAM user can drop others. */
const METADATA_VERSION_4_3 = 30;
const SNAPSHOT_BYTES = 'metadata.log.max.record.bytes.between.snapshots';

/** Whether ACLs mean anything here. */
export function authorizerCondition(enabled: boolean): InstanceCondition {
  return {
    type: 'Authorizer',
    status: enabled ? 'ok' : 'error',
    message: enabled
      ? 'The brokers check ACLs.'
      : 'The brokers have no authorizer, so everybody may do everything. Set authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer on brokers and controllers.',
  };
}

/** Whether a login without ACLs is kept out. */
export function everyoneCondition(allowed: EveryoneAllowed): InstanceCondition {
  const type = 'AllowEveryone';
  switch (allowed.verdict) {
    case 'no':
      return {
        type,
        status: 'ok',
        message: 'Who has no ACL is refused.',
      };
    case 'yes':
      return {
        type,
        status: 'error',
        message:
          'The brokers let everybody in where there is no ACL, which makes ACLs worthless. Set allow.everyone.if.no.acl.found=false on brokers and controllers.',
      };
    default:
      return {
        type,
        status: 'warn',
        message: `It could not be found out whether who has no ACL is refused: ${allowed.why.replace(
          /\.$/,
          '',
        )}. Make sure that allow.everyone.if.no.acl.found is not true.`,
      };
  }
}

/** Whether the portal's login may do its work. */
export function provisionerCondition({
  authorizedOperations,
}: Cluster): InstanceCondition {
  const missing = NEEDED_OPERATIONS.filter(
    ({ bit }) => Math.floor(authorizedOperations / 2 ** bit) % 2 === 0,
  );
  return {
    type: 'Provisioner',
    status: missing.length === 0 ? 'ok' : 'error',
    message:
      missing.length === 0
        ? "The portal's login may create topics, ACLs and SCRAM credentials."
        : `The portal's login may not ${missing
            .map(({ name, why }) => `${why} (${name} on the cluster)`)
            .join(
              ', ',
            )}. Give it: kafka-acls.sh --add --cluster --allow-principal User:<login> ${missing
            .map(({ name }) => `--operation ${name}`)
            .join(' ')}`,
  };
}

/** What the settings of a broker say; nothing where they may not be read. */
export function settingConditions(
  settings: Settings | undefined,
  features: ReadonlyMap<string, number>,
): InstanceCondition[] {
  if (!settings) {
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
    autoCreateCondition(settings),
    mechanismCondition(settings),
    ...deletionConditions(settings),
    ...snapshotConditions(settings, features),
  ];
}

function autoCreateCondition(settings: Settings): InstanceCondition {
  const on = settings.get('auto.create.topics.enable')?.value === 'true';
  return {
    type: 'AutoCreateTopics',
    status: on ? 'warn' : 'ok',
    message: on
      ? 'The brokers create a topic when a client merely asks for it, past all requests. Set auto.create.topics.enable=false.'
      : 'Topics are only created on purpose.',
  };
}

function mechanismCondition(settings: Settings): InstanceCondition {
  const offered = [...settings].some(
    ([name, { value }]) =>
      /(^|\.)sasl\.enabled\.mechanisms$/.test(name) &&
      value?.split(/\s*,\s*/).includes('SCRAM-SHA-512'),
  );
  return {
    type: 'ScramSha512',
    status: offered ? 'ok' : 'error',
    message: offered
      ? 'Logins by SCRAM-SHA-512 are enabled.'
      : 'No listener takes SCRAM-SHA-512, so no login that the portal makes could be used. Add it to sasl.enabled.mechanisms of the listener for clients.',
  };
}

function deletionConditions(settings: Settings): InstanceCondition[] {
  return settings.get('delete.topic.enable')?.value === 'false'
    ? [
        {
          type: 'TopicDeletion',
          status: 'warn',
          message:
            'The brokers refuse to delete topics. Set delete.topic.enable=true.',
        },
      ]
    : [];
}

function snapshotConditions(
  settings: Settings,
  features: ReadonlyMap<string, number>,
): InstanceCondition[] {
  const bytes = Number(settings.get(SNAPSHOT_BYTES)?.value ?? 1);
  if (
    features.get('metadata.version') !== METADATA_VERSION_4_3 ||
    !(bytes > 1)
  ) {
    return [];
  }
  return [
    {
      type: 'MetadataSnapshots',
      status: 'warn',
      message: `Kafka 4.3.1 can lose SCRAM credentials, the administrators' with them, when a SCRAM user is deleted and the cluster restarts before a metadata snapshot was written; the portal deletes the credentials of logins that end. Set ${SNAPSHOT_BYTES}=1 on brokers and controllers.`,
    },
  ];
}
