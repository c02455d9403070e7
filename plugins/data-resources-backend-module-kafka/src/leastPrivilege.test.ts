import {
  generatePassword,
  loginSlots,
} from '@data-resources/plugin-data-resources-node';
import type { EngineInstance } from '@data-resources/plugin-data-resources-node';
import { execute, planFor } from './__testUtils__/execute';
import { openConsumer } from './__testUtils__/openConsumer';
import { OddBroker } from './__testUtils__/OddBroker';
import { context, TestCluster, uniqueName } from './__testUtils__/TestCluster';

jest.setTimeout(180_000);

const CLUSTER = { resourceType: 4, resourceName: 'kafka-cluster' } as const;
const EVERY_GROUP = { resourceType: 3, resourceName: '*' } as const;
const EVERY_TOPIC = { resourceType: 2, resourceName: '*' } as const;
const [READ, DESCRIBE_CONFIGS, CREATE, DELETE, ALTER, DESCRIBE, ALTER_CONFIGS] =
  [3, 10, 5, 6, 7, 8, 11] as const;

const CHANGING = [ALTER, ALTER_CONFIGS];

function ofPortal<T extends object>(acl: T) {
  return {
    ...acl,
    resourcePatternType: 3,
    principal: 'User:portal',
    host: '*',
    permissionType: 3,
  } as const;
}

/** Exactly the ACLs of README.md, on a broker of its own: they cover every topic. */
describe('a portal that is no super user', () => {
  let broker: OddBroker;
  let cluster: TestCluster;
  let portal: EngineInstance;
  let admin: { username: string; password: string };

  beforeAll(async () => {
    broker = await OddBroker.start({});
    cluster = new TestCluster(broker.describe());
    admin = { username: 'portal', password: generatePassword() };
    const administrator = cluster.instance();
    await administrator.logins.enable(admin, context());
    await administrator.close();
    await cluster.addAcls(
      [
        ...[CREATE, ALTER, DESCRIBE, DESCRIBE_CONFIGS].map(operation => ({
          ...CLUSTER,
          operation,
        })),
        ...[DESCRIBE, DESCRIBE_CONFIGS, DELETE, ...CHANGING].map(operation => ({
          ...EVERY_TOPIC,
          operation,
        })),
      ].map(ofPortal),
    );
    portal = cluster.instance({ admin });
  });

  afterAll(async () => {
    await portal?.close();
    await cluster?.close();
    await broker?.stop();
  });

  it('should pass the preflight, but for what it cannot find out', async () => {
    const { conditions, facts } = await portal.probe(context());

    expect(
      conditions
        .filter(({ status }) => status !== 'ok')
        .map(({ type, status }) => `${status} ${type}`)
        .sort(),
    ).toEqual([
      'warn AdminTransport',
      'warn AutoCreateTopics',
      'warn ClientTransport',
      'warn MetadataSnapshots',
      'warn ObjectRights',
    ]);
    // What live use takes beside them.
    expect(
      conditions.find(({ type }) => type === 'ObjectRights')?.message,
    ).toBe(
      "The portal's login has not all rights on every GROUP, TRANSACTIONAL_ID: it cannot do what they are for. Give it: kafka-acls.sh … --add --allow-principal 'User:portal' --group '*' --operation DESCRIBE; kafka-acls.sh … --add --allow-principal 'User:portal' --transactional-id '*' --operation DESCRIBE",
    );
    expect(facts).toHaveProperty('topicConfigs');
  });

  it('should say what quotas take, and give them once it may', async () => {
    const quotas = { default: { producer_byte_rate: 1_000_000 } };
    const limited = cluster.instance({ admin, limits: { quotas } });
    const right = ofPortal({ ...CLUSTER, operation: ALTER_CONFIGS });
    const condition = async () =>
      (await limited.probe(context())).conditions.find(
        ({ type }) => type === 'Quotas',
      )!;
    try {
      const { status, message } = await condition();
      expect(status).toBe('error');
      expect(message).toContain('may not ALTER_CONFIGS on the cluster');

      await cluster.addAcls([right]);
      expect((await condition()).status).toBe('ok');
      const subject = { name: uniqueName('least') };
      const principal = 'component:default/limited';
      const login = loginSlots({
        principal,
        environment: 'test',
        installationId: 'least',
      });
      const plan = await planFor(limited, subject, 'create', {
        spec: { partitions: 1, replicationFactor: 1, config: {} },
        add: [{ principal, role: 'producer', login }],
      });
      expect(await execute(limited, [{ subject, plan }])).toEqual([
        { state: 'done' },
      ]);
    } finally {
      await cluster.removeAcls([right]);
      await limited.close();
    }
  });

  it('should do all of its work', async () => {
    const principal = 'component:default/least';
    const login = loginSlots({
      principal,
      environment: 'test',
      installationId: 'least',
    });
    const grants = ['producer', 'consumer'].map(role => ({
      principal,
      role,
      login,
    }));
    const subject = { name: uniqueName('least') };
    const create = await planFor(portal, subject, 'create', {
      spec: {
        partitions: 2,
        replicationFactor: 1,
        config: { 'retention.ms': '1000' },
      },
      add: grants,
    });
    expect(create.findings).toEqual([]);
    expect(await execute(portal, [{ subject, plan: create }])).toEqual([
      { state: 'done' },
    ]);
    const password = generatePassword();
    await portal.logins.enable({ username: login.a, password }, context());
    expect(await cluster.canLogin(login.a, password)).toBe(true);
    const access = await portal
      .provider('kafka-topic')
      .access([subject], context());
    expect(
      access
        .get(subject.name)!
        .filter(({ internal }) => !internal)
        .map(({ login: who }) => who),
    ).toEqual([`User:${login.a}`, `User:${login.b}`]);

    const changed = {
      partitions: 3,
      replicationFactor: 1,
      config: { 'retention.ms': '2000' },
    };
    for (const [action, options] of [
      ['update', { spec: changed }],
      ['quarantine', { remove: grants }],
      ['restore', { add: grants }],
    ] as const) {
      const plan = await planFor(portal, subject, action, options as {});
      expect(plan.findings.filter(({ effect }) => effect === 'deny')).toEqual(
        [],
      );
      expect(await execute(portal, [{ subject, plan }])).toEqual([
        { state: 'done' },
      ]);
    }
    expect(await cluster.topic(subject.name)).toMatchObject({
      partitions: 3,
      config: { 'retention.ms': '2000' },
    });

    const end = await planFor(portal, subject, 'delete', { remove: grants });
    expect(await execute(portal, [{ subject, plan: end }])).toEqual([
      { state: 'done' },
    ]);
    expect(await cluster.topic(subject.name)).toBeUndefined();
    expect(await cluster.canLogin(login.a, password)).toBe(false);
    expect(await cluster.aclsOf(subject.name, [login.a, login.b])).toEqual([]);
  });

  it('should say what it may not look at, until it may', async () => {
    const subject = { name: uniqueName('least') };
    const spec = { partitions: 1, replicationFactor: 1, config: {} };
    const create = await planFor(portal, subject, 'create', { spec });
    await execute(portal, [{ subject, plan: create }]);
    const reader = await openConsumer({
      bootstrap: cluster.description.bootstrap,
      login: cluster.description.admin,
      topic: subject.name,
      group: 'hidden',
    });
    const inspect = async () =>
      (await portal.provider('kafka-topic').inspect([subject], context())).get(
        subject.name,
      )!;
    const more = [
      ofPortal({ ...EVERY_GROUP, operation: DESCRIBE }),
      ofPortal({
        ...EVERY_TOPIC,
        resourceName: subject.name,
        operation: READ,
      }),
    ];
    try {
      const { users, unseen, measures } = await inspect();
      expect(users).toEqual([]);
      expect(measures.map(({ name }) => name)).toContain('size');
      expect(unseen).toEqual([
        expect.stringMatching(
          new RegExp(
            `^Producers .* --allow-principal User:portal --topic ${subject.name} --operation READ$`,
          ),
        ),
        expect.stringMatching(
          /^Members and offsets of group hidden, .* --group '\*' --operation DESCRIBE$/,
        ),
      ]);

      await cluster.addAcls(more);
      const seen = await inspect();
      expect(seen.unseen).toEqual([]);
      expect(seen.users).toMatchObject([
        { name: 'hidden', kind: 'consumer group', count: 1 },
      ]);
    } finally {
      await reader.end();
      await cluster.removeAcls(more);
    }
  });

  it('should find what is there with these rights', async () => {
    const subject = { name: uniqueName('least') };
    await cluster.createTopic(subject.name);
    const { items } = await portal
      .provider('kafka-topic')
      .discover({ limit: 100 }, context());
    expect(items.map(({ name }) => name)).toContain(subject.name);

    const adopt = await planFor(portal, subject, 'adopt');
    expect(await execute(portal, [{ subject, plan: adopt }])).toEqual([
      { state: 'done' },
    ]);
  });

  it('should say before a change which right it lacks', async () => {
    const subject = { name: uniqueName('least') };
    const spec = { partitions: 1, replicationFactor: 1, config: {} };
    const create = await planFor(portal, subject, 'create', { spec });
    await execute(portal, [{ subject, plan: create }]);
    const rights = CHANGING.map(operation =>
      ofPortal({ ...EVERY_TOPIC, operation }),
    );
    await cluster.removeAcls(rights);
    try {
      for (const [change, right] of [
        [{ partitions: 2 }, 'ALTER on the topic'],
        [{ config: { 'retention.ms': '1' } }, 'ALTER_CONFIGS on the topic'],
      ] as const) {
        const plan = await planFor(portal, subject, 'update', {
          spec: { ...spec, ...change },
        });
        const [denied] = plan.findings.filter(
          ({ effect }) => effect === 'deny',
        );
        expect(denied).toMatchObject({
          policy: 'kafka/broker-verdict',
          retryable: true,
        });
        expect(denied.message).toContain(`The portal's login needs ${right}`);
        expect(await execute(portal, [{ subject, plan }])).toMatchObject([
          { state: 'failed', error: { reason: 'Unauthorized' } },
        ]);
      }
    } finally {
      await cluster.addAcls(rights);
    }
  });
});
