import {
  generatePassword,
  loginSlots,
} from '@data-resources/plugin-data-resources-node';
import type {
  EngineInstance,
  PlannedGrant,
  StepRunResult,
} from '@data-resources/plugin-data-resources-node';
import { kafkaAcls } from '@data-resources/test-engines';
import { execute, planFor } from './__testUtils__/execute';
import type { Subject } from './__testUtils__/execute';
import { PlainClients } from './__testUtils__/PlainClients';
import type { Login } from './__testUtils__/PlainClients';
import {
  context,
  INSTALLATION_ID,
  TestCluster,
  uniqueName,
} from './__testUtils__/TestCluster';

jest.setTimeout(120_000);

const spec = { partitions: 1, replicationFactor: 1, config: {} };
const READ_BY_PREFIX = {
  host: '*',
  permissionType: 3,
  resourceType: 2,
  resourcePatternType: 4,
  operation: 3,
} as const;

/** What a prefix gives and takes, as Kafka's own tools and plain clients see it. */
describe('a topic with a prefix', () => {
  let cluster: TestCluster;
  let clients: PlainClients;
  let instance: EngineInstance;
  let subject: Subject;
  let producer: PlannedGrant;
  let writer: Login;
  let created: StepRunResult[];
  const name = uniqueName('prefixed');
  const prefix = `${name}.`;
  const later = `${prefix}dlq`;
  const beside = `${name}-beside`;

  beforeAll(async () => {
    cluster = new TestCluster();
    clients = new PlainClients(cluster.description.bootstrap);
    instance = cluster.instance();
    subject = { name };
    const principal = `component:default/${uniqueName('producer')}`;
    producer = {
      principal,
      role: 'producer',
      login: loginSlots({
        principal,
        environment: 'test',
        installationId: INSTALLATION_ID,
      }),
    };
    const plan = await planFor(instance, subject, 'create', {
      spec,
      add: [producer],
    });
    created = await execute(instance, [{ subject, plan }]);
    writer = { user: producer.login.a, password: generatePassword() };
    await instance.logins.enable(
      { username: writer.user, password: writer.password },
      context(),
    );
  });

  afterAll(async () => {
    const { a, b } = producer.login;
    for (const topic of [name, later, beside]) {
      await cluster?.cleanUp(topic, [a, b]);
    }
    await instance?.close();
    await cluster?.close();
  });

  /** The ACLs of the producer's logins on topics, as `kafka-acls` lists them. */
  async function listed(): Promise<string[]> {
    const text = await kafkaAcls(['--list']);
    let resource = '';
    const found: string[] = [];
    for (const line of text.split('\n')) {
      const pattern = /resourceType=(\w+), name=(\S+), patternType=(\w+)/.exec(
        line,
      );
      if (pattern) {
        resource = `${pattern[1]} ${pattern[3]} ${pattern[2]}`;
      }
      const entry =
        /principal=User:(\S+),.*operation=(\w+), permissionType=(\w+)/.exec(
          line,
        );
      if (
        entry?.[1].startsWith(producer.login.base) &&
        resource.startsWith('TOPIC')
      ) {
        const slot = entry[1].slice(producer.login.base.length);
        found.push(`${entry[3]} ${entry[2]}${slot} ${resource}`);
      }
    }
    return found.sort();
  }
  const acls = (...patterns: string[]) =>
    patterns
      .flatMap(pattern =>
        ['DESCRIBE_a', 'DESCRIBE_b', 'WRITE_a', 'WRITE_b'].map(
          operation => `ALLOW ${operation} TOPIC ${pattern}`,
        ),
      )
      .sort();
  const LITERAL = `LITERAL ${name}`;
  const PREFIXED = `PREFIXED ${prefix}`;

  async function change(
    from: string | undefined,
    to: string | undefined,
  ): Promise<void> {
    const plan = await planFor(instance, subject, 'update', {
      current: { ...spec, ...(from === undefined ? {} : { prefix: from }) },
      spec: { ...spec, ...(to === undefined ? {} : { prefix: to }) },
      keep: [producer],
    });
    expect(plan.findings).toEqual([]);
    expect(await execute(instance, [{ subject, plan }])).toEqual([
      { state: 'done' },
    ]);
  }

  it('should give nothing but literal ACLs before it has one', async () => {
    await cluster.createTopic(later);
    await cluster.createTopic(beside);

    expect(created).toEqual([{ state: 'done' }]);
    expect(await listed()).toEqual(acls(LITERAL));
    expect(await clients.canProduce(writer, name)).toBe(true);
    expect(await clients.canProduce(writer, later)).toBe(false);
  });

  it('should let a client into what is made under it, before or later, and nowhere else', async () => {
    await change(undefined, prefix);
    expect(await listed()).toEqual(acls(LITERAL, PREFIXED));
    await cluster.deleteTopic(later);
    await cluster.createTopic(later);

    await clients.produce(writer, later, 'dead letter');
    expect(await clients.canProduce(writer, name)).toBe(true);
    expect(await clients.canProduce(writer, beside)).toBe(false);
  });

  it('should tell who is in through it, and what it covers', async () => {
    const provider = instance.provider('kafka-topic');
    const object = { ...subject, prefixes: [prefix] };
    const foreign = {
      ...READ_BY_PREFIX,
      resourceName: `${prefix}retry.`,
      principal: 'User:somebody',
    };
    await cluster.addAcls([foreign]);
    try {
      const access = (await provider.access([object], context())).get(name)!;
      expect(access).toContainEqual({
        login: `User:${producer.login.a}`,
        rights: ['DESCRIBE', 'WRITE'],
        via: `prefixed ACL on topic ${prefix}`,
        prefix,
      });
      expect(access).toContainEqual({
        login: 'User:somebody',
        rights: ['READ'],
        implied: ['DESCRIBE'],
        via: `prefixed ACL on topic ${prefix}retry.`,
        prefix: `${prefix}retry.`,
      });
      const observed = (await provider.observe([object], context())).get(name)!;
      expect(observed.covered).toEqual([later]);

      const plan = await planFor(instance, { name: `${name}x` }, 'create', {
        spec: { ...spec, prefix: `${name}x` },
      });
      expect(plan.findings).toEqual([]);
      const over = await planFor(instance, subject, 'update', {
        current: spec,
        spec: { ...spec, prefix },
        keep: [producer],
      });
      expect(over.findings).toEqual([
        expect.objectContaining({
          policy: 'kafka/foreign-acl',
          effect: 'warn',
          path: 'spec.prefix',
          message: expect.stringContaining('User:somebody'),
        }),
      ]);
    } finally {
      await cluster.removeAcls([foreign]);
    }
  });

  it('should take what it gave when it changes or goes', async () => {
    await change(prefix, `${name}-`);
    expect(await listed()).toEqual(acls(LITERAL, `PREFIXED ${name}-`));
    expect(await clients.canProduce(writer, later)).toBe(false);
    expect(await clients.canProduce(writer, beside)).toBe(true);

    await change(`${name}-`, undefined);
    expect(await listed()).toEqual(acls(LITERAL));
    expect(await clients.canProduce(writer, beside)).toBe(false);
  });

  it.each(['quarantine', 'revoke'] as const)(
    'should leave nothing of a grant after a %s',
    async action => {
      const current = { ...spec, prefix };
      const back = await planFor(instance, subject, 'restore', {
        spec: current,
        current,
        add: [producer],
      });
      await execute(instance, [{ subject, plan: back }]);
      expect(await listed()).toEqual(acls(LITERAL, PREFIXED));

      const plan = await planFor(instance, subject, action, {
        ...(action === 'revoke' ? { spec: current } : {}),
        current,
        remove: [producer],
      });
      expect(await execute(instance, [{ subject, plan }])).toEqual([
        { state: 'done' },
      ]);
      expect(await listed()).toEqual([]);
    },
  );
});
