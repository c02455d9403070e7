import {
  generatePassword,
  isProviderError,
  loginSlots,
} from '@data-resources/plugin-data-resources-node';
import type {
  EngineInstance,
  StepCall,
} from '@data-resources/plugin-data-resources-node';
import { TcpProxy } from '@data-resources/plugin-data-resources-node/testUtils';
import { execute, planFor } from './__testUtils__/execute';
import { context, TestCluster, uniqueName } from './__testUtils__/TestCluster';

jest.setTimeout(60_000);

const spec = { partitions: 1, replicationFactor: 1, config: {} };

describe('creating against odds', () => {
  let cluster: TestCluster;
  let proxy: TcpProxy;
  const instances: EngineInstance[] = [];
  const topics: string[] = [];

  beforeAll(async () => {
    cluster = new TestCluster();
    const { host, port } = cluster.description;
    proxy = await TcpProxy.create({ host, port });
  });

  afterEach(async () => {
    proxy.restore();
    await Promise.all(instances.splice(0).map(each => each.close()));
    for (const name of topics.splice(0)) {
      await cluster.cleanUp(name, []);
    }
  });

  afterAll(async () => {
    await proxy?.close();
    await cluster?.close();
  });

  function open(admin: { [key: string]: unknown } = {}): EngineInstance {
    const instance = cluster.instance({ admin });
    instances.push(instance);
    return instance;
  }

  function throughProxy(): EngineInstance {
    return open({
      bootstrapServers: `${proxy.host}:${proxy.port}`,
    });
  }

  function newTopic(): string {
    const name = uniqueName('faults');
    topics.push(name);
    return name;
  }

  describe('when the answer of a create is lost', () => {
    async function createWithoutAnswer(
      instance: EngineInstance,
      name: string,
      config: { [key: string]: string },
    ): Promise<StepCall> {
      const provider = instance.provider('kafka-topic');
      const step: StepCall = {
        key: name,
        object: { name },
        kind: 'create-topic',
        args: { ...spec, config },
      };
      const before = await provider.check([step], context());
      expect(before.get(name)).toEqual({
        state: 'pending',
        evidence: { topicExists: false },
      });
      // The connection for changes is open, so that the create is the next thing sent.
      await writeSomething(instance);
      proxy.cutAfter(1);
      const intended = {
        ...step,
        intent: { attempt: 1, evidence: { topicExists: false } },
      };
      const answers = await provider.act([intended], context());

      expect(answers.get(name)).toMatchObject({ reason: 'Unknown' });
      proxy.restore();
      return intended;
    }

    it('should take the topic that is exactly what was asked for', async () => {
      const instance = throughProxy();
      const name = newTopic();
      const step = await createWithoutAnswer(instance, name, {
        'cleanup.policy': 'compact, delete',
        'min.cleanable.dirty.ratio': '0.50',
      });
      await appears(cluster, name);
      const check = await instance
        .provider('kafka-topic')
        .check([step], context());

      expect(check.get(name)).toMatchObject({
        state: 'satisfied',
        identity: { topicId: expect.stringMatching(/^[\w-]{22}$/) },
      });
    });

    it.each([
      ['a setting that was not asked for', { 'retention.ms': '5' }],
      ['a setting of another value', { 'cleanup.policy': 'compact' }],
      ['a setting less', {}],
    ])('should not take a topic with %s', async (_, config) => {
      const instance = throughProxy();
      const name = newTopic();
      const step = await createWithoutAnswer(instance, name, {
        'cleanup.policy': 'delete',
      });
      await appears(cluster, name);
      await cluster.deleteTopic(name);
      await cluster.createTopic(name, { config });
      const check = (
        await instance.provider('kafka-topic').check([step], context())
      ).get(name);

      expect(check).toMatchObject({
        state: 'failed',
        error: { reason: 'Conflict' },
      });
    });

    it('should not take a topic that was there before', async () => {
      const name = newTopic();
      await cluster.createTopic(name);
      const check = await open()
        .provider('kafka-topic')
        .check(
          [
            {
              key: name,
              object: { name },
              kind: 'create-topic',
              args: spec,
              intent: { attempt: 1, evidence: { topicExists: true } },
            },
          ],
          context(),
        );

      expect(check.get(name)).toMatchObject({
        state: 'failed',
        error: { reason: 'Conflict' },
      });
    });
  });

  it('should create the good ones of a batch and name the others', async () => {
    const instance = open();
    const names = Array.from({ length: 60 }, newTopic);
    const [taken, tooMany, badSetting] = names;
    await cluster.createTopic(taken);
    const args = (name: string) => {
      switch (name) {
        case tooMany:
          return { ...spec, replicationFactor: 2 };
        case badSetting:
          return { ...spec, config: { 'retention.ms': 'long' } };
        default:
          return spec;
      }
    };
    const provider = instance.provider('kafka-topic');
    const steps = names.map(name => ({
      key: `key of ${name}`,
      object: { name },
      kind: 'create-topic',
      args: args(name),
    }));
    const answers = await provider.act(steps, context());
    const created = names.filter(
      name => ![taken, tooMany, badSetting].includes(name),
    );
    for (const name of created) {
      // The identity is the one that Kafka answered the creation with, and shows.
      expect(answers.get(`key of ${name}`)).toEqual({
        state: 'satisfied',
        identity: (await provider.observe([{ name }], context())).get(name)
          ?.identity,
      });
    }
    const errors = new Map(
      [...answers].flatMap(([key, answer]) =>
        isProviderError(answer) ? [[key, answer] as const] : [],
      ),
    );

    expect(
      new Map([...errors].map(([key, { reason }]) => [key, reason])),
    ).toEqual(
      new Map([
        [`key of ${taken}`, 'Conflict'],
        [`key of ${tooMany}`, 'Rejected'],
        [`key of ${badSetting}`, 'Rejected'],
      ]),
    );
    expect(errors.get(`key of ${badSetting}`)?.message).toContain(
      'retention.ms',
    );
    const seen = await provider.observe(
      names.map(name => ({ name })),
      context(),
    );
    expect(names.filter(name => !seen.get(name)?.exists)).toEqual([
      tooMany,
      badSetting,
    ]);
  });

  it('should not take a topic that took the place of the one just created', async () => {
    const instance = throughProxy();
    const name = newTopic();
    const provider = instance.provider('kafka-topic');
    await writeSomething(instance);
    // The create goes through, and what then looks for the topic waits.
    proxy.holdAfter(1);
    const acting = provider.act(
      [
        {
          key: name,
          object: { name },
          kind: 'create-topic',
          args: spec,
          intent: { attempt: 1, evidence: { topicExists: false } },
        },
      ],
      context(),
    );
    await appears(cluster, name);
    while (!proxy.isFrozen) {
      await new Promise(resolve => {
        setTimeout(resolve, 5);
      });
    }
    await cluster.cleanUp(name, []);
    await cluster.createTopic(name);
    await appears(cluster, name);
    proxy.restore();

    expect((await acting).get(name)).toMatchObject({
      reason: 'Conflict',
      message: expect.stringContaining(
        'is not the one that the portal created a moment ago',
      ),
    });
  });

  it('should see what stands against a new topic', async () => {
    const instance = open();
    const name = `${newTopic()}.v1`;
    const alike = name.replace('.', '_');
    topics.push(alike);
    await cluster.createTopic(alike);
    const foreign = {
      resourceType: 2,
      resourceName: name,
      resourcePatternType: 3,
      principal: 'User:stranger',
      host: '*',
      operation: 3,
      permissionType: 3,
    } as const;
    await cluster.addAcls([foreign]);
    try {
      const plan = await planFor(instance, { name }, 'create', {
        spec: {
          partitions: 1,
          replicationFactor: 2,
          // Above Kafka's own least value, which only the broker knows.
          config: { 'segment.bytes': '1000', 'no.such.key': '1' },
        },
      });

      expect(
        plan.findings.map(({ policy, effect }) => `${effect} ${policy}`),
      ).toEqual([
        'deny kafka/name-collision',
        'deny kafka/replication-factor',
        'deny kafka/topic-config',
        'deny kafka/foreign-acl',
      ]);
      const settings = await planFor(instance, { name: newTopic() }, 'create', {
        spec: { ...spec, config: { 'segment.bytes': '1000' } },
      });
      expect(settings.findings).toMatchObject([
        { policy: 'kafka/topic-config', effect: 'deny' },
      ]);
      expect(settings.findings[0].message).toContain('segment.bytes');
    } finally {
      await cluster.removeAcls([foreign]);
    }
  });

  it('should not give access to a topic that took the place of ours', async () => {
    const instance = open();
    const subject = { name: newTopic() };
    const created = await planFor(instance, subject, 'create', { spec });
    await execute(instance, [{ subject, plan: created }]);
    const principal = `component:default/${uniqueName('late')}`;
    const login = loginSlots({
      principal,
      environment: 'test',
      installationId: 'faults',
    });
    const granted = await planFor(instance, subject, 'grant', {
      add: [{ principal, role: 'consumer', login }],
    });
    await cluster.deleteTopic(subject.name);
    await cluster.createTopic(subject.name);

    const [result] = await execute(instance, [{ subject, plan: granted }]);

    expect(result).toMatchObject({
      state: 'failed',
      error: { reason: 'Conflict' },
    });
    const acls = await cluster.aclsOf(subject.name, [login.a, login.b]);
    expect(acls.filter(({ resourceType }) => resourceType === 2)).toEqual([]);
    await cluster.cleanUp(subject.name, [login.a, login.b]);
  });
});

/** A change that leaves nothing behind: a login that is made and removed. */
async function writeSomething(instance: EngineInstance): Promise<void> {
  const username = uniqueName('nobody');
  await instance.logins.enable(
    { username, password: generatePassword() },
    context(),
  );
  await instance.logins.disable({ username }, context());
}

async function appears(cluster: TestCluster, name: string): Promise<void> {
  for (let tries = 0; !(await cluster.topic(name))?.ready; tries += 1) {
    if (tries === 200) {
      throw new Error(`The topic ${name} did not appear`);
    }
    await new Promise(resolve => {
      setTimeout(resolve, 25);
    });
  }
}
