import type { DefaultPolicy } from './DefaultPolicy';

/** Good practice for Kafka, beyond what the brokers themselves demand. */
export const kafkaDefaults: readonly DefaultPolicy[] = [
  {
    name: 'kafka/production-replication-factor',
    match: { types: ['kafka-topic'], actions: ['create', 'update', 'adopt'] },
    when: 'instance.production && spec.replicationFactor < 3',
    effect: 'deny',
    message:
      'In production a topic has at least 3 replicas, so that it survives the loss of a broker while another is being restarted. Ask for a replicationFactor of 3.',
    path: 'spec.replicationFactor',
  },
  {
    name: 'kafka/production-min-insync-replicas',
    match: { types: ['kafka-topic'], actions: ['create', 'update', 'adopt'] },
    when: `instance.production && (
  !("min.insync.replicas" in spec.config) ||
  int(spec.config["min.insync.replicas"]) < 2
)`,
    effect: 'deny',
    message:
      'In production a write is on at least 2 replicas before it is acknowledged to acks=all. Set min.insync.replicas to "2" in spec.config; the default of a cluster is not relied on.',
    path: 'spec.config["min.insync.replicas"]',
  },
  {
    name: 'kafka/retention-limit',
    match: { types: ['kafka-topic'], actions: ['create', 'update', 'adopt'] },
    when: `has(instance.limits.retentionMs) && "retention.ms" in spec.config && (
  int(spec.config["retention.ms"]) < 0 ||
  int(spec.config["retention.ms"]) > instance.limits.retentionMs
)`,
    effect: 'deny',
    message:
      "retention.ms is beyond the instance's limit (limits.retentionMs), which it lists; -1 means for ever. Ask for less, or leave it out to follow the cluster.",
    path: 'spec.config["retention.ms"]',
  },
  {
    name: 'kafka/naming',
    match: { types: ['kafka-topic'], actions: ['create', 'adopt'] },
    when: '!name.matches("^[a-z][a-z0-9]*([._-][a-z0-9]+)*$") || name.contains(".") && name.contains("_")',
    effect: 'warn',
    message:
      'Names are lower case words of letters and digits, joined by "." or "_" but not both, for Kafka cannot keep the two apart in its metrics: e.g. payments.settled or payments-settled.',
    path: 'name',
  },
  {
    name: 'kafka/encrypted-transport',
    match: { types: ['kafka-topic'], actions: ['create', 'adopt'] },
    when: 'instance.production && has(instance.connection.securityProtocol) && !instance.connection.securityProtocol.endsWith("SSL")',
    effect: 'warn',
    message:
      'Clients reach this production cluster without encryption. Whoever runs it should offer a SASL_SSL listener and set client.securityProtocol to SASL_SSL.',
    path: 'instance',
  },
];
