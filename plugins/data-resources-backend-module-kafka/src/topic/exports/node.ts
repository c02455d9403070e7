import {
  CA_FILE,
  commentLines,
  quotedText,
  textLines,
  type ExportFormat,
} from '@data-resources/plugin-data-resources-node';
import { clientOf } from './clientOf';

/** A module for `@platformatic/kafka`. */
export const nodeExport: ExportFormat = {
  id: 'node',
  title: 'Node.js',
  description:
    'A module for @platformatic/kafka that takes the login from the environment.',
  audience: 'client',
  render(input) {
    const { connection, tls, clientId, reads, writes, group } = clientOf(input);
    const { username, password } = input.variables;
    const classes = [
      reads && 'Consumer',
      writes && 'Producer',
      reads && 'stringDeserializers',
      writes && 'stringSerializers',
    ].filter(Boolean);
    return {
      fileName: 'kafka.mjs',
      language: 'javascript',
      text: textLines([
        tls && connection.ca && "import { readFileSync } from 'node:fs';",
        `import { ${classes.join(', ')} } from '@platformatic/kafka';`,
        '',
        `export const topic = ${quotedText(connection.topic)};`,
        '',
        'const connection = {',
        `  clientId: ${quotedText(clientId ?? connection.topic)},`,
        `  bootstrapBrokers: ${quotedList(connection.bootstrapServers)},`,
        '  sasl: {',
        `    mechanism: ${quotedText(connection.saslMechanism)},`,
        `    username: process.env.${username},`,
        `    password: process.env.${password},`,
        '  },',
        tls &&
          (connection.ca
            ? `  tls: { ca: readFileSync('${CA_FILE}') },`
            : '  tls: {},'),
        '};',
        ...(writes
          ? [
              '',
              'export const producer = new Producer({',
              '  ...connection,',
              '  serializers: stringSerializers,',
              '});',
            ]
          : []),
        ...(reads
          ? [
              '',
              ...groupNote(group, '//'),
              'export const consumer = new Consumer({',
              '  ...connection,',
              `  groupId: ${groupText(group)},`,
              '  deserializers: stringDeserializers,',
              '});',
            ]
          : []),
      ]),
    };
  },
};

/** For kafkajs, and for what has taken over its interface. */
export const kafkaJsExport: ExportFormat = {
  id: 'kafkajs',
  title: 'Node.js (kafkajs)',
  description:
    'For kafkajs and clients with its interface. The login comes from the environment.',
  audience: 'client',
  render(input) {
    const { connection, tls, clientId, reads, writes, group } = clientOf(input);
    const { username, password } = input.variables;
    return {
      fileName: 'kafka.cjs',
      language: 'javascript',
      text: textLines([
        tls && connection.ca && "const { readFileSync } = require('node:fs');",
        "const { Kafka } = require('kafkajs');",
        '',
        `const topic = ${quotedText(connection.topic)};`,
        'const kafka = new Kafka({',
        `  clientId: ${quotedText(clientId ?? connection.topic)},`,
        `  brokers: ${quotedList(connection.bootstrapServers)},`,
        '  sasl: {',
        `    mechanism: ${quotedText(connection.saslMechanism.toLowerCase())},`,
        `    username: process.env.${username},`,
        `    password: process.env.${password},`,
        '  },',
        tls &&
          (connection.ca
            ? `  ssl: { ca: [readFileSync('${CA_FILE}')] },`
            : '  ssl: true,'),
        '});',
        writes && 'const producer = kafka.producer();',
        ...(reads
          ? [
              ...groupNote(group, '//'),
              `const consumer = kafka.consumer({ groupId: ${groupText(
                group,
              )} });`,
            ]
          : []),
        '',
        `module.exports = { ${[
          'kafka',
          'topic',
          writes && 'producer',
          reads && 'consumer',
        ]
          .filter(Boolean)
          .join(', ')} };`,
      ]),
    };
  },
};

/** Says which other names of groups there are. */
export function groupNote(
  group: string | undefined,
  mark: '#' | '//',
): string[] {
  return group
    ? commentLines([`Also every group named ${group}.<anything>`], mark)
    : [];
}

/** What stands where nobody was chosen: there is no group to tell. */
export function groupText(group: string | undefined): string {
  return quotedText(group ?? '<consumer group>');
}

/** A list of texts in JavaScript and Python alike. */
export function quotedList(texts: readonly string[]): string {
  return `[${texts.map(quotedText).join(', ')}]`;
}
