import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { TestAuthority } from '@data-resources/test-engines';
import { readKafkaConfig } from './readKafkaConfig';

const PEM = `-----BEGIN CERTIFICATE-----
MIIBgDCCASegAwIBAgIUYz1fJ5jZ5G0xGzQm8e5m4l2k1YQwCgYIKoZIzj0EAwIw
-----END CERTIFICATE-----
`;

const admin = {
  bootstrapServers: ['kafka-1.example.com:9094', '[::1]:9095'],
  username: 'portal',
  password: 'secret',
};
const client = { bootstrapServers: 'kafka.example.com:9092' };

function read(instance: JsonObject) {
  const config = new ConfigReader({ dataResources: { instances: [instance] } });
  return readKafkaConfig(config.getConfigArray('dataResources.instances')[0]);
}

const PASSPHRASE = 'open sesame';

describe('readKafkaConfig', () => {
  let portal: { certificate: string; key: string };
  let other: { certificate: string; key: string };
  let locked: string;

  beforeAll(async () => {
    const authority = await TestAuthority.create('ours');
    portal = await authority.issue({
      subject: 'C=DE, O=Example\\, Ltd, CN=portal',
    });
    other = await authority.issue({ subject: 'CN=other' });
    locked = String(
      createPrivateKey(portal.key).export({
        type: 'pkcs8',
        format: 'pem',
        cipher: 'aes-256-cbc',
        passphrase: PASSPHRASE,
      }),
    );
  });

  it('should fill in safe defaults', () => {
    expect(read({ admin, client })).toEqual({
      admin: {
        brokers: [
          { host: 'kafka-1.example.com', port: 9094 },
          { host: '::1', port: 9095 },
        ],
        tls: true,
        ca: undefined,
        certificate: undefined,
        principal: 'User:portal',
        sasl: {
          mechanism: 'SCRAM-SHA-512',
          username: 'portal',
          password: 'secret',
        },
        callTimeoutMs: 10_000,
      },
      client: {
        bootstrapServers: ['kafka.example.com:9092'],
        securityProtocol: 'SASL_SSL',
        saslMechanism: 'SCRAM-SHA-512',
        ca: undefined,
      },
      limits: {},
    });
  });

  it('should take several servers in one text and numbers as texts', () => {
    const config = read({
      admin: {
        ...admin,
        bootstrapServers: 'a:1, b:2',
        saslMechanism: 'PLAIN',
        callTimeoutMs: '2500',
      },
      client,
      limits: { partitions: '12', retentionMs: '604800000' },
    });

    expect(config.admin.brokers).toEqual([
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
    ]);
    expect(config.admin.sasl?.mechanism).toBe('PLAIN');
    expect(config.admin.callTimeoutMs).toBe(2_500);
    expect(config.limits).toEqual({
      partitions: 12,
      retentionMs: 604_800_000,
    });
  });

  it('should need no login where the protocol has none', () => {
    const config = read({
      admin: { bootstrapServers: 'a:1', securityProtocol: 'PLAINTEXT' },
      client,
    });

    expect(config.admin).toMatchObject({ tls: false });
    expect(config.admin.sasl).toBeUndefined();
    expect(config.admin.principal).toBeUndefined();
  });

  it('should take who the portal is from its certificate, or as it is told', () => {
    const byCertificate = {
      bootstrapServers: 'a:1',
      securityProtocol: 'SSL',
      ...portal,
    };
    const config = read({ admin: byCertificate, client });

    expect(config.admin).toMatchObject({
      tls: true,
      principal: 'User:CN=portal,O=Example\\, Ltd,C=DE',
      certificate: { chain: portal.certificate, key: portal.key },
    });
    const told = { ...byCertificate, principal: 'User:mapped' };
    expect(read({ admin: told, client }).admin.principal).toBe('User:mapped');
  });

  it('should take a key that a passphrase opens', () => {
    const config = read({
      admin: {
        ...admin,
        certificate: portal.certificate,
        key: locked,
        keyPassphrase: PASSPHRASE,
      },
      client,
    });

    expect(config.admin.certificate?.passphrase).toBe(PASSPHRASE);
    expect(config.admin.principal).toBe('User:portal');
  });

  it.each<[() => JsonObject, string]>([
    [
      () => ({ certificate: portal.certificate }),
      'admin.certificate is set without key or keyFile',
    ],
    [
      () => ({ key: portal.key }),
      'admin.key is set without certificate or certificateFile',
    ],
    [
      () => ({ keyPassphrase: PASSPHRASE }),
      'admin.keyPassphrase is set without a key',
    ],
    [
      () => ({ ...portal, securityProtocol: 'SASL_PLAINTEXT' }),
      "admin.securityProtocol is 'SASL_PLAINTEXT', which uses no certificates; use 'SASL_SSL'",
    ],
    [
      () => ({ ...portal, key: other.key }),
      'admin.key is not the key of the certificate in dataResources.instances[0].admin.certificate',
    ],
    [
      () => ({ ...portal, key: 'a key, perhaps' }),
      'admin.key holds no private key in PEM format',
    ],
    [
      () => ({ ...portal, certificate: portal.key }),
      'admin.certificate holds no certificate in PEM format',
    ],
    [
      () => ({ ...portal, key: locked }),
      'admin.key holds a key that is encrypted; set dataResources.instances[0].admin.keyPassphrase',
    ],
    [
      () => ({ ...portal, key: locked, keyPassphrase: 'no' }),
      'admin.key holds no private key in PEM format that dataResources.instances[0].admin.keyPassphrase opens',
    ],
    [
      () => ({ ...portal, key: undefined, keyFile: '/no/such.key' }),
      "admin.keyFile is '/no/such.key', which cannot be read",
    ],
    [
      () => ({ securityProtocol: 'SSL' }),
      "admin.securityProtocol is 'SSL', which logs in without a password; use 'SASL_SSL' or remove username",
    ],
    [
      () => ({ principal: 'portal' }),
      "admin.principal is 'portal'; expected the principal as Kafka's ACLs have it, e.g. 'User:portal'",
    ],
  ])(
    'should name the path of what does not fit together (%#)',
    (more, message) => {
      expect(() => read({ admin: { ...admin, ...more() }, client })).toThrow(
        `dataResources.instances[0].${message}`,
      );
    },
  );

  it.each([
    [{ client }, "'dataResources.instances[0].admin'"],
    [{ admin }, "'dataResources.instances[0].client'"],
    [
      { admin: { ...admin, username: undefined }, client },
      "'dataResources.instances[0].admin.username'",
    ],
    [
      { admin: { ...admin, bootstrapServers: [] }, client },
      'dataResources.instances[0].admin.bootstrapServers is empty',
    ],
    [
      { admin: { ...admin, bootstrapServers: 'broker' }, client },
      "dataResources.instances[0].admin.bootstrapServers has 'broker' where 'host:port' is expected",
    ],
    [
      { admin: { ...admin, bootstrapServers: 'broker:70000' }, client },
      "dataResources.instances[0].admin.bootstrapServers has 'broker:70000'",
    ],
    [
      { admin: { ...admin, securityProtocol: 'sasl_ssl' }, client },
      "dataResources.instances[0].admin.securityProtocol is 'sasl_ssl'; expected 'PLAINTEXT' or",
    ],
    [
      { admin: { ...admin, saslMechanism: 'GSSAPI' }, client },
      "dataResources.instances[0].admin.saslMechanism is 'GSSAPI'",
    ],
    [
      { admin: { ...admin, callTimeoutMs: 5 }, client },
      'dataResources.instances[0].admin.callTimeoutMs is 5; expected a whole number from 100 to 60000',
    ],
    [
      { admin, client: { ...client, securityProtocol: 'PLAINTEXT' } },
      "dataResources.instances[0].client.securityProtocol is 'PLAINTEXT'",
    ],
    [
      { admin, client: { ...client, saslMechanism: 'PLAIN' } },
      "dataResources.instances[0].client.saslMechanism is 'PLAIN'; expected 'SCRAM-SHA-512'",
    ],
    [
      { admin, client, limits: { partitions: 0 } },
      'dataResources.instances[0].limits.partitions is 0; expected a whole number of 1 or more',
    ],
    [
      { admin: { ...admin, caFile: '/no/such/ca.pem' }, client },
      "dataResources.instances[0].admin.caFile is '/no/such/ca.pem', which cannot be read",
    ],
    [
      { admin: { ...admin, ca: 'no certificate' }, client },
      'dataResources.instances[0].admin.ca holds no certificate in PEM format',
    ],
    [
      { admin, client: { ...client, ca: PEM, caFile: '/ca.pem' } },
      'dataResources.instances[0].client.ca and dataResources.instances[0].client.caFile are both set',
    ],
  ] as [JsonObject, string][])(
    'should name the path of what is wrong (%#)',
    (instance, message) => {
      expect(() => read(instance)).toThrow(message);
    },
  );

  it('should not show a password in an error', () => {
    const wrong = { ...admin, password: 'canary', saslMechanism: 'none' };

    expect(() => read({ admin: wrong, client })).not.toThrow('canary');
  });

  it('should refuse a file that holds something else than a certificate', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kafka-ca-'));
    const caFile = path.join(folder, 'ca.pem');
    try {
      writeFileSync(caFile, 'a key, perhaps');

      expect(() => read({ admin: { ...admin, caFile }, client })).toThrow(
        'dataResources.instances[0].admin.caFile holds no certificate',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('should read quotas of everybody, of teams and of single principals', () => {
    const { limits, quotas } = read({
      admin,
      client,
      limits: {
        partitions: 3,
        quotas: {
          default: { producer_byte_rate: '1048576', request_percentage: 12.5 },
          teams: { 'group:default/Payments': { consumer_byte_rate: 1 } },
          principals: {
            'component:default/api': { controller_mutation_rate: 0.5 },
          },
        },
      },
    });

    expect(limits).toEqual({ partitions: 3 });
    expect(quotas).toEqual({
      default: { producer_byte_rate: 1_048_576, request_percentage: 12.5 },
      teams: new Map([['group:default/payments', { consumer_byte_rate: 1 }]]),
      principals: new Map([
        ['component:default/api', { controller_mutation_rate: 0.5 }],
      ]),
    });
    expect(read({ admin, client, limits: { quotas: {} } }).quotas).toEqual({
      default: {},
      teams: new Map(),
      principals: new Map(),
    });
  });

  it.each([
    [5, 'quotas is 5; expected an object'],
    [[], 'quotas is []; expected an object'],
    [
      { everyone: {} },
      'quotas.everyone is no known setting; expected default, teams, principals',
    ],
    [
      { default: { producer_rate: 1 } },
      'quotas.default.producer_rate is no known setting; expected producer_byte_rate, consumer_byte_rate, request_percentage, controller_mutation_rate',
    ],
    [
      { default: { producer_byte_rate: 0.5 } },
      'quotas.default.producer_byte_rate is 0.5; expected a whole number of 1 or more',
    ],
    [
      { default: { request_percentage: 'much' } },
      'quotas.default.request_percentage is "much"; expected a number above 0',
    ],
    [
      { default: { request_percentage: 0 } },
      'quotas.default.request_percentage is 0; expected a number above 0',
    ],
    [
      { teams: { payments: {} } },
      "quotas.teams.payments is no full ref of a group; expected e.g. 'group:default/payments'",
    ],
    [
      { teams: { 'group:default/a': {}, 'group:default/A': {} } },
      'quotas.teams["group:default/A"] stands there twice; refs know no case',
    ],
    [
      { principals: { 'group:default/a': {} } },
      'quotas.principals["group:default/a"] is no full ref of a component; expected e.g. \'component:default/payments-api\'',
    ],
    [
      { principals: { 'component:default/a': { producer_byte_rate: -1 } } },
      'quotas.principals["component:default/a"].producer_byte_rate is -1; expected a whole number of 1 or more',
    ],
  ])('should say what is wrong with quotas %j', (quotas, message) => {
    expect(() =>
      read({ admin, client, limits: { quotas } as JsonObject }),
    ).toThrow(`dataResources.instances[0].limits.${message}`);
  });
});
