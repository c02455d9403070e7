import {
  generatePassword,
  loginSlots,
} from '@data-resources/plugin-data-resources-node';
import type {
  EngineInstance,
  PlannedGrant,
  ProviderPlan,
  StepRunResult,
} from '@data-resources/plugin-data-resources-node';
import {
  kafkaAcls,
  kafkaConfigs,
  kafkaTopics,
} from '@data-resources/test-engines';
import { execute, planFor } from './__testUtils__/execute';
import type { Subject } from './__testUtils__/execute';
import { javaTransaction } from './__testUtils__/javaTransaction';
import { PlainClients } from './__testUtils__/PlainClients';
import type { Login } from './__testUtils__/PlainClients';
import {
  context,
  INSTALLATION_ID,
  TestCluster,
  uniqueName,
} from './__testUtils__/TestCluster';

jest.setTimeout(120_000);

const spec = {
  partitions: 2,
  replicationFactor: 1,
  config: { 'retention.ms': '3600000', 'compression.type': 'gzip' },
};

/** A topic from its creation to its end, as its users and an administrator see it. */
describe('a topic', () => {
  let cluster: TestCluster;
  let clients: PlainClients;
  let instance: EngineInstance;
  let subject: Subject;
  let foreign: string;
  let producer: PlannedGrant;
  let consumer: PlannedGrant;
  let plan: ProviderPlan;
  let results: StepRunResult[];

  beforeAll(async () => {
    cluster = new TestCluster();
    clients = new PlainClients(cluster.description.bootstrap);
    instance = cluster.instance();
    subject = { name: uniqueName('journey') };
    foreign = uniqueName('journey-foreign');
    producer = grantTo('producer');
    consumer = grantTo('consumer');
    await cluster.createTopic(foreign);
    plan = await planFor(instance, subject, 'create', {
      spec,
      add: [producer, consumer],
    });
    results = await execute(instance, [{ subject, plan }]);
  });

  afterAll(async () => {
    const logins = [producer, consumer].flatMap(({ login }) => [
      login.a,
      login.b,
    ]);
    await cluster?.cleanUp(subject.name, logins);
    await cluster?.cleanUp(foreign, []);
    await instance?.close();
    await cluster?.close();
  });

  it('should be created without anything said against it', () => {
    expect(plan.findings).toEqual([]);
    expect(results).toEqual([{ state: 'done' }]);
  });

  it("should stand on the broker as Kafka's own tools see it", async () => {
    const topic = await kafkaTopics(['--describe', '--topic', subject.name]);

    expect(topic).toContain(`TopicId: ${subject.identity?.topicId}`);
    expect(topic).toContain('PartitionCount: 2');
    expect(topic).toContain('ReplicationFactor: 1');
    expect(topic).toContain('retention.ms=3600000');
    expect(topic).not.toContain('Leader: none');
    const acls = await kafkaAcls(['--list', '--topic', subject.name]);
    const lines = acls.split('\n').filter(line => line.includes('principal='));
    for (const [{ login }, operation] of [
      [producer, 'WRITE'],
      [consumer, 'READ'],
    ] as const) {
      for (const user of [login.a, login.b]) {
        const own = lines.filter(line =>
          line.includes(`principal=User:${user},`),
        );
        expect(
          own
            .map(
              line => /operation=(\w+), permissionType=ALLOW/.exec(line)?.[1],
            )
            .sort(),
        ).toEqual(['DESCRIBE', operation].sort());
      }
    }
    expect(lines).toHaveLength(8);
  });

  it('should let a producer write and a consumer read, and nothing else', async () => {
    const writer = await logIn(producer.login.a);
    const reader = await logIn(consumer.login.b);

    await clients.produce(writer, subject.name, 'hello');
    for (const groupId of [consumer.login.base, `${consumer.login.base}.two`]) {
      expect(await clients.consume(reader, subject.name, groupId)).toBe(
        'hello',
      );
    }

    await expect(
      clients.produce(reader, subject.name, 'no', false),
    ).rejects.toThrow('TOPIC_AUTHORIZATION_FAILED');
    await expect(clients.produce(writer, foreign, 'no')).rejects.toThrow(
      'TOPIC_AUTHORIZATION_FAILED',
    );
    await expect(
      clients.consume(reader, foreign, consumer.login.base),
    ).rejects.toThrow('TOPIC_AUTHORIZATION_FAILED');
    await expect(
      clients.consume(writer, subject.name, producer.login.base),
    ).rejects.toThrow('GROUP_AUTHORIZATION_FAILED');
    await expect(
      clients.consume(reader, subject.name, `${consumer.login.base}x`),
    ).rejects.toThrow('GROUP_AUTHORIZATION_FAILED');
  });

  it('should let a producer use transactions under its own ids alone', async () => {
    const writer = await logIn(producer.login.b);
    const { base } = producer.login;

    const transact = (transactionalId: string) =>
      javaTransaction(cluster.description, {
        ...writer,
        topic: subject.name,
        transactionalId,
      });

    expect(await transact(base)).toContain('10 records sent');
    expect(await transact(`${base}.two`)).toContain('10 records sent');
    expect(await transact('somebody-else')).toContain(
      'TransactionalIdAuthorizationException',
    );
  });

  it('should keep nothing of a password but a SCRAM-SHA-512 record', async () => {
    const { user, password } = await logIn(producer.login.a);
    const users = await kafkaConfigs([
      '--describe',
      '--entity-type',
      'users',
      '--entity-name',
      user,
    ]);

    expect(users).toMatch(/SCRAM-SHA-512=iterations=\d{4}/);
    expect(users).not.toContain('SCRAM-SHA-256');
    expect(users).not.toContain(password);
  });

  it('should tell users what they need', () => {
    const provider = instance.provider('kafka-topic');

    expect(provider.connection(subject.name, consumer.login)).toEqual({
      engine: 'kafka',
      bootstrapServers: [cluster.description.bootstrap],
      securityProtocol: 'SASL_PLAINTEXT',
      saslMechanism: 'SCRAM-SHA-512',
      topic: subject.name,
      groupPrefix: `${consumer.login.base}.`,
    });
  });

  it('should tell every way in, foreign ones included', async () => {
    const all = {
      host: '*',
      permissionType: 3,
      resourceType: 2,
      operation: 3,
    } as const;
    const prefix = subject.name.slice(0, -2);
    const others = [
      {
        ...all,
        resourceName: prefix,
        resourcePatternType: 4,
        principal: 'User:p',
      },
      {
        ...all,
        resourceName: subject.name,
        resourcePatternType: 3,
        principal: 'User:l',
      },
      {
        ...all,
        resourceName: foreign,
        resourcePatternType: 3,
        principal: 'User:x',
      },
    ] as const;
    await cluster.addAcls([...others]);
    try {
      const answer = await instance
        .provider('kafka-topic')
        .access([{ ...subject, inFull: true }], context());
      const access = answer.get(subject.name)!;

      expect(access).toContainEqual({
        login: 'User:p',
        rights: ['READ'],
        implied: ['DESCRIBE'],
        via: `prefixed ACL on topic ${prefix}`,
        prefix,
      });
      expect(access).toContainEqual({
        login: 'User:l',
        rights: ['READ'],
        implied: ['DESCRIBE'],
        via: `literal ACL on topic ${subject.name}`,
      });
      expect(access).toContainEqual({
        login: `User:${producer.login.a}`,
        rights: ['DESCRIBE', 'WRITE'],
        via: `literal ACL on topic ${subject.name}`,
      });
      const { base, b } = consumer.login;
      expect(access).toContainEqual({
        login: `User:${b}`,
        rights: ['DESCRIBE', 'READ'],
        via: `literal ACL on topic ${subject.name}`,
        groups: [base, `${base}.…`],
      });
      expect(access.map(({ login }) => login)).not.toContain('User:x');
    } finally {
      await cluster.removeAcls([...others]);
    }
  });

  it('should be gone with its ACLs and logins when it is deleted', async () => {
    await logIn(consumer.login.a);
    const end = await planFor(instance, subject, 'delete', {
      remove: [producer, consumer],
    });
    expect(await execute(instance, [{ subject, plan: end }])).toEqual([
      { state: 'done' },
    ]);

    expect((await kafkaTopics(['--list'])).split('\n')).not.toContain(
      subject.name,
    );
    const acls = await kafkaAcls(['--list']);
    for (const { login } of [producer, consumer]) {
      expect(acls).not.toContain(login.base);
    }
    expect(
      await cluster.scramUsers(
        [producer, consumer].flatMap(({ login }) => [login.a, login.b]),
      ),
    ).toEqual([]);
  });

  function grantTo(role: string): PlannedGrant {
    const principal = `component:default/${uniqueName(role)}`;
    const login = loginSlots({
      principal,
      environment: 'test',
      installationId: INSTALLATION_ID,
    });
    return { principal, role, login };
  }

  async function logIn(user: string): Promise<Login> {
    const password = generatePassword();
    await instance.logins.enable({ username: user, password }, context());
    return { user, password };
  }
});
