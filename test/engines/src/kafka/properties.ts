/** What differs between one broker's configuration and another's. */
export interface BrokerSettings {
  port: number;
  tlsPort: number;
  controllerPort: number;
  dataFolder: string;
  keystoreFile: string;
  caFile: string;
  adminPassword: string;
  controllerPassword: string;
}

/** The super users: the brokers' own, the controllers' own, and the product's. */
export const ADMIN_USER = 'admin';
/** The account of the product's Kafka module. */
export const PROVISIONER_USER = 'data-resources';
const CONTROLLER_USER = 'controller';

/** Kafka's server.properties for one process that is broker and controller. */
export function serverProperties(settings: BrokerSettings): string {
  const scram = scramLogin(ADMIN_USER, settings.adminPassword);
  return format({
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${settings.controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: [
      `SASL_PLAINTEXT://127.0.0.1:${settings.port}`,
      `SASL_SSL://127.0.0.1:${settings.tlsPort}`,
      `CONTROLLER://127.0.0.1:${settings.controllerPort}`,
    ].join(','),
    'advertised.listeners': [
      `SASL_PLAINTEXT://127.0.0.1:${settings.port}`,
      `SASL_SSL://localhost:${settings.tlsPort}`,
    ].join(','),
    'listener.security.protocol.map':
      'CONTROLLER:SASL_PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL',
    'inter.broker.listener.name': 'SASL_PLAINTEXT',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
    'listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config': scram,
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': scram,
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': settings.keystoreFile,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': settings.caFile,
    'ssl.client.auth': 'none',

    'authorizer.class.name':
      'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': [ADMIN_USER, CONTROLLER_USER, PROVISIONER_USER]
      .map(user => `User:${user}`)
      .join(';'),
    'allow.everyone.if.no.acl.found': 'false',
    // A login of its own for the controllers, so that nobody anonymous is a super user.
    'sasl.mechanism.controller.protocol': 'PLAIN',
    'listener.name.controller.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.controller.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required username="${CONTROLLER_USER}" password="${settings.controllerPassword}" user_${CONTROLLER_USER}="${settings.controllerPassword}";`,

    'log.dirs': settings.dataFolder,
    'num.partitions': '1',
    'default.replication.factor': '1',
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'share.coordinator.state.topic.num.partitions': '1',
    'group.initial.rebalance.delay.ms': '0',
    // The default of 25 ms is what every admin write would wait.
    'controller.quorum.append.linger.ms': '0',
    // Back within seconds after a kill.
    'broker.heartbeat.interval.ms': '250',
    'broker.session.timeout.ms': '1500',
    // Kafka 4.3.1 can lose SCRAM credentials, the administrator's with them, when a
    // SCRAM user is deleted and the broker restarts before it has written a snapshot
    // of its metadata. A snapshot after every change avoids that.
    'metadata.log.max.record.bytes.between.snapshots': '1',
  });
}

/** Client properties for a SCRAM login over the plain listener. */
export function clientProperties(user: string, password: string): string {
  return format({
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'SCRAM-SHA-512',
    'sasl.jaas.config': scramLogin(user, password),
  });
}

/** Logs to standard output, which the server's log file keeps. */
export const loggingProperties = format({
  status: 'warn',
  'appender.out.type': 'Console',
  'appender.out.name': 'out',
  'appender.out.layout.type': 'PatternLayout',
  'appender.out.layout.pattern': '[%d] %p %m (%c{1})%n',
  'rootLogger.level': 'info',
  'rootLogger.appenderRef.out.ref': 'out',
});

function scramLogin(user: string, password: string): string {
  return `org.apache.kafka.common.security.scram.ScramLoginModule required username="${user}" password="${password}";`;
}

function format(properties: Record<string, string>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
