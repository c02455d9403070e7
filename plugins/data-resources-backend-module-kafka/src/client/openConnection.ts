import { isIP } from 'node:net';
import {
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
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
  DescribeClusterEndpointTypes,
  describeUserScramCredentialsV0,
  incrementalAlterConfigsV1,
  metadataV12,
} from '@platformatic/kafka';
import type { ConnectionOptions } from '@platformatic/kafka';
import type { AdminConfig, BrokerAddress } from '../config/readKafkaConfig';
import { adviceOn } from './connectionAdvice';
import { describeCause } from './describeCause';
import { wasTold } from './wasTold';

/** A connection that is ready, with what the broker said about itself. */
export interface OpenConnection {
  connection: Connection;
  /** Where it leads to. */
  address: BrokerAddress;
  /** The cluster that the broker belongs to. */
  clusterId: string;
  /** Finalised features and their levels, e.g. `metadata.version` → 30. */
  features: ReadonlyMap<string, number>;
  /** The highest levels that the broker's own version knows. */
  supported: ReadonlyMap<string, number>;
  /** The requests that it knows, by their key, with the versions of each. */
  versions: ReadonlyMap<number, { min: number; max: number }>;
}

type Options = Pick<
  AdminConfig,
  'brokers' | 'tls' | 'ca' | 'certificate' | 'sasl' | 'callTimeoutMs'
>;

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
  options: Options,
): Promise<OpenConnection> {
  const failures: string[] = [];
  const advice = new Set<string>();
  let refused: unknown;
  for (const broker of options.brokers) {
    try {
      return await openTo(broker, options);
    } catch (error) {
      if (isProviderError(error)) {
        throw error;
      }
      refused ??= isRefusal(error) ? error : undefined;
      failures.push(`${broker.host}:${broker.port}: ${describeCause(error)}`);
      adviceOn(error, options).forEach(each => advice.add(each));
    }
  }
  const whatToDo = [...advice].map(each => ` ${each}`).join('');
  if (refused) {
    throw new ProviderError(
      'Unauthorized',
      `Kafka refused the portal's login '${
        options.sasl?.username ?? 'without a name'
      }': ${failures.join('; ')}.${whatToDo}`,
      refused,
    );
  }
  throw new ProviderError(
    'Unreachable',
    `Kafka cannot be reached: ${failures.join('; ')}.${whatToDo}`,
  );
}

async function openTo(
  broker: BrokerAddress,
  options: Options,
): Promise<OpenConnection> {
  const longest = Math.min(
    LONGEST_CONNECT_MS,
    Math.ceil(options.callTimeoutMs / (options.brokers.length + 1)),
  );
  const connection = new Connection(CLIENT_ID, {
    connectTimeout: longest,
    requestTimeout: options.callTimeoutMs,
    sasl: options.sasl,
    ...tlsOptions(broker, options),
  } satisfies ConnectionOptions);
  // Why a broker hung up is told by this event alone, e.g. that it wants another certificate.
  let heard: Error | undefined;
  connection.on('error', error => {
    heard ??= error;
  });
  try {
    return await within(longest, async () => {
      await connection.connect(broker.host, broker.port);
      return { connection, address: broker, ...(await negotiate(connection)) };
    });
  } catch (error) {
    connection.close().catch(() => {});
    throw heard === undefined || heard === error || isProviderError(error)
      ? error
      : new Error(describeCause(error), { cause: heard });
  }
}

/** Of one that takes a connection and then says nothing, the client waits as long as for a call. */
async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const working = work();
  // What loses the race may still fail later, which is nobody's business then.
  working.catch(() => {});
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`it gave no answer within ${ms} ms`)),
      ms,
    );
  });
  try {
    return await Promise.race([working, over]);
  } finally {
    clearTimeout(timer);
  }
}

function tlsOptions(
  broker: BrokerAddress,
  { tls, ca, certificate }: Pick<Options, 'tls' | 'ca' | 'certificate'>,
): Pick<ConnectionOptions, 'tls' | 'tlsServerName'> {
  if (!tls) {
    return {};
  }
  return {
    tls: {
      ...(ca ? { ca } : {}),
      ...(certificate
        ? {
            cert: certificate.chain,
            key: certificate.key,
            passphrase: certificate.passphrase,
          }
        : {}),
    },
    // A server name is a host name: TLS has none for plain addresses.
    tlsServerName: isIP(broker.host) === 0,
  };
}

async function negotiate(
  connection: Connection,
): Promise<Omit<OpenConnection, 'connection' | 'address'>> {
  const spoken = await apiVersionsV3.api.async(connection, CLIENT_ID, '1');
  const missing = missingApis(spoken.apiKeys);
  if (missing.length > 0) {
    throw new ProviderError('Unsupported', tooOld(missing));
  }
  const { clusterId } = await describeClusterV1.api.async(
    connection,
    false,
    DescribeClusterEndpointTypes.BROKERS,
  );
  return {
    clusterId,
    features: new Map(
      (spoken.finalizedFeatures ?? []).map(({ name, maxVersionLevel }) => [
        name,
        maxVersionLevel,
      ]),
    ),
    supported: new Map(
      (spoken.supportedFeatures ?? []).map(({ name, maxVersion }) => [
        name,
        maxVersion,
      ]),
    ),
    versions: new Map(
      spoken.apiKeys.map(({ apiKey, minVersion, maxVersion }) => [
        apiKey,
        { min: minVersion, max: maxVersion },
      ]),
    ),
  };
}

/** What the portal needs and a broker does not know, of what it says that it knows. */
export function missingApis(
  spoken: readonly { apiKey: number; minVersion: number; maxVersion: number }[],
): string[] {
  return REQUIRED.filter(({ key, version }) => {
    const range = spoken.find(({ apiKey }) => apiKey === key);
    return !range || version < range.minVersion || version > range.maxVersion;
  }).map(({ key, version }) => `API ${key} version ${version}`);
}

function tooOld(missing: readonly string[]): string {
  return `This Kafka does not speak the protocol that the portal needs (missing: ${missing.join(
    ', ',
  )}). Apache Kafka 3.7 or newer in KRaft mode is needed.`;
}

/** The broker looked at the login and said no; trying again changes nothing. */
function isRefusal(error: unknown): boolean {
  return (
    wasTold(error, 'SASL_AUTHENTICATION_FAILED') ||
    wasTold(error, 'UNSUPPORTED_SASL_MECHANISM')
  );
}
