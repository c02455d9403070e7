import {
  CA_FILE,
  quotedText,
  textLines,
  type ExportFormat,
} from '@data-resources/plugin-data-resources-node';
import { clientOf } from './clientOf';
import { environmentValue, jaasConfig } from './jaas';
import { groupNote, groupText } from './node';

/** A module for confluent-kafka. */
export const pythonExport: ExportFormat = {
  id: 'python',
  title: 'Python',
  description:
    'A module for confluent-kafka, 2.6.1 or later, that takes the login from the environment.',
  audience: 'client',
  render(input) {
    const { connection, tls, clientId, reads, writes, group } = clientOf(input);
    const { username, password } = input.variables;
    const classes = [reads && 'Consumer', writes && 'Producer'].filter(Boolean);
    return {
      fileName: 'kafka_client.py',
      language: 'python',
      text: textLines([
        'import os',
        '',
        `from confluent_kafka import ${classes.join(', ')}`,
        '',
        `topic = ${quotedText(connection.topic)}`,
        'connection = {',
        `    "bootstrap.servers": ${quotedText(
          connection.bootstrapServers.join(','),
        )},`,
        clientId && `    "client.id": ${quotedText(clientId)},`,
        `    "security.protocol": ${quotedText(connection.securityProtocol)},`,
        `    "sasl.mechanism": ${quotedText(connection.saslMechanism)},`,
        `    "sasl.username": os.environ["${username}"],`,
        `    "sasl.password": os.environ["${password}"],`,
        tls && connection.ca && `    "ssl.ca.location": "${CA_FILE}",`,
        '}',
        writes && 'producer = Producer(connection)',
        ...(reads
          ? [
              ...groupNote(group, '#'),
              `consumer = Consumer({**connection, "group.id": ${groupText(
                group,
              )}})`,
            ]
          : []),
      ]),
    };
  },
};

/** Options of Spark's Structured Streaming, in PySpark. */
export const sparkExport: ExportFormat = {
  id: 'spark',
  title: 'Spark',
  description:
    'Options of Structured Streaming (PySpark, spark-sql-kafka-0-10). Driver and executors take the login from their environment.',
  audience: 'client',
  render(input) {
    const { connection, tls, reads, writes, group } = clientOf(input);
    const { username, password } = input.variables;
    const option = (name: string, value: string) =>
      `    ${quotedText(`kafka.${name}`)}: ${quotedText(value)},`;
    return {
      fileName: 'kafka_options.py',
      language: 'python',
      text: textLines([
        'connection = {',
        option('bootstrap.servers', connection.bootstrapServers.join(',')),
        option('security.protocol', connection.securityProtocol),
        option('sasl.mechanism', connection.saslMechanism),
        option('config.providers', 'env'),
        option(
          'config.providers.env.class',
          'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
        ),
        option(
          'sasl.jaas.config',
          jaasConfig({
            username: environmentValue(username),
            password: environmentValue(password),
          }),
        ),
        ...(tls && connection.ca
          ? [
              option('ssl.truststore.type', 'PEM'),
              option('ssl.truststore.certificates', connection.ca.trim()),
            ]
          : []),
        '}',
        ...(reads
          ? [
              '',
              '# spark.readStream.format("kafka").options(**source).load()',
              'source = {',
              '    **connection,',
              `    "subscribe": ${quotedText(connection.topic)},`,
              group && `    "groupIdPrefix": ${quotedText(`${group}.spark`)},`,
              '}',
            ]
          : []),
        ...(writes
          ? [
              '',
              '# frame.writeStream.format("kafka").options(**sink)',
              `sink = {**connection, "topic": ${quotedText(connection.topic)}}`,
            ]
          : []),
      ]),
    };
  },
};
