import type { IssuedCredentials } from '@data-resources/plugin-data-resources-common';
import { clientConfigurations } from './clientConfigurations';

const PASSWORD = `a"b\\c'd @/:?&=%e`;

function textOf(
  id: string,
  connection: IssuedCredentials['connection'],
  roles: string[] = [],
): string {
  const configurations = clientConfigurations(
    {
      principal: 'component:default/api',
      username: 'api_0a1b2c3d4e_a',
      password: PASSWORD,
      version: 1,
      connection,
    },
    roles,
  );
  const found = configurations.find(configuration => configuration.id === id);
  return found?.text ?? '';
}

/** What Java's Properties.load makes of the text. */
function loadProperties(text: string): Record<string, string> {
  const joined = text.replace(/\\\n/g, '');
  return Object.fromEntries(
    joined
      .split('\n')
      .filter(line => line && !line.startsWith('#'))
      .map(line => {
        const at = line.indexOf('=');
        const value = line
          .slice(at + 1)
          .replace(/\\(.)/g, (_, next) => (next === 'n' ? '\n' : next));
        return [line.slice(0, at), value];
      }),
  );
}

describe('clientConfigurations', () => {
  const kafka = {
    engine: 'kafka',
    bootstrapServers: ['b1:9092', 'b2:9092'],
    securityProtocol: 'SASL_SSL',
    saslMechanism: 'SCRAM-SHA-512',
    topic: 'orders',
    groupPrefix: 'api_0a1b2c3d4e.',
    ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  };

  it('should give Java properties that survive a hostile password', () => {
    const properties = loadProperties(textOf('java', kafka, ['consumer']));

    expect(properties).toMatchObject({
      'bootstrap.servers': 'b1:9092,b2:9092',
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': 'SCRAM-SHA-512',
      'group.id': 'api_0a1b2c3d4e',
      'ssl.truststore.certificates':
        '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    });
    const jaas = properties['sasl.jaas.config'];
    const password = /password="((?:[^"\\]|\\.)*)";$/.exec(jaas)?.[1];
    expect(password?.replace(/\\(.)/g, '$1')).toBe(PASSWORD);
    expect(jaas).toContain('ScramLoginModule required');
  });

  it('should name a consumer group only for a consumer', () => {
    expect(textOf('java', kafka, ['producer'])).not.toContain('group.id');
    expect(textOf('librdkafka', kafka, ['consumer'])).toContain(
      'group.id=api_0a1b2c3d4e\n',
    );
  });

  it('should give URLs that parse back to the same login', () => {
    const postgres = {
      engine: 'postgres',
      host: 'db.example.com',
      port: 5433,
      database: 'ledger',
      sslmode: 'verify-full',
    };
    const url = new URL(textOf('libpq', postgres));
    expect(decodeURIComponent(url.password)).toBe(PASSWORD);
    expect(url.username).toBe('api_0a1b2c3d4e_a');
    expect(url.host).toBe('db.example.com:5433');
    expect(url.pathname).toBe('/ledger');
    expect(url.searchParams.get('sslmode')).toBe('verify-full');

    const jdbc = new URL(textOf('jdbc', postgres).slice('jdbc:'.length));
    expect(jdbc.searchParams.get('password')).toBe(PASSWORD);
    expect(textOf('environment', postgres)).toContain(
      `export PGPASSWORD='a"b\\c'\\''d @/:?&=%e'\n`,
    );
  });

  it('should give Cassandra clients keyspace, data centre and login, and no password to a command line', () => {
    const cassandra = {
      engine: 'cassandra',
      contactPoints: ['n1', 'n2'],
      port: 9042,
      localDataCenter: 'dc1',
      keyspace: 'sessions',
      tls: true,
    };
    const node = textOf('node', cassandra);
    expect(node).toContain('localDataCenter: "dc1"');
    expect(node).toContain(`password: ${JSON.stringify(PASSWORD)}`);
    expect(node).toContain('sslOptions');

    const command = textOf('cqlsh', cassandra).trim().split('\n').pop();
    expect(command).toBe(
      'cqlsh --ssl --username=api_0a1b2c3d4e_a --keyspace=sessions n1 9042',
    );
  });

  it('should give nothing for an engine that it does not know', () => {
    expect(textOf('java', { engine: 'other' })).toBe('');
  });
});
