import {
  javaProperties,
  type ExportFormat,
} from '@data-resources/plugin-data-resources-node';
import { clientOf } from './clientOf';
import { ENVIRONMENT_PROVIDER, environmentValue, jaasConfig } from './jaas';

/** Properties of the Java clients, and of Kafka's command line tools. */
export const javaExport: ExportFormat = {
  id: 'java',
  title: 'Java',
  description:
    "Properties for Kafka's Java clients from 3.5 on, and for its command line tools (--command-config). They take the login from the environment.",
  audience: 'client',
  render(input) {
    const { connection, tls, clientId, group, transactionalId } =
      clientOf(input);
    const { username, password } = input.variables;
    return {
      fileName: 'client.properties',
      language: 'properties',
      text: javaProperties(
        [
          ['bootstrap.servers', connection.bootstrapServers.join(',')],
          ...(clientId ? [['client.id', clientId] as const] : []),
          ['security.protocol', connection.securityProtocol],
          ['sasl.mechanism', connection.saslMechanism],
          ...ENVIRONMENT_PROVIDER,
          [
            'sasl.jaas.config',
            jaasConfig({
              username: environmentValue(username),
              password: environmentValue(password),
            }),
          ],
          ...(tls && connection.ca
            ? ([
                ['ssl.truststore.type', 'PEM'],
                ['ssl.truststore.certificates', connection.ca.trim()],
              ] as const)
            : []),
          ...(group ? [['group.id', group] as const] : []),
        ],
        [
          `Topic: ${connection.topic}`,
          `Set ${username} and ${password} where the client runs.`,
          ...(group
            ? [`Consumer groups: ${group} and ${group}.<anything>`]
            : []),
          ...(transactionalId
            ? [
                `Transactional ids: ${transactionalId} and ${transactionalId}.<anything>`,
              ]
            : []),
        ],
      ),
    };
  },
};
