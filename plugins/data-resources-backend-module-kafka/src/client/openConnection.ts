import { isIP } from 'node:net';
import { ProviderError } from '@data-resources/plugin-data-resources-node';
import {
  alterUserScramCredentialsV0,
  apiVersionsV3,
  Connection,
  createAclsV3,
  createPartitionsV3,
  createTopicsV7,
  deleteAclsV3,
  deleteTopicsV6,
  describeAclsV3,
  describeClusterV1,
  describeConfigsV4,
  describeUserScramCredentialsV0,
  findErrorBy,
  incrementalAlterConfigsV1,
  metadataV12,
} from '@platformatic/kafka';
import type { ConnectionOptions } from '@platformatic/kafka';
import type { AdminConfig, BrokerAddress } from '../config/readKafkaConfig';
import { describeCause } from './describeCause';

/** A connection that is ready, with what the broker said about itself. */
export interface OpenConnection {
  connection: Connection;
  /** Finalised features and their levels, e.g. `metadata.version` → 30. */
  features: ReadonlyMap<string, number>;
  /** The requests that it knows, by their key, with the versions of each. */
  versions: ReadonlyMap<number, { min: number; max: number }>;
}

const CLIENT_ID = 'data-resources';
/** Long enough for a far broker; a dead one must leave time for the next address. */
const LONGEST_CONNECT_MS = 3_000;

const REQUIRED = [
  metadataV12,
  createTopicsV7,
  createPartitionsV3,
  incrementalAlterConfigsV1,
  deleteTopicsV6,
  describeConfigsV4,
  describeClusterV1,
  describeAclsV3,
  createAclsV3,
  deleteAclsV3,
  describeUserScramCredentialsV0,
  alterUserScramCredentialsV0,
].map(({ api }) => api);

/**
 * Connects to the first of the brokers that lets us in.
 *
 * @throws ProviderError `Unauthorized` when a broker refused the login, `Unsupported` when it
 * is too old, else `Unreachable`; the message has what happened at each address
 */
export async function openConnection(
  options: Pick<
    AdminConfig,
    'brokers' | 'tls' | 'ca' | 'sasl' | 'callTimeoutMs'
  >,
): Promise<OpenConnection> {
  const failures: string[] = [];
  let refused: unknown;
  for (const broker of options.brokers) {
    try {
      return await openTo(broker, options);
    } catch (error) {
      if (error instanceof ProviderError) {
        throw error;
      }
      refused ??= isRefusal(error) ? error : undefined;
      failures.push(`${broker.host}:${broker.port}: ${describeCause(error)}`);
    }
  }
  if (refused) {
    throw new ProviderError(
      'Unauthorized',
      `Kafka refused the portal's login '${
        options.sasl?.username ?? 'without a name'
      }': ${failures.join(
        '; ',
      )}. Check admin.username, admin.password and admin.saslMechanism of the instance.`,
      refused,
    );
  }
  throw new ProviderError(
    'Unreachable',
    `Kafka cannot be reached: ${failures.join('; ')}.`,
  );
}

async function openTo(
  broker: BrokerAddress,
  options: Pick<
    AdminConfig,
    'brokers' | 'tls' | 'ca' | 'sasl' | 'callTimeoutMs'
  >,
): Promise<OpenConnection> {
  const connection = new Connection(CLIENT_ID, {
    connectTimeout: Math.min(
      LONGEST_CONNECT_MS,
      Math.ceil(options.callTimeoutMs / (options.brokers.length + 1)),
    ),
    requestTimeout: options.callTimeoutMs,
    sasl: options.sasl,
    ...tlsOptions(broker, options),
  } satisfies ConnectionOptions);
  // Every failure also reaches the caller of connect() or of the request; an 'error' event
  // that nobody listens to would end the process.
  connection.on('error', () => {});
  await connection.connect(broker.host, broker.port);
  try {
    return { connection, ...(await negotiate(connection)) };
  } catch (error) {
    connection.close().catch(() => {});
    throw error;
  }
}

function tlsOptions(
  broker: BrokerAddress,
  { tls, ca }: Pick<AdminConfig, 'tls' | 'ca'>,
): Pick<ConnectionOptions, 'tls' | 'tlsServerName'> {
  if (!tls) {
    return {};
  }
  // A server name is a host name: TLS has none for plain addresses.
  return { tls: ca ? { ca } : {}, tlsServerName: isIP(broker.host) === 0 };
}

async function negotiate(
  connection: Connection,
): Promise<Omit<OpenConnection, 'connection'>> {
  const answer = await apiVersionsV3.api.async(connection, CLIENT_ID, '1');
  const missing = REQUIRED.filter(({ key, version }) => {
    const range = answer.apiKeys.find(({ apiKey }) => apiKey === key);
    return !range || version < range.minVersion || version > range.maxVersion;
  });
  if (missing.length > 0) {
    throw new ProviderError(
      'Unsupported',
      `This Kafka does not speak the protocol that the portal needs (missing: ${missing
        .map(({ key, version }) => `API ${key} version ${version}`)
        .join(', ')}). Apache Kafka 3.7 or newer in KRaft mode is needed.`,
    );
  }
  return {
    features: new Map(
      (answer.finalizedFeatures ?? []).map(({ name, maxVersionLevel }) => [
        name,
        maxVersionLevel,
      ]),
    ),
    versions: new Map(
      answer.apiKeys.map(({ apiKey, minVersion, maxVersion }) => [
        apiKey,
        { min: minVersion, max: maxVersion },
      ]),
    ),
  };
}

/** The broker looked at the login and said no; trying again changes nothing. */
function isRefusal(error: unknown): boolean {
  return (
    wasTold(error, 'SASL_AUTHENTICATION_FAILED') ||
    wasTold(error, 'UNSUPPORTED_SASL_MECHANISM')
  );
}

/** Whether an error of the protocol, by its name, is among the causes of an error. */
export function wasTold(error: unknown, name: string): boolean {
  for (
    let cause = error as Error | undefined;
    cause;
    cause = cause.cause as Error | undefined
  ) {
    if (findErrorBy(cause, 'apiId', name)) {
      return true;
    }
  }
  return false;
}
