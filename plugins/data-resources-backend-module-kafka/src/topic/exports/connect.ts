import type { ExportFormat } from '@data-resources/plugin-data-resources-node';
import { clientOf } from './clientOf';
import { environmentValue, jaasConfig } from './jaas';

/** What a connector's own clients are given, whoever the worker is. */
export const connectExport: ExportFormat = {
  id: 'connect',
  title: 'Kafka Connect',
  description:
    "Keys for a connector's configuration, so that it works with this login and not the worker's. The worker needs config.providers=env with Kafka's EnvVarConfigProvider, and the two variables in its environment.",
  audience: 'client',
  render(input) {
    const { connection, tls, reads, writes, group } = clientOf(input);
    const { username, password } = input.variables;
    const settings: [name: string, value: string][] = [
      ['bootstrap.servers', connection.bootstrapServers.join(',')],
      ['security.protocol', connection.securityProtocol],
      ['sasl.mechanism', connection.saslMechanism],
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
          ] satisfies [string, string][])
        : []),
    ];
    const overrides = (client: 'producer' | 'consumer') =>
      settings.map(([name, value]) => [`${client}.override.${name}`, value]);
    const keys = [
      // A source connector writes where its own settings say, a sink reads these.
      ...(reads
        ? [['topics', connection.topic], ...overrides('consumer')]
        : []),
      ...(reads && group
        ? [['consumer.override.group.id', `${group}.connect`]]
        : []),
      ...(writes ? overrides('producer') : []),
    ];
    return {
      fileName: 'connector.json',
      language: 'json',
      text: `${JSON.stringify(Object.fromEntries(keys), undefined, 2)}\n`,
    };
  },
};
