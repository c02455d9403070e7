import type {
  ClientConfiguration,
  ConfigurationInput,
} from './clientConfigurations';

interface PostgresConnection {
  host: string;
  port: number;
  database: string;
  sslmode: string;
  ca?: string;
}

/** libpq's URL, JDBC's, and the environment that psql and most drivers read. */
export function postgresConfigurations(
  input: ConfigurationInput<PostgresConnection>,
): ClientConfiguration[] {
  const { connection, username, password } = input;
  const { host, port, database, sslmode, ca } = connection;
  const url = encodeURIComponent;
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const tls = `sslmode=${url(sslmode)}${ca ? '&sslrootcert=ca.pem' : ''}`;

  return [
    {
      id: 'libpq',
      title: 'URL (libpq)',
      text: `postgresql://${url(username)}:${url(password)}@${address}/${url(
        database,
      )}?${tls}\n`,
    },
    {
      id: 'jdbc',
      title: 'JDBC',
      text: `jdbc:postgresql://${address}/${url(database)}?user=${url(
        username,
      )}&password=${url(password)}&${tls}\n`,
    },
    {
      id: 'environment',
      title: 'Environment (psql)',
      text: [
        `export PGHOST=${shellQuote(host)}`,
        `export PGPORT=${port}`,
        `export PGDATABASE=${shellQuote(database)}`,
        `export PGUSER=${shellQuote(username)}`,
        `export PGPASSWORD=${shellQuote(password)}`,
        `export PGSSLMODE=${shellQuote(sslmode)}`,
        ...(ca ? ['export PGSSLROOTCERT=ca.pem'] : []),
        '',
      ].join('\n'),
    },
  ];
}

function shellQuote(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}
