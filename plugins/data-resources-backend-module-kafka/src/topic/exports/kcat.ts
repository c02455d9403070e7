import {
  CA_FILE,
  commentLines,
  textLines,
  type ExportFormat,
} from '@data-resources/plugin-data-resources-node';
import { clientOf } from './clientOf';

/** librdkafka's properties, in the file that kcat reads. */
export const kcatExport: ExportFormat = {
  id: 'kcat',
  title: 'kcat',
  description:
    'For kcat -F kcat.conf, and the properties of every client on librdkafka. Nothing there reads the environment: put the login in with envsubst.',
  audience: 'client',
  render(input) {
    const { connection, tls, clientId, group } = clientOf(input);
    const { username, password } = input.variables;
    return {
      fileName: 'kcat.conf',
      language: 'properties',
      text: textLines([
        ...commentLines(
          [
            `Topic: ${connection.topic}`,
            `envsubst <kcat.conf >~/.config/kcat.conf; chmod 600 ~/.config/kcat.conf`,
            ...(connection.saslMechanism.startsWith('SCRAM')
              ? [
                  'librdkafka before 2.6.1 is told "invalid credentials" by Kafka 3.8.1 and later: kcat -V',
                ]
              : []),
          ],
          '#',
        ),
        `bootstrap.servers=${connection.bootstrapServers.join(',')}`,
        clientId && `client.id=${clientId}`,
        `security.protocol=${connection.securityProtocol}`,
        `sasl.mechanisms=${connection.saslMechanism}`,
        `sasl.username=\${${username}}`,
        `sasl.password=\${${password}}`,
        tls && connection.ca && `ssl.ca.location=${CA_FILE}`,
        group && `group.id=${group}`,
      ]),
    };
  },
};
