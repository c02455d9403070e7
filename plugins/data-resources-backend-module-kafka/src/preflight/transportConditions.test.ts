import type { BrokerSettings } from '../client/cluster';
import type { AdminConfig, ClientConfig } from '../config/readKafkaConfig';
import { transportConditions } from './transportConditions';

const NOW = Date.UTC(2026, 10, 22);

const admin: AdminConfig = { brokers: [], tls: true, callTimeoutMs: 1_000 };
const client: ClientConfig = {
  bootstrapServers: ['kafka:9092'],
  securityProtocol: 'SASL_SSL',
  saslMechanism: 'SCRAM-SHA-512',
};

function broker(listeners: string, map: string): BrokerSettings {
  return new Map(
    Object.entries({
      listeners,
      'listener.security.protocol.map': map,
      'controller.listener.names': 'CONTROLLER',
    }).map(([name, value]) => [name, { value, hidden: false }]),
  );
}

function judged(
  config: { admin?: Partial<AdminConfig>; client?: Partial<ClientConfig> },
  ...brokers: BrokerSettings[]
) {
  return Object.fromEntries(
    transportConditions(
      {
        admin: { ...admin, ...config.admin },
        client: { ...client, ...config.client },
      },
      new Map(brokers.map((settings, index) => [index + 1, settings])),
      NOW,
    ).map(({ type, status, message }) => [type, [status, message]]),
  );
}

describe('transportConditions', () => {
  const both = broker(
    'CONTROLLER://:9093,INSIDE://:9092,OUTSIDE://:9094',
    'CONTROLLER:SASL_SSL,INSIDE:SASL_PLAINTEXT,OUTSIDE:SASL_SSL',
  );

  it('should find nothing wrong with what is encrypted', () => {
    expect(judged({}, both)).toMatchObject({
      AdminTransport: ['ok', expect.anything()],
      ClientTransport: ['ok', expect.anything()],
    });
  });

  it('should warn of what others can read along', () => {
    expect(
      judged(
        {
          admin: { tls: false },
          client: { securityProtocol: 'SASL_PLAINTEXT' },
        },
        both,
      ),
    ).toEqual({
      AdminTransport: [
        'warn',
        expect.stringContaining('Set admin.securityProtocol to SSL.'),
      ],
      ClientTransport: [
        'warn',
        expect.stringContaining('set client.securityProtocol to SASL_SSL'),
      ],
    });
  });

  it('should warn of a listener that no broker has, controllers left out', () => {
    const inside = broker(
      'CONTROLLER://:9093,INSIDE://:9092',
      'CONTROLLER:SASL_SSL,INSIDE:SASL_PLAINTEXT',
    );

    expect(judged({}, inside).ClientTransport).toEqual([
      'warn',
      expect.stringContaining('no listener of the brokers speaks it'),
    ]);
    expect(judged({}, inside, both).ClientTransport[0]).toBe('ok');
  });

  it('should judge by the configuration alone what the brokers do not tell', () => {
    expect(judged({}).ClientTransport[0]).toBe('ok');
  });

  it.each([
    ['2026-12-30T00:00:00.000Z', 'ok', 'is valid until 2026-12-30.'],
    ['2026-12-01T12:00:00.000Z', 'warn', 'until 2026-12-01, 9 days from now'],
    ['2026-11-01T00:00:00.000Z', 'warn', 'until 2026-11-01, 0 days from now'],
  ])(
    'should tell of a certificate that ends at %s',
    (validTo, status, message) => {
      const certificate = { chain: '', key: '', subject: 'CN=portal', validTo };

      expect(judged({ admin: { certificate } }).AdminCertificate).toEqual([
        status,
        expect.stringContaining(message),
      ]);
    },
  );
});
