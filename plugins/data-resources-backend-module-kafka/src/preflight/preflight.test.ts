import type {
  EngineInstance,
  InstanceProbe,
} from '@data-resources/plugin-data-resources-node';
import { describeDelegationTokenV3 } from '@platformatic/kafka';
import { TcpProxy } from '@data-resources/plugin-data-resources-node/testUtils';
import { OddBroker, ODD_PASSWORD } from '../__testUtils__/OddBroker';
import { saslOf } from '../__testUtils__/plainClient';
import {
  context,
  INSTALLATION_ID,
  TestCluster,
  uniqueName,
} from '../__testUtils__/TestCluster';
import { Deadline } from '../client/Deadline';
import { KafkaClient } from '../client/KafkaClient';
import { everyoneAllowed } from './everyoneAllowed';

jest.setTimeout(180_000);

/** What a probe says about each condition. */
function statuses({ conditions }: InstanceProbe) {
  return Object.fromEntries(
    conditions.map(({ type, status }) => [type, status]),
  );
}

function messageOf({ conditions }: InstanceProbe, type: string) {
  return conditions.find(condition => condition.type === type)?.message;
}

describe('the preflight', () => {
  let cluster: TestCluster;
  const instances: EngineInstance[] = [];
  const brokers: OddBroker[] = [];

  beforeAll(() => {
    cluster = new TestCluster();
  });

  afterEach(async () => {
    await Promise.all(instances.splice(0).map(each => each.close()));
    await Promise.all(brokers.splice(0).map(each => each.stop()));
  });

  afterAll(async () => {
    await cluster?.close();
  });

  function open(admin: { [key: string]: unknown } = {}): EngineInstance {
    const instance = cluster.instance({ admin });
    instances.push(instance);
    return instance;
  }

  async function odd(settings: { [name: string]: string }): Promise<OddBroker> {
    const broker = await OddBroker.start(settings);
    brokers.push(broker);
    return broker;
  }

  it('should find nothing wrong with the sample cluster', async () => {
    const probe = await open().probe(context());

    expect(statuses(probe)).toEqual({
      Version: 'ok',
      Authorizer: 'ok',
      AllowEveryone: 'ok',
      Provisioner: 'ok',
      Principal: 'ok',
      AdminTransport: 'warn',
      ClientTransport: 'warn',
      AutoCreateTopics: 'ok',
      ScramSha512: 'ok',
    });
    expect(probe.version).toMatch(/^4\.3 \(metadata\.version \d+\)$/);
    expect(probe.clusterId).toMatch(/^[\w-]{22}$/);
    expect(probe.topology).toEqual({ brokers: 1 });
    expect(probe.facts).toMatchObject({
      deleteTopicEnable: true,
      topicConfigs: { 'retention.ms': '604800000' },
    });
  });

  it('should say the same again, in another process too', async () => {
    const first = await open().probe(context());

    expect(await open().probe(context())).toEqual(first);
  });

  it('should refuse a cluster that lets everybody in, and name other sins', async () => {
    const broker = await odd({
      'allow.everyone.if.no.acl.found': 'true',
      'auto.create.topics.enable': 'true',
      'delete.topic.enable': 'false',
      'log.retention.hours': '2',
      'offsets.retention.minutes': '3',
    });
    const probe = await open({
      bootstrapServers: broker.bootstrap,
      username: 'admin',
      password: ODD_PASSWORD,
    }).probe(context());

    expect(statuses(probe)).toEqual({
      Version: 'ok',
      Authorizer: 'ok',
      AllowEveryone: 'error',
      Provisioner: 'ok',
      Principal: 'ok',
      AdminTransport: 'warn',
      ClientTransport: 'warn',
      AutoCreateTopics: 'warn',
      ScramSha512: 'ok',
      TopicDeletion: 'warn',
      MetadataSnapshots: 'warn',
    });
    expect(messageOf(probe, 'AllowEveryone')).toContain(
      'allow.everyone.if.no.acl.found=false',
    );
    expect(probe.facts).toMatchObject({
      deleteTopicEnable: false,
      brokerDefaults: { 'retention.ms': '7200000', 'retention.bytes': '-1' },
      offsetsRetentionMs: 180_000,
    });
  });

  it('should refuse a cluster without an authorizer, over a plain listener', async () => {
    const broker = await odd({
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,CLIENT:PLAINTEXT',
      'sasl.enabled.mechanisms': 'PLAIN',
      'authorizer.class.name': '',
    });
    const instance = open({
      bootstrapServers: broker.bootstrap,
      securityProtocol: 'PLAINTEXT',
    });
    const probe = await instance.probe(context());

    expect(statuses(probe)).toMatchObject({
      Authorizer: 'error',
      ScramSha512: 'error',
    });
    expect(messageOf(probe, 'Authorizer')).toContain('StandardAuthorizer');
    const seen = await instance
      .provider('kafka-topic')
      .observe([{ name: 'none' }], context());
    expect(seen.get('none')).toMatchObject({ exists: false });
  });

  it('should look at every broker, and tell what differs between them', async () => {
    const first = await odd({ 'auto.create.topics.enable': 'false' });
    const second = await OddBroker.start(
      { 'auto.create.topics.enable': 'true', 'message.max.bytes': '2000000' },
      first,
    );
    brokers.push(second);
    const instance = open({
      bootstrapServers: first.bootstrap,
      username: 'admin',
      password: ODD_PASSWORD,
    });
    const probe = await instance.probe(context());

    expect(probe.topology).toEqual({ brokers: 2 });
    expect(messageOf(probe, 'BrokersReachable')).toBeUndefined();
    expect(messageOf(probe, 'AutoCreateTopics')).toContain(
      'The brokers (of 2: 2) create a topic',
    );
    expect(statuses(probe)).toMatchObject({ SameSettings: 'warn' });
    expect(messageOf(probe, 'SameSettings')).toContain(
      'auto.create.topics.enable (false on broker 1, true on broker 2); message.max.bytes (1048588 on broker 1, 2000000 on broker 2)',
    );

    // Until the others notice it is still one of them, and it does not fail the probe.
    await second.stop();
    const without = await instance.probe(context());
    expect(messageOf(without, 'BrokersReachable')).toContain(
      'cannot reach broker 2',
    );
    expect(statuses(without)).toMatchObject({
      AutoCreateTopics: 'ok',
      Provisioner: 'ok',
    });
  });

  it('should ask a broker that gives out tokens who the portal is, and be given none', async () => {
    const broker = await odd({ 'delegation.token.secret.key': 'a-secret-key' });
    const probe = await open({
      bootstrapServers: broker.bootstrap,
      username: 'admin',
      password: ODD_PASSWORD,
    }).probe(context());

    expect(messageOf(probe, 'Principal')).toBe(
      'The brokers know the portal as User:admin.',
    );
    const client = KafkaClient.create({
      brokers: [
        { host: '127.0.0.1', port: Number(broker.bootstrap.split(':')[1]) },
      ],
      tls: false,
      sasl: {
        mechanism: 'SCRAM-SHA-512',
        username: 'admin',
        password: ODD_PASSWORD,
      },
      callTimeoutMs: 10_000,
    });
    try {
      const { tokens } = await client.read(
        client.deadline(context()),
        'list tokens',
        describeDelegationTokenV3.api,
        [{ principalType: 'User', principalName: 'admin' }],
      );
      expect(tokens).toEqual([]);
    } finally {
      await client.close();
    }
  });

  it('should not hang, and say so, where a login cannot be tried', async () => {
    const { host, port, bootstrap, provisioner } = cluster.description;
    const proxy = await TcpProxy.create({ host, port });
    const admin = {
      brokers: [{ host, port }],
      tls: false,
      sasl: {
        mechanism: 'SCRAM-SHA-512' as const,
        username: provisioner.user,
        password: provisioner.password,
      },
      callTimeoutMs: 10_000,
    };
    const client = KafkaClient.create(admin);
    proxy.freeze();
    try {
      const found = await everyoneAllowed({
        client,
        admin: { ...admin, brokers: [{ host: proxy.host, port: proxy.port }] },
        deadline: new Deadline(new AbortController().signal, 1_000),
        clusterId: `the cluster at ${bootstrap}`,
        installationId: INSTALLATION_ID,
      });

      expect(found).toEqual({
        verdict: 'undecided',
        why: expect.stringContaining('could not be tried'),
      });
    } finally {
      await client.close();
      await proxy.close();
    }
  });

  it('should tell which rights the login of the portal lacks', async () => {
    const login = { user: uniqueName('poor'), password: 'poor-Passw0rd' };
    const rich = open();
    await rich.logins.enable(
      { username: login.user, password: login.password },
      context(),
    );
    const acl = {
      resourceType: 4,
      resourceName: 'kafka-cluster',
      resourcePatternType: 3,
      principal: `User:${login.user}`,
      host: '*',
      operation: 8,
      permissionType: 3,
    } as const;
    await cluster.addAcls([acl]);
    try {
      const sasl = saslOf(login);
      const probe = await open({
        username: sasl.username,
        password: sasl.password,
      }).probe(context());

      expect(statuses(probe)).toMatchObject({
        Authorizer: 'ok',
        Provisioner: 'error',
        BrokerSettings: 'warn',
      });
      const message = messageOf(probe, 'Provisioner');
      expect(message).toContain('--operation CREATE --operation ALTER');
      expect(message).not.toContain('--operation DESCRIBE');
      expect(probe.facts).toEqual({ brokers: [{ id: 1 }] });
    } finally {
      await cluster.removeAcls([acl]);
      await rich.logins.disable({ username: login.user }, context());
    }
  });
});
