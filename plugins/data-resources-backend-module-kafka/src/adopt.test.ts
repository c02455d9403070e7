import type { EngineInstance } from '@data-resources/plugin-data-resources-node';
import { kafkaAcls, kafkaTopics } from '@data-resources/test-engines';
import { execute, planFor } from './__testUtils__/execute';
import type { Subject } from './__testUtils__/execute';
import { context, TestCluster, uniqueName } from './__testUtils__/TestCluster';
import type { KafkaTopicSpec } from './topic/KafkaTopicSpec';

jest.setTimeout(120_000);

const [TOPIC, LITERAL, PREFIXED, ALLOW, DENY] = [2, 3, 4, 3, 2] as const;
const [READ, WRITE] = [3, 4] as const;

/** What others left on the cluster, found, taken over and deleted. */
describe('a topic that somebody else made', () => {
  const prefix = uniqueName('left');
  const names = {
    orders: `${prefix}.orders`,
    changelog: `${prefix}-store-changelog`,
    configs: `${prefix}-connect-configs`,
    heartbeats: `${prefix}.heartbeats`,
    plain: `${prefix}-customer-changelog`,
  };
  const acls = [
    { resourceName: names.orders, user: 'reader', operation: READ },
    { resourceName: names.orders, user: 'writer', operation: WRITE },
    {
      resourceName: names.orders,
      user: 'shut-out',
      operation: READ,
      permissionType: DENY,
    },
    {
      resourceName: prefix,
      user: 'family',
      operation: WRITE,
      resourcePatternType: PREFIXED,
    },
  ].map(({ user, ...acl }) => ({
    resourceType: TOPIC,
    resourcePatternType: LITERAL,
    host: '*',
    permissionType: ALLOW,
    principal: `User:${prefix}-${user}`,
    ...acl,
  }));
  let cluster: TestCluster;
  let instance: EngineInstance;
  let subject: Subject;

  beforeAll(async () => {
    cluster = new TestCluster();
    instance = cluster.instance();
    subject = { name: names.orders };
    const compact = { 'cleanup.policy': 'compact' };
    await cluster.createTopic(names.orders, {
      partitions: 2,
      config: { 'retention.ms': '3600000' },
    });
    await cluster.createTopic(names.changelog, {
      config: { ...compact, 'message.timestamp.type': 'CreateTime' },
    });
    await cluster.createTopic(names.configs, { config: compact });
    await cluster.createTopic(names.heartbeats, { config: compact });
    await cluster.createTopic(names.plain, { config: compact });
    await cluster.addAcls(acls);
    await cluster.write(names.orders, ['kept'], Date.UTC(2020, 1, 1));
  });

  afterAll(async () => {
    await cluster?.removeAcls(acls);
    for (const name of Object.values(names)) {
      await cluster?.cleanUp(name, []);
    }
    await instance?.close();
    await cluster?.close();
  });

  it('should be found with its spec, its owner’s traces and whose it is', async () => {
    const { items } = await instance
      .provider('kafka-topic')
      .discover({ after: prefix, limit: 100 }, context());
    const found = new Map(items.map(item => [item.name, item]));

    expect(found.get(names.orders)).toMatchObject({
      spec: {
        partitions: 2,
        replicationFactor: 1,
        config: { 'retention.ms': '3600000' },
      },
    });
    expect(found.get(names.orders)!.hints.map(({ value }) => value)).toEqual([
      `${prefix}-writer`,
      `${prefix}-family`,
      `${prefix}-reader`,
      prefix.split('-')[0],
    ]);
    const internal = (name: string) => found.get(name)!.internal;
    expect(internal(names.orders)).toBeUndefined();
    expect(internal(names.plain)).toBeUndefined();
    expect(internal(names.changelog)).toContain('Kafka Streams');
    expect(internal(names.configs)).toContain('Kafka Connect');
    expect(internal(names.heartbeats)).toContain('MirrorMaker 2');
  });

  it('should tell what a DENY takes of an ALLOW', async () => {
    const denied = {
      ...acls[0],
      permissionType: DENY,
      principal: 'User:*',
    } as const;
    await cluster.addAcls([denied]);
    try {
      const answer = await instance
        .provider('kafka-topic')
        .access([subject], context());
      const access = answer.get(names.orders)!;
      expect(access).toContainEqual({
        login: acls[0].principal,
        rights: [],
        implied: ['DESCRIBE'],
        via: `literal ACL on topic ${names.orders} for READ, of which DESCRIBE is left: "DENY User:* READ on TOPIC ${names.orders} (LITERAL)" comes before every ALLOW`,
      });
      expect(access).toContainEqual({
        login: 'User:*',
        rights: ['DENY READ'],
        via: `literal ACL on topic ${names.orders}; it comes before every ALLOW`,
      });
      const portal = `User:${cluster.description.provisioner.user}`;
      expect(
        access.filter(({ internal }) => internal).map(({ login }) => login),
      ).toEqual([portal, 'super users']);
    } finally {
      await cluster.removeAcls([denied]);
    }
  });

  it('should not be adopted when it is a tool’s, or not there', async () => {
    for (const [name, policy] of [
      [names.changelog, 'kafka/internal-topic'],
      [names.configs, 'kafka/internal-topic'],
      [uniqueName('absent'), 'kafka/adoption'],
    ]) {
      const { findings } = await planFor(instance, { name }, 'adopt');
      expect(
        findings
          .filter(({ effect }) => effect === 'deny')
          .map(finding => finding.policy),
      ).toEqual([policy]);
    }
  });

  it('should be adopted as it is, changed, and deleted with its own ACLs only', async () => {
    // The command lists ACLs in any order.
    const seenByAdministrator = async () => [
      await kafkaTopics(['--describe', '--topic', names.orders]),
      (await kafkaAcls(['--list', '--topic', names.orders])).split('\n').sort(),
    ];
    const before = await seenByAdministrator();
    const adopt = await planFor(instance, subject, 'adopt');
    expect(adopt.findings.map(({ effect }) => effect)).toEqual([
      'info',
      'info',
    ]);
    expect(await execute(instance, [{ subject, plan: adopt }])).toEqual([
      { state: 'done' },
    ]);
    expect(await seenByAdministrator()).toEqual(before);

    const seen = await instance
      .provider('kafka-topic')
      .observe([subject], context());
    const current = seen.get(names.orders)!.spec as KafkaTopicSpec;
    const update = await planFor(instance, subject, 'update', {
      spec: { ...current, config: { 'retention.ms': '7200000' } },
      current,
    });
    expect(await execute(instance, [{ subject, plan: update }])).toEqual([
      { state: 'done' },
    ]);
    expect(await cluster.topic(names.orders)).toMatchObject({
      config: { 'retention.ms': '7200000' },
    });

    const quarantine = await planFor(instance, subject, 'quarantine');
    expect(quarantine.findings[0].message).toContain(`${prefix}-writer`);
    const end = await planFor(instance, subject, 'delete');
    expect(
      end.changes.filter(({ path }) => path.startsWith('acls.')),
    ).toHaveLength(3);
    expect(await execute(instance, [{ subject, plan: end }])).toEqual([
      { state: 'done' },
    ]);
    const left = await kafkaAcls(['--list']);
    expect(left).not.toContain(names.orders);
    expect(left).toContain(`${prefix}-family`);
  });
});
