import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { QuotaConfig } from '../quotas/quotas';
import { configPath } from './configPath';
import { distinguishedName } from './distinguishedName';
import { readClientCertificate } from './readClientCertificate';
import type { ClientCertificate } from './readClientCertificate';
import { readCertificates } from './readPem';
import { readQuotas } from './readQuotas';

/** How a listener is spoken to, in Kafka's own words. */
export type SecurityProtocol =
  | 'PLAINTEXT'
  | 'SSL'
  | 'SASL_PLAINTEXT'
  | 'SASL_SSL';

/** Mechanisms that the portal can log in with. */
export type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

/** One address of a broker. */
export interface BrokerAddress {
  host: string;
  port: number;
}

/** How the portal logs in. */
export interface AdminConfig {
  brokers: BrokerAddress[];
  tls: boolean;
  ca?: string;
  /** What the portal shows a broker that asks for a certificate. */
  certificate?: ClientCertificate;
  /** Who the brokers take the portal for, e.g. `User:portal`; absent where that is nobody. */
  principal?: string;
  sasl?: { mechanism: SaslMechanism; username: string; password: string };
  callTimeoutMs: number;
}

/** What users are told. */
export interface ClientConfig {
  bootstrapServers: string[];
  securityProtocol: 'SASL_PLAINTEXT' | 'SASL_SSL';
  saslMechanism: 'SCRAM-SHA-512';
  ca?: string;
}

/** What may be asked for. */
export interface KafkaLimits {
  /** The most partitions of a topic. */
  partitions?: number;
  /** The longest `retention.ms` of a topic. */
  retentionMs?: number;
}

/** The part of an instance's configuration that Kafka reads. */
export interface KafkaConfig {
  admin: AdminConfig;
  client: ClientConfig;
  limits: KafkaLimits;
  /** `limits.quotas`; absent where the portal leaves quotas alone. */
  quotas?: QuotaConfig;
}

const DEFAULT_CALL_TIMEOUT_MS = 10_000;
const LONGEST_CALL_TIMEOUT_MS = 60_000;

/**
 * Reads `admin`, `client` and `limits` of `dataResources.instances[i]`.
 *
 * @throws InputError with the path of what is wrong
 */
export function readKafkaConfig(config: Config): KafkaConfig {
  const limits = config.getOptionalConfig('limits');
  const quotas = readQuotas(limits);
  return {
    admin: readAdmin(config.getConfig('admin')),
    client: readClient(config.getConfig('client')),
    limits: readLimits(limits),
    ...(quotas ? { quotas } : {}),
  };
}

function readAdmin(config: Config): AdminConfig {
  const protocol = readEnum(config, 'securityProtocol', 'SASL_SSL', [
    'PLAINTEXT',
    'SSL',
    'SASL_PLAINTEXT',
    'SASL_SSL',
  ]);
  const admin: AdminConfig = {
    brokers: readServers(config).map(({ host, port }) => ({ host, port })),
    tls: protocol.endsWith('SSL'),
    ca: readCa(config, protocol),
    certificate: readClientCertificate(config, protocol),
    callTimeoutMs:
      readInteger(config, 'callTimeoutMs', {
        from: 100,
        to: LONGEST_CALL_TIMEOUT_MS,
      }) ?? DEFAULT_CALL_TIMEOUT_MS,
  };
  if (protocol.startsWith('SASL_')) {
    admin.sasl = {
      mechanism: readEnum(config, 'saslMechanism', 'SCRAM-SHA-512', [
        'PLAIN',
        'SCRAM-SHA-256',
        'SCRAM-SHA-512',
      ]),
      username: config.getString('username'),
      password: config.getString('password'),
    };
  } else {
    refuseLogin(config, protocol);
  }
  admin.principal = readPrincipal(config, admin);
  return admin;
}

function refuseLogin(config: Config, protocol: SecurityProtocol): void {
  const key = ['username', 'password', 'saslMechanism'].find(name =>
    config.has(name),
  );
  if (key) {
    throw new InputError(
      `${configPath(
        config,
        'securityProtocol',
      )} is '${protocol}', which logs in without a password; use 'SASL_${
        protocol === 'SSL' ? 'SSL' : 'PLAINTEXT'
      }' or remove ${key}`,
    );
  }
}

/** As configured, else what Kafka makes of a login or a certificate unless it is told otherwise. */
function readPrincipal(
  config: Config,
  { sasl, certificate }: Pick<AdminConfig, 'sasl' | 'certificate'>,
): string | undefined {
  const configured = config.getOptionalString('principal');
  if (configured !== undefined) {
    if (!/^[A-Za-z]+:./.test(configured)) {
      throw new InputError(
        `${configPath(
          config,
          'principal',
        )} is '${configured}'; expected the principal as Kafka's ACLs have it, e.g. 'User:portal'`,
      );
    }
    return configured;
  }
  if (sasl) {
    return `User:${sasl.username}`;
  }
  const name = certificate && distinguishedName(certificate.subject);
  return name === undefined ? undefined : `User:${name}`;
}

function readClient(config: Config): ClientConfig {
  const securityProtocol = readEnum(config, 'securityProtocol', 'SASL_SSL', [
    'SASL_PLAINTEXT',
    'SASL_SSL',
  ]);
  return {
    bootstrapServers: readServers(config).map(({ text }) => text),
    securityProtocol,
    // Logins are made as SCRAM-SHA-512 records and as nothing else.
    saslMechanism: readEnum(config, 'saslMechanism', 'SCRAM-SHA-512', [
      'SCRAM-SHA-512',
    ]),
    ca: readCa(config, securityProtocol),
  };
}

function readLimits(config: Config | undefined): KafkaLimits {
  const partitions = config && readInteger(config, 'partitions', { from: 1 });
  const retentionMs = config && readInteger(config, 'retentionMs', { from: 1 });
  return {
    ...(partitions === undefined ? {} : { partitions }),
    ...(retentionMs === undefined ? {} : { retentionMs }),
  };
}

function readCa(config: Config, protocol: SecurityProtocol) {
  const ca = readCertificates(config, 'ca');
  if (ca !== undefined && !protocol.endsWith('SSL')) {
    throw new InputError(
      `${configPath(
        config,
        'securityProtocol',
      )} is '${protocol}', which uses no certificates; use '${
        protocol === 'PLAINTEXT' ? 'SSL' : 'SASL_SSL'
      }' or remove ca and caFile`,
    );
  }
  return ca;
}

/** A list, or one text with commas as in Kafka's own `bootstrap.servers`. */
function readServers(config: Config): (BrokerAddress & { text: string })[] {
  const key = 'bootstrapServers';
  const value = config.get(key);
  const texts =
    typeof value === 'string' ? value.split(',') : config.getStringArray(key);
  const path = configPath(config, key);
  if (texts.length === 0) {
    throw new InputError(`${path} is empty; give at least one 'host:port'`);
  }
  return texts.map(raw => {
    const text = raw.trim();
    const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(
      text,
    );
    const port = Number(match?.[3]);
    if (!match || port < 1 || port > 65535) {
      throw new InputError(
        `${path} has '${text}' where 'host:port' is expected, e.g. 'kafka-1.example.com:9094'`,
      );
    }
    return { text, host: match[1] ?? match[2], port };
  });
}

function readEnum<T extends string>(
  config: Config,
  key: string,
  fallback: T,
  values: readonly T[],
): T {
  const value = config.getOptionalString(key) ?? fallback;
  const found = values.find(candidate => candidate === value);
  if (found === undefined) {
    throw new InputError(
      `${configPath(config, key)} is '${value}'; expected ${values
        .map(candidate => `'${candidate}'`)
        .join(' or ')}`,
    );
  }
  return found;
}

function readInteger(
  config: Config,
  key: string,
  { from, to = Number.MAX_SAFE_INTEGER }: { from: number; to?: number },
): number | undefined {
  const value = config.getOptionalNumber(key);
  if (
    value !== undefined &&
    (!Number.isInteger(value) || value < from || value > to)
  ) {
    const range =
      to === Number.MAX_SAFE_INTEGER
        ? `of ${from} or more`
        : `from ${from} to ${to}`;
    throw new InputError(
      `${configPath(
        config,
        key,
      )} is ${value}; expected a whole number ${range}`,
    );
  }
  return value;
}
