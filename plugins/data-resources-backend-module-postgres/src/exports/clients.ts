import {
  commentLines,
  javaProperties,
  quotedText,
  textLines,
  type ExportFormat,
} from '@data-resources/plugin-data-resources-node';
import {
  addressesOf,
  authorityOf,
  connectionOf,
  pooled,
  poolerNote,
  type PostgresConnection,
  rootCertificate,
  sharesSessions,
} from './connectionOf';

/** The URL that libpq, and most drivers beside it, take. */
export const urlExport: ExportFormat = {
  id: 'libpq-url',
  title: 'URL (libpq)',
  description:
    'For psql and every client on libpq, which take the login from PGUSER and PGPASSWORD.',
  audience: 'client',
  render(input) {
    return urlFile(connectionOf(input), '');
  },
};

/** The same through the pooler: a file of its own, for nothing but a URL may stand in it. */
export const pooledUrlExport: ExportFormat = {
  id: 'libpq-url-pooled',
  title: 'URL (libpq, through the pooler)',
  description:
    'For applications that open many connections. What a pooler takes away from a session stands in the service file.',
  audience: 'client',
  render(input) {
    const connection = pooled(connectionOf(input));
    return connection && urlFile(connection, '-pooled');
  },
};

function urlFile(connection: PostgresConnection, suffix: string) {
  const { database } = connection;
  return {
    fileName: `${database}${suffix}.url`,
    language: 'text' as const,
    text: textLines([
      `postgresql://${authorityOf(connection)}/${encodeURIComponent(
        database,
      )}?${parametersOf(connection).join('&')}`,
    ]),
  };
}

/** A section of libpq's `pg_service.conf`, and one for the pooler. */
export const serviceExport: ExportFormat = {
  id: 'libpq-service',
  title: 'Service file (libpq)',
  description:
    'A section of ~/.pg_service.conf: psql service=<database>. The login comes from PGUSER and PGPASSWORD.',
  audience: 'client',
  render(input) {
    const connection = connectionOf(input);
    const through = pooled(connection);
    return {
      fileName: 'pg_service.conf',
      language: 'ini',
      text: textLines([
        ...serviceSection(connection.database, connection),
        ...(through
          ? [
              '',
              ...commentLines([poolerNote(through)], '#'),
              ...serviceSection(`${through.database}-pooled`, through),
            ]
          : []),
      ]),
    };
  },
};

function serviceSection(name: string, connection: PostgresConnection) {
  const { database, sslmode } = connection;
  const { hosts, ports, targetSessionAttrs } = libpqHosts(connection);
  const certificate = rootCertificate(connection);
  return [
    `[${name}]`,
    `host=${hosts}`,
    `port=${ports}`,
    targetSessionAttrs && `target_session_attrs=${targetSessionAttrs}`,
    `dbname=${database}`,
    `sslmode=${sslmode}`,
    certificate && `sslrootcert=${certificate}`,
  ];
}

/** Properties of Spring Boot around a URL that every JDBC client takes. */
export const jdbcExport: ExportFormat = {
  id: 'jdbc',
  title: 'JDBC',
  description:
    "Spring Boot's application.properties; the URL is good for every client on pgjdbc. The login comes from the environment.",
  audience: 'client',
  render(input) {
    const connection = connectionOf(input);
    const through = pooled(connection);
    const { username, password } = input.variables;
    return {
      fileName: 'application.properties',
      language: 'properties',
      text: javaProperties(
        [
          ['spring.datasource.url', jdbcUrl(connection)],
          ['spring.datasource.username', `\${${username}}`],
          ['spring.datasource.password', `\${${password}}`],
        ],
        through && [
          poolerNote(through),
          `spring.datasource.url=${jdbcUrl(through)}${
            sharesSessions(through) ? '&prepareThreshold=0' : ''
          }`,
        ],
      ),
    };
  },
};

/** What pgjdbc calls otherwise than libpq. */
const JDBC_PARAMETERS: { [parameter: string]: string } = {
  'sslrootcert=system': 'sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory',
  'target_session_attrs=read-write': 'targetServerType=primary',
};

function jdbcUrl(connection: PostgresConnection): string {
  const parameters = parametersOf(connection).map(
    parameter => JDBC_PARAMETERS[parameter] ?? parameter,
  );
  return `jdbc:postgresql://${authorityOf(connection)}/${encodeURIComponent(
    connection.database,
  )}?${parameters.join('&')}`;
}

/** A module for psycopg 3. */
export const pythonExport: ExportFormat = {
  id: 'python',
  title: 'Python',
  description: 'For psycopg 3. The login comes from the environment.',
  audience: 'client',
  render(input) {
    const connection = connectionOf(input);
    const through = pooled(connection);
    const { username, password } = input.variables;
    const { hosts, ports, targetSessionAttrs } = libpqHosts(connection);
    const certificate = rootCertificate(connection);
    return {
      fileName: 'postgres.py',
      language: 'python',
      text: textLines([
        'import os',
        '',
        'import psycopg',
        '',
        ...(through
          ? commentLines(
              [
                poolerNote(through),
                `host=${quotedText(through.host)}, port=${through.port}${
                  sharesSessions(through) ? ', prepare_threshold=None' : ''
                }`,
              ],
              '#',
            )
          : []),
        'connection = psycopg.connect(',
        `    host=${quotedText(hosts)},`,
        `    port=${targetSessionAttrs ? quotedText(ports) : ports},`,
        targetSessionAttrs &&
          `    target_session_attrs=${quotedText(targetSessionAttrs)},`,
        `    dbname=${quotedText(connection.database)},`,
        `    user=os.environ["${username}"],`,
        `    password=os.environ["${password}"],`,
        `    sslmode=${quotedText(connection.sslmode)},`,
        certificate && `    sslrootcert=${quotedText(certificate)},`,
        ')',
      ]),
    };
  },
};

/** As libpq takes several hosts; of which it is to find the one that takes changes. */
function libpqHosts(connection: PostgresConnection) {
  const addresses = addressesOf(connection);
  return {
    hosts: addresses.map(({ host }) => host).join(','),
    ports: addresses.map(({ port }) => port).join(','),
    targetSessionAttrs: addresses.length > 1 ? 'read-write' : undefined,
  };
}

function parametersOf(connection: PostgresConnection): string[] {
  const certificate = rootCertificate(connection);
  const { targetSessionAttrs } = libpqHosts(connection);
  return [
    `sslmode=${encodeURIComponent(connection.sslmode)}`,
    ...(certificate ? [`sslrootcert=${encodeURIComponent(certificate)}`] : []),
    ...(targetSessionAttrs
      ? [`target_session_attrs=${targetSessionAttrs}`]
      : []),
  ];
}
