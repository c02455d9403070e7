import type {
  ClientConfiguration,
  ConfigurationInput,
} from './clientConfigurations';

/** Roles that read, in groups of their login's name. */
const READERS = ['consumer', 'admin'];

interface KafkaConnection {
  bootstrapServers: string[];
  securityProtocol: string;
  saslMechanism: string;
  topic: string;
  groupPrefix?: string;
  ca?: string;
}

const LOGIN_MODULE = 'org.apache.kafka.common.security.scram.ScramLoginModule';

/** The Java client's properties, and those of librdkafka, on which most other clients are built. */
export function kafkaConfigurations(
  input: ConfigurationInput<KafkaConnection>,
): ClientConfiguration[] {
  return [
    { id: 'java', title: 'Java properties', text: javaProperties(input) },
    { id: 'librdkafka', title: 'librdkafka', text: librdkafka(input) },
  ];
}

function javaProperties(input: ConfigurationInput<KafkaConnection>): string {
  const { connection, username, password } = input;
  const jaas =
    `${LOGIN_MODULE} required ` +
    `username=${jaasQuote(username)} password=${jaasQuote(password)};`;
  const group = consumerGroup(input);

  return lines([
    `# Topic: ${connection.topic}`,
    property('bootstrap.servers', connection.bootstrapServers.join(',')),
    property('security.protocol', connection.securityProtocol),
    property('sasl.mechanism', connection.saslMechanism),
    property('sasl.jaas.config', jaas),
    ...(connection.ca
      ? [
          property('ssl.truststore.type', 'PEM'),
          property('ssl.truststore.certificates', connection.ca.trim()),
        ]
      : []),
    ...(group ? [property('group.id', group)] : []),
  ]);
}

function librdkafka(input: ConfigurationInput<KafkaConnection>): string {
  const { connection, username, password } = input;
  const group = consumerGroup(input);

  return lines([
    `# Topic: ${connection.topic}`,
    `bootstrap.servers=${connection.bootstrapServers.join(',')}`,
    `security.protocol=${connection.securityProtocol}`,
    `sasl.mechanisms=${connection.saslMechanism}`,
    `sasl.username=${username}`,
    `sasl.password=${password}`,
    ...(connection.ca ? ['ssl.ca.location=ca.pem'] : []),
    ...(group ? [`group.id=${group}`] : []),
  ]);
}

/** The login's own group: it may use that name, and every one that begins with it and a dot. */
function consumerGroup(
  input: ConfigurationInput<KafkaConnection>,
): string | undefined {
  return input.roles.some(role => READERS.includes(role))
    ? input.connection.groupPrefix?.replace(/\.$/, '')
    : undefined;
}

/** A string of a JAAS configuration. */
function jaasQuote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** A line of a properties file, whose own escape is the backslash once more. */
function property(name: string, value: string): string {
  const escaped = value
    .replace(/\\/g, '\\\\')
    .replace(/\r?\n/g, '\\n\\\n')
    .replace(/^[ \t]/, '\\$&');
  return `${name}=${escaped}`;
}

function lines(all: string[]): string {
  return `${all.join('\n')}\n`;
}
