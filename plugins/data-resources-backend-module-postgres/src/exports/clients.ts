import {
  CA_FILE,
  javaProperties,
  quotedText,
  textLines,
  type ExportFormat,
  type ExportInput,
} from '@data-resources/plugin-data-resources-node';
import { addressOf, connectionOf, rootCertificate } from './connectionOf';

/** The URL that libpq, and most drivers beside it, take. */
export const urlExport: ExportFormat = {
  id: 'libpq-url',
  title: 'URL (libpq)',
  description:
    'For psql and every client on libpq, which take the login from PGUSER and PGPASSWORD.',
  audience: 'client',
  render(input) {
    const connection = connectionOf(input);
    const { database } = connection;
    return {
      fileName: `${database}.url`,
      language: 'text',
      text: textLines([
        `postgresql://${addressOf(connection)}/${encodeURIComponent(
          database,
        )}?${parametersOf(input)}`,
      ]),
    };
  },
};

/** A section of libpq's `pg_service.conf`. */
export const serviceExport: ExportFormat = {
  id: 'libpq-service',
  title: 'Service file (libpq)',
  description:
    'A section of ~/.pg_service.conf: psql service=<database>. The login comes from PGUSER and PGPASSWORD.',
  audience: 'client',
  render(input) {
    const connection = connectionOf(input);
    const { host, port, database, sslmode } = connection;
    const certificate = rootCertificate(connection);
    return {
      fileName: 'pg_service.conf',
      language: 'ini',
      text: textLines([
        `[${database}]`,
        `host=${host}`,
        `port=${port}`,
        `dbname=${database}`,
        `sslmode=${sslmode}`,
        certificate && `sslrootcert=${certificate}`,
      ]),
    };
  },
};

/** Properties of Spring Boot around a URL that every JDBC client takes. */
export const jdbcExport: ExportFormat = {
  id: 'jdbc',
  title: 'JDBC',
  description:
    "Spring Boot's application.properties; the URL is good for every client on pgjdbc. The login comes from the environment.",
  audience: 'client',
  render(input) {
    const connection = connectionOf(input);
    const { username, password } = input.variables;
    return {
      fileName: 'application.properties',
      language: 'properties',
      text: javaProperties([
        [
          'spring.datasource.url',
          `jdbc:postgresql://${addressOf(connection)}/${encodeURIComponent(
            connection.database,
          )}?${jdbcParametersOf(input)}`,
        ],
        ['spring.datasource.username', `\${${username}}`],
        ['spring.datasource.password', `\${${password}}`],
      ]),
    };
  },
};

/** A module for `pg`. */
export const nodeExport: ExportFormat = {
  id: 'node',
  title: 'Node.js',
  description: 'For pg. The login comes from the environment.',
  audience: 'client',
  render(input) {
    const { host, port, database, sslmode, ca } = connectionOf(input);
    const { username, password } = input.variables;
    const verifies = sslmode.startsWith('verify');
    const ssl = {
      disable: 'false',
      require: '{ rejectUnauthorized: false }',
      'verify-ca': `{${
        ca ? ` ca: readFileSync('${CA_FILE}', 'utf8'),` : ''
      } checkServerIdentity: () => undefined }`,
      'verify-full': ca ? `{ ca: readFileSync('${CA_FILE}', 'utf8') }` : 'true',
    }[sslmode];
    return {
      fileName: 'postgres.cjs',
      language: 'javascript',
      text: textLines([
        verifies && ca && "const { readFileSync } = require('node:fs');",
        "const { Pool } = require('pg');",
        '',
        'const pool = new Pool({',
        `  host: ${quotedText(host)},`,
        `  port: ${port},`,
        `  database: ${quotedText(database)},`,
        `  user: process.env.${username},`,
        `  password: process.env.${password},`,
        `  ssl: ${ssl},`,
        '});',
      ]),
    };
  },
};

/** A module for psycopg 3. */
export const pythonExport: ExportFormat = {
  id: 'python',
  title: 'Python',
  description: 'For psycopg 3. The login comes from the environment.',
  audience: 'client',
  render(input) {
    const connection = connectionOf(input);
    const { username, password } = input.variables;
    const certificate = rootCertificate(connection);
    return {
      fileName: 'postgres.py',
      language: 'python',
      text: textLines([
        'import os',
        '',
        'import psycopg',
        '',
        'connection = psycopg.connect(',
        `    host=${quotedText(connection.host)},`,
        `    port=${connection.port},`,
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

function parametersOf(input: ExportInput): string {
  const connection = connectionOf(input);
  const certificate = rootCertificate(connection);
  return [
    `sslmode=${encodeURIComponent(connection.sslmode)}`,
    ...(certificate ? [`sslrootcert=${encodeURIComponent(certificate)}`] : []),
  ].join('&');
}

/** pgjdbc knows no `sslrootcert=system`; its factory for what the JVM trusts is another. */
function jdbcParametersOf(input: ExportInput): string {
  return parametersOf(input).replace(
    'sslrootcert=system',
    'sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory',
  );
}
