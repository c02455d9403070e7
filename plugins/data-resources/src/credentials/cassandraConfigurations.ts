import type {
  ClientConfiguration,
  ConfigurationInput,
} from './clientConfigurations';

interface CassandraConnection {
  contactPoints: string[];
  port: number;
  localDataCenter: string;
  keyspace: string;
  tls: boolean;
  ca?: string;
}

/** cqlsh, the Node.js driver and the Java driver. */
export function cassandraConfigurations(
  input: ConfigurationInput<CassandraConnection>,
): ClientConfiguration[] {
  return [
    { id: 'cqlsh', title: 'cqlsh', text: cqlsh(input) },
    { id: 'node', title: 'Node.js', text: node(input) },
    { id: 'java', title: 'Java driver', text: javaDriver(input) },
  ];
}

/** The password goes into a file, not onto a command line that every process list shows. */
function cqlsh(input: ConfigurationInput<CassandraConnection>): string {
  const { connection, username, password } = input;
  const { contactPoints, port, keyspace, tls, ca } = connection;
  return lines([
    '# ~/.cassandra/credentials, readable by you alone (chmod 600)',
    '[PlainTextAuthProvider]',
    `username = ${username}`,
    `password = ${password}`,
    '',
    '# then',
    [
      ...(tls && ca ? ['SSL_CERTFILE=ca.pem'] : []),
      'cqlsh',
      ...(tls ? ['--ssl'] : []),
      `--username=${username}`,
      `--keyspace=${keyspace}`,
      contactPoints[0],
      `${port}`,
    ].join(' '),
  ]);
}

function node(input: ConfigurationInput<CassandraConnection>): string {
  const { connection, username, password } = input;
  const { contactPoints, port, localDataCenter, keyspace, tls, ca } =
    connection;
  const text = (value: unknown) => JSON.stringify(value);
  const options = ca
    ? "  sslOptions: { ca: [readFileSync('ca.pem')] },"
    : '  sslOptions: { rejectUnauthorized: true },';
  return lines([
    ...(tls && ca ? ["const { readFileSync } = require('fs');"] : []),
    "const { Client } = require('cassandra-driver');",
    '',
    'const client = new Client({',
    `  contactPoints: ${text(contactPoints)},`,
    `  protocolOptions: { port: ${port} },`,
    `  localDataCenter: ${text(localDataCenter)},`,
    `  keyspace: ${text(keyspace)},`,
    `  credentials: { username: ${text(username)}, password: ${text(
      password,
    )} },`,
    ...(tls ? [options] : []),
    '});',
  ]);
}

function javaDriver(input: ConfigurationInput<CassandraConnection>): string {
  const { connection, username, password } = input;
  const { contactPoints, port, localDataCenter, keyspace, tls } = connection;
  const text = (value: unknown) => JSON.stringify(value);
  return lines([
    '# application.conf',
    'datastax-java-driver {',
    `  basic.contact-points = ${text(
      contactPoints.map(host => `${host}:${port}`),
    )}`,
    `  basic.load-balancing-policy.local-datacenter = ${text(localDataCenter)}`,
    `  basic.session-keyspace = ${text(keyspace)}`,
    '  advanced.auth-provider {',
    '    class = PlainTextAuthProvider',
    `    username = ${text(username)}`,
    `    password = ${text(password)}`,
    '  }',
    ...(tls
      ? ['  advanced.ssl-engine-factory.class = DefaultSslEngineFactory']
      : []),
    '}',
  ]);
}

function lines(all: string[]): string {
  return `${all.join('\n')}\n`;
}
