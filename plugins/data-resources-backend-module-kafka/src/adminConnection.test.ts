import { createPrivateKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type {
  EngineInstance,
  InstanceProbe,
} from '@data-resources/plugin-data-resources-node';
import { freePorts, TestAuthority } from '@data-resources/test-engines';
import { ODD_PASSWORD, OddBroker } from './__testUtils__/OddBroker';
import { context, TestCluster, uniqueName } from './__testUtils__/TestCluster';

jest.setTimeout(180_000);

const PASSWORD = 'portal-Passw0rd';
const PASSPHRASE = 'open sesame';
const SUBJECT = 'C=DE, O=Example Ltd, OU=Data, CN=portal';
/** As Kafka writes it. */
const PRINCIPAL = 'User:CN=portal,OU=Data,O=Example Ltd,C=DE';
const YESTERDAY = new Date(Date.now() - 24 * 3600 * 1000);
const [TOPIC, LITERAL, ALLOW, DESCRIBE] = [2, 3, 3, 8] as const;

const ON_ADDRESS = { dns: ['localhost'], ips: ['127.0.0.1'] };

type Admin = { [key: string]: unknown };
type Pair = { certificate: string; key: string };

/** One broker with a listener for each way in. */
describe('the connection of the portal', () => {
  const instances: EngineInstance[] = [];
  let folder: string;
  let broker: OddBroker;
  let cluster: TestCluster;
  let ca: string;
  let otherCa: string;
  let portal: Pair;
  let mapped: Pair;
  let late: Pair;
  let foreign: Pair;
  let ports: {
    tls: number;
    mtls: number;
    expired: number;
    elsewhere: number;
    plain: number;
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kafka-tls-'));
    const [authority, others] = await Promise.all([
      TestAuthority.create('ours'),
      TestAuthority.create('theirs'),
    ]);
    ca = authority.pem;
    otherCa = others.pem;
    const [server, expired, elsewhere] = await Promise.all([
      authority.issue({ subject: 'CN=broker', ...ON_ADDRESS }),
      authority.issue({
        subject: 'CN=broker',
        ...ON_ADDRESS,
        notAfter: YESTERDAY,
      }),
      authority.issue({ subject: 'CN=broker', dns: ['kafka.example.com'] }),
    ]);
    [portal, mapped, late, foreign] = await Promise.all([
      authority.issue({ subject: SUBJECT }),
      authority.issue({ subject: 'O=Example Ltd, CN=mapped-portal' }),
      authority.issue({ subject: SUBJECT, notAfter: YESTERDAY }),
      others.issue({ subject: SUBJECT }),
    ]);
    const truststore = await file('ca.pem', ca);
    const keystore = async (name: string, { key, certificate }: Pair) =>
      file(`${name}.pem`, `${key}${certificate}\n${ca}\n`);
    ports = await freePorts([
      'tls',
      'mtls',
      'expired',
      'elsewhere',
      'plain',
    ] as const);
    const jaas = (kind: string, module: string, more = '') => ({
      [`${kind}.sasl.jaas.config`]: `org.apache.kafka.common.security.${module} required${more};`,
    });
    const scram = jaas(
      'scram-sha-512',
      'scram.ScramLoginModule',
      ` username="admin" password="${ODD_PASSWORD}"`,
    );
    const on = (listener: string, settings: { [name: string]: string }) =>
      Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [
          `listener.name.${listener}.${name}`,
          value,
        ]),
      );
    broker = await OddBroker.start(
      {
        'sasl.enabled.mechanisms': 'SCRAM-SHA-512,SCRAM-SHA-256,PLAIN',
        'super.users': [
          'admin',
          'ANONYMOUS',
          'portal-plain',
          'portal-256',
          PRINCIPAL.slice('User:'.length),
          'mapped-portal',
        ]
          .map(name => `User:${name}`)
          .join(';'),
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': await keystore('server', server),
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': truststore,
        ...on(
          'client',
          jaas(
            'plain',
            'plain.PlainLoginModule',
            ` user_portal-plain="${PASSWORD}"`,
          ),
        ),
        ...on('client', jaas('scram-sha-256', 'scram.ScramLoginModule')),
        ...on('tls', { ...scram, 'sasl.enabled.mechanisms': 'SCRAM-SHA-512' }),
        ...on('mtls', {
          'ssl.client.auth': 'required',
          'ssl.principal.mapping.rules':
            'RULE:^CN=(mapped-[^,]+),.*$/$1/,DEFAULT',
        }),
        ...on('expired', {
          ...scram,
          'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
          'ssl.keystore.type': 'PEM',
          'ssl.keystore.location': await keystore('expired', expired),
        }),
        ...on('elsewhere', {
          ...scram,
          'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
          'ssl.keystore.type': 'PEM',
          'ssl.keystore.location': await keystore('elsewhere', elsewhere),
        }),
      },
      undefined,
      {
        scram: [`SCRAM-SHA-256=[name=portal-256,password=${PASSWORD}]`],
        listeners: {
          TLS: { port: ports.tls, protocol: 'SASL_SSL' },
          MTLS: { port: ports.mtls, protocol: 'SSL' },
          EXPIRED: { port: ports.expired, protocol: 'SASL_SSL' },
          ELSEWHERE: { port: ports.elsewhere, protocol: 'SASL_SSL' },
          PLAIN: { port: ports.plain, protocol: 'PLAINTEXT' },
        },
      },
    );
    cluster = new TestCluster(broker.describe());
  });

  afterEach(async () => {
    await Promise.all(instances.splice(0).map(each => each.close()));
  });

  afterAll(async () => {
    await cluster?.close();
    await broker?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function file(name: string, text: string): Promise<string> {
    const location = path.join(folder, name);
    await writeFile(location, text, { mode: 0o600 });
    return location;
  }

  const byTls = (port: keyof typeof ports, admin: Admin = {}): Admin => ({
    bootstrapServers: `127.0.0.1:${ports[port]}`,
    securityProtocol: 'SASL_SSL',
    ca,
    ...admin,
  });
  const byCertificate = (pair: Pair | undefined, admin: Admin = {}): Admin => ({
    bootstrapServers: `127.0.0.1:${ports.mtls}`,
    securityProtocol: 'SSL',
    ca,
    ...pair,
    ...admin,
  });

  function open(admin: Admin, client: Admin = {}): EngineInstance {
    const instance = cluster.instance({ admin, client });
    instances.push(instance);
    return instance;
  }

  function condition({ conditions }: InstanceProbe, type: string) {
    return conditions.find(each => each.type === type);
  }

  it.each([
    ['PLAIN', 'portal-plain', PASSWORD],
    ['SCRAM-SHA-256', 'portal-256', PASSWORD],
    ['SCRAM-SHA-512', 'admin', ODD_PASSWORD],
  ])('should log in with %s', async (saslMechanism, username, password) => {
    const probe = await open({ saslMechanism, username, password }).probe(
      context(),
    );

    expect(condition(probe, 'Provisioner')?.status).toBe('ok');
    expect(condition(probe, 'Principal')).toEqual({
      type: 'Principal',
      status: 'ok',
      message: `The brokers know the portal as User:${username}.`,
    });
    expect(condition(probe, 'AdminTransport')).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('SASL_SSL'),
    });
  });

  it('should encrypt, and trust the authority that it is given', async () => {
    const probe = await open(byTls('tls'), {
      securityProtocol: 'SASL_SSL',
    }).probe(context());

    expect(condition(probe, 'AdminTransport')?.status).toBe('ok');
    expect(condition(probe, 'ClientTransport')?.status).toBe('ok');
  });

  it('should log in with a certificate, and know its own name by it', async () => {
    const name = uniqueName('mtls');
    const instance = open(byCertificate(portal));
    const probe = await instance.probe(context());

    expect(condition(probe, 'Principal')).toMatchObject({
      status: 'ok',
      message: `The brokers know the portal as ${PRINCIPAL}.`,
    });
    expect(condition(probe, 'AdminCertificate')?.status).toBe('ok');
    await cluster.createTopic(name);
    const acl = {
      resourceType: TOPIC,
      resourceName: name,
      resourcePatternType: LITERAL,
      host: '*',
      operation: DESCRIBE,
      permissionType: ALLOW,
    };
    const acls = [PRINCIPAL, 'User:somebody'].map(principal => ({
      ...acl,
      principal,
    }));
    await cluster.addAcls(acls);
    try {
      const access = (
        await instance.provider('kafka-topic').access([{ name }], context())
      ).get(name)!;

      expect(
        access
          .filter(({ via }) => via.includes('ACL'))
          .map(({ login, internal = false }) => [login, internal]),
      ).toEqual(
        expect.arrayContaining([
          [PRINCIPAL, true],
          ['User:somebody', false],
        ]),
      );
    } finally {
      await cluster.cleanUp(name, []);
    }
  });

  it('should take a key that is encrypted, and files', async () => {
    const key = createPrivateKey(portal.key).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: PASSPHRASE,
    });
    const probe = await open(
      byCertificate(undefined, {
        certificateFile: await file('portal.pem', portal.certificate),
        keyFile: await file('portal.key', String(key)),
        keyPassphrase: PASSPHRASE,
      }),
    ).probe(context());

    expect(condition(probe, 'Provisioner')?.status).toBe('ok');
  });

  it('should be told the name that the broker makes of a certificate', async () => {
    const probe = await open(byCertificate(mapped)).probe(context());

    expect(condition(probe, 'Principal')).toEqual({
      type: 'Principal',
      status: 'warn',
      message:
        'The brokers know the portal as User:mapped-portal, not as User:CN=mapped-portal,O=Example Ltd, so it takes its own ACLs for somebody else\'s. Set admin.principal to "User:mapped-portal".',
    });
    const told = await open(
      byCertificate(mapped, { principal: 'User:mapped-portal' }),
    ).probe(context());
    expect(condition(told, 'Principal')?.status).toBe('ok');
  });

  it.each<[string, () => Admin, string, string]>([
    [
      'an authority is not trusted',
      () => byTls('tls', { ca: otherCa }),
      'Unreachable',
      'admin.ca or admin.caFile of the instance holds another one',
    ],
    [
      'no authority is given',
      () => byTls('tls', { ca: undefined }),
      'Unreachable',
      'set admin.ca or admin.caFile of the instance',
    ],
    [
      "the broker's certificate has expired",
      () => byTls('expired'),
      'Unreachable',
      "The broker's certificate, or that of the authority in admin.ca or admin.caFile, is not valid any more",
    ],
    [
      "the broker's certificate is for another name",
      () => byTls('elsewhere'),
      'Unreachable',
      'use one of them in admin.bootstrapServers',
    ],
    [
      'the password is wrong',
      () => byTls('tls', { password: 'wrong' }),
      'Unauthorized',
      'Check admin.username, admin.password and admin.saslMechanism',
    ],
    [
      'the listener does not take the mechanism',
      () => byTls('tls', { saslMechanism: 'PLAIN' }),
      'Unauthorized',
      'The listener does not take PLAIN: check admin.saslMechanism',
    ],
    [
      'no certificate is shown',
      () => byCertificate(undefined),
      'Unreachable',
      'set admin.certificate and admin.key of the instance',
    ],
    [
      'the certificate has expired',
      () => byCertificate(late),
      'Unreachable',
      'admin.certificate must be of an authority that the broker trusts, and still be valid',
    ],
    [
      'the certificate is of another authority',
      () => byCertificate(foreign),
      'Unreachable',
      'admin.certificate must be of an authority that the broker trusts, and still be valid',
    ],
    [
      'the listener does not speak TLS',
      () => byTls('plain'),
      'Unreachable',
      'The listener does not speak TLS: set admin.securityProtocol to SASL_PLAINTEXT',
    ],
    [
      'the listener speaks TLS',
      () => ({ bootstrapServers: `127.0.0.1:${ports.tls}` }),
      'Unreachable',
      'check admin.securityProtocol',
    ],
    [
      'the listener takes no login',
      () => ({ bootstrapServers: `127.0.0.1:${ports.plain}` }),
      'Unreachable',
      'set admin.securityProtocol to PLAINTEXT',
    ],
  ])('should say what to check where %s', async (_, admin, reason, message) => {
    const failure = await open(admin())
      .probe(context())
      .then(
        () => undefined,
        error => [error.reason, error.message],
      );

    expect(failure).toEqual([reason, expect.stringContaining(message)]);
  });
});
