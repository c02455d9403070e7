import {
  CA_FILE,
  commentLines,
  quotedText,
  shellWord,
  textLines,
  type ExportFormat,
} from '@data-resources/plugin-data-resources-node';
import { quoteIdentifier } from '../../cql/quote';
import { whyQuoted } from '../names';
import { connectionOf } from './connectionOf';

/** The Java driver's own file. */
export const javaExport: ExportFormat = {
  id: 'java',
  title: 'Java',
  description:
    'application.conf of the Java driver 4 (HOCON), which takes the login from the environment.',
  audience: 'client',
  render(input) {
    const { contactPoints, port, localDataCenter, keyspace, tls, ca } =
      connectionOf(input);
    const { username, password } = input.variables;
    const addresses = contactPoints.map(host => quotedText(`${host}:${port}`));
    return {
      fileName: 'application.conf',
      language: 'hocon',
      text: textLines([
        ...(tls && ca
          ? commentLines(
              [
                `The driver trusts no PEM file: keytool -importcert -noprompt -file ${CA_FILE} -keystore truststore.p12`,
              ],
              '#',
            )
          : []),
        'datastax-java-driver {',
        '  basic {',
        `    contact-points = [${addresses.join(', ')}]`,
        `    load-balancing-policy.local-datacenter = ${quotedText(
          localDataCenter,
        )}`,
        // As CQL has it: without its quotes it would be taken in lower case.
        `    session-keyspace = ${quotedText(cqlName(keyspace))}`,
        '  }',
        '  advanced {',
        '    auth-provider {',
        '      class = PlainTextAuthProvider',
        `      username = \${${username}}`,
        `      password = \${${password}}`,
        '    }',
        ...(tls
          ? [
              '    ssl-engine-factory {',
              '      class = DefaultSslEngineFactory',
              ...(ca
                ? [
                    '      truststore-path = "truststore.p12"',
                    '      truststore-password = ${CASSANDRA_TRUSTSTORE_PASSWORD}',
                  ]
                : []),
              '    }',
            ]
          : []),
        '  }',
        '}',
      ]),
    };
  },
};

/** A module for `cassandra-driver`. */
export const nodeExport: ExportFormat = {
  id: 'node',
  title: 'Node.js',
  description: 'For cassandra-driver. The login comes from the environment.',
  audience: 'client',
  render(input) {
    const { contactPoints, port, localDataCenter, keyspace, tls, ca } =
      connectionOf(input);
    const { username, password } = input.variables;
    return {
      fileName: 'cassandra.cjs',
      language: 'javascript',
      text: textLines([
        tls && ca && "const { readFileSync } = require('node:fs');",
        "const { Client } = require('cassandra-driver');",
        '',
        'const client = new Client({',
        `  contactPoints: [${contactPoints.map(quotedText).join(', ')}],`,
        `  protocolOptions: { port: ${port} },`,
        `  localDataCenter: ${quotedText(localDataCenter)},`,
        `  keyspace: ${quotedText(keyspace)},`,
        '  credentials: {',
        `    username: process.env.${username},`,
        `    password: process.env.${password},`,
        '  },',
        tls &&
          (ca
            ? `  sslOptions: { ca: [readFileSync('${CA_FILE}')] },`
            : '  sslOptions: { rejectUnauthorized: true },'),
        '});',
      ]),
    };
  },
};

/** A module for the Python driver. */
export const pythonExport: ExportFormat = {
  id: 'python',
  title: 'Python',
  description: 'For cassandra-driver. The login comes from the environment.',
  audience: 'client',
  render(input) {
    const { contactPoints, port, localDataCenter, keyspace, tls, ca } =
      connectionOf(input);
    const { username, password } = input.variables;
    return {
      fileName: 'cassandra_session.py',
      language: 'python',
      text: textLines([
        'import os',
        tls && 'import ssl',
        '',
        'from cassandra.auth import PlainTextAuthProvider',
        'from cassandra.cluster import Cluster, EXEC_PROFILE_DEFAULT, ExecutionProfile',
        'from cassandra.policies import DCAwareRoundRobinPolicy, TokenAwarePolicy',
        '',
        'profile = ExecutionProfile(',
        '    load_balancing_policy=TokenAwarePolicy(',
        `        DCAwareRoundRobinPolicy(local_dc=${quotedText(
          localDataCenter,
        )})`,
        '    )',
        ')',
        'cluster = Cluster(',
        `    contact_points=[${contactPoints.map(quotedText).join(', ')}],`,
        `    port=${port},`,
        '    auth_provider=PlainTextAuthProvider(',
        `        username=os.environ["${username}"],`,
        `        password=os.environ["${password}"],`,
        '    ),',
        tls &&
          `    ssl_context=ssl.create_default_context(${
            ca ? `cafile="${CA_FILE}"` : ''
          }),`,
        '    execution_profiles={EXEC_PROFILE_DEFAULT: profile},',
        ')',
        `session = cluster.connect(${quotedText(keyspace)})`,
      ]),
    };
  },
};

/** A command line that leaves the password to a file, for every process list shows its words. */
export const cqlshExport: ExportFormat = {
  id: 'cqlsh',
  title: 'cqlsh',
  description:
    'Commands of a shell that has the login in its environment; the password goes into a file that only its owner reads.',
  audience: 'client',
  render(input) {
    const { contactPoints, port, keyspace, tls, ca } = connectionOf(input);
    const { username, password } = input.variables;
    const words = [
      'cqlsh',
      '--credentials="$credentials"',
      `--keyspace=${shellWord(keyspace)}`,
      ...(tls ? ['--ssl'] : []),
      shellWord(contactPoints[0]),
      `${port}`,
    ];
    return {
      fileName: 'cqlsh.sh',
      language: 'shell',
      text: textLines([
        'credentials=$(mktemp)',
        `printf '[PlainTextAuthProvider]\\nusername = %s\\npassword = %s\\n' \\`,
        `  "$${username}" "$${password}" >"$credentials"`,
        `${tls && ca ? `SSL_CERTFILE=${CA_FILE} ` : ''}${words.join(' ')}`,
        'rm "$credentials"',
      ]),
    };
  },
};

/** A keyspace's name as it stands in CQL. */
function cqlName(keyspace: string): string {
  return whyQuoted(keyspace) ? quoteIdentifier(keyspace) : keyspace;
}
