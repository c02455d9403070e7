import {
  acl,
  cluster,
  grant,
  input,
  spec,
  topicConfigs,
} from '../../__testUtils__/planInputs';
import type { StepArgs } from '../steps/StepArgs';
import { planTopic } from './planTopic';

describe('the plan of a create', () => {
  it('should show the exact calls in order', () => {
    const producer = grant('payments-api', 'producer');
    const consumer = grant('payments-api', 'consumer');
    const { a, b, base } = producer.login;

    const plan = planTopic(
      input({ grants: { add: [producer, consumer] } }),
      {},
    );

    expect(plan.findings).toEqual([]);
    expect(plan.risk).toBe('low');
    expect(plan.steps.map(({ id }) => id)).toEqual([
      'create-topic',
      `ensure-login:${base}`,
      `grant:${base}:consumer`,
      `grant:${base}:producer`,
    ]);
    expect(plan.steps[0].call).toBe(
      [
        'CreateTopics orders',
        '  partitions=3',
        '  replicationFactor=2',
        '  cleanup.policy=delete',
        '  retention.ms=1000',
      ].join('\n'),
    );
    expect(plan.steps[2].call).toBe(
      [
        'CreateAcls',
        `  ALLOW User:${a} READ on TOPIC orders (LITERAL)`,
        `  ALLOW User:${a} DESCRIBE on TOPIC orders (LITERAL)`,
        `  ALLOW User:${b} READ on TOPIC orders (LITERAL)`,
        `  ALLOW User:${b} DESCRIBE on TOPIC orders (LITERAL)`,
      ].join('\n'),
    );
    expect(plan.steps[3].call).toContain(
      `ALLOW User:${b} WRITE on TOPIC orders (LITERAL)`,
    );
    expect(plan.steps[1].login).toEqual({ base, mode: 'ensure' });
    expect(plan.steps[1].call).toContain(
      `ALLOW User:${a} READ on GROUP ${base} (LITERAL)`,
    );
    expect(plan.steps[1].call).toContain(
      `ALLOW User:${b} READ on GROUP ${base}. (PREFIXED)`,
    );
    expect(plan.changes.map(({ path }) => path)).toEqual([
      'partitions',
      'replicationFactor',
      'config.cleanup.policy',
      'config.retention.ms',
      'grants.component:default/payments-api.consumer',
      'grants.component:default/payments-api.producer',
    ]);
  });

  it('should give producers no consumer group and consumers no transactional id', () => {
    const types = (role: string) =>
      new Set(
        (
          planTopic(input({ grants: { add: [grant('x', role)] } }), {}).steps[1]
            .args as StepArgs['ensure-login']
        ).acls.map(({ resourceType }) => resourceType),
      );

    expect(types('producer')).toEqual(new Set(['TRANSACTIONAL_ID']));
    expect(types('consumer')).toEqual(new Set(['GROUP']));
  });

  it('should not depend on the order of grants and settings', () => {
    const grants = [
      grant('b', 'producer'),
      grant('a', 'consumer'),
      grant('a', 'producer'),
    ];
    const left = planTopic(input({ grants: { add: grants } }), {});
    const right = planTopic(
      input({
        grants: { add: [...grants].reverse() },
        desired: {
          ...spec,
          config: Object.fromEntries(Object.entries(spec.config).reverse()),
        },
      }),
      {},
    );

    expect(right.steps).toEqual(left.steps);
    expect(right.changes).toEqual(left.changes);
  });

  it.each([
    ['kafka/partitions-limit', 'spec.partitions', { partitions: 13 }, false],
    [
      'kafka/replication-factor',
      'spec.replicationFactor',
      { replicationFactor: 4 },
      // Brokers come back.
      true,
    ],
    [
      'kafka/topic-config',
      'spec.config.retention',
      { config: { retention: '1' } },
      false,
    ],
    [
      'kafka/topic-config',
      'spec.config["retention.ms"]',
      { config: { 'retention.ms': 'a week' } },
      false,
    ],
  ])('should deny by %s at %s', (policy, path, change, mayPass) => {
    const { findings } = planTopic(input({ desired: { ...spec, ...change } }), {
      partitionsLimit: 12,
    });

    expect(findings).toEqual([
      {
        policy,
        path,
        effect: 'deny',
        message: expect.any(String),
        ...(mayPass ? { retryable: true } : {}),
      },
    ]);
  });

  it('should name the setting that was probably meant', () => {
    const { findings } = planTopic(
      input({ desired: { ...spec, config: { retentionMs: '1' } } }),
      {},
    );

    expect(findings[0].message).toContain("Did you mean 'retention.ms'?");
  });

  it('should allow what is exactly at the limit', () => {
    const desired = { ...spec, partitions: 12, replicationFactor: 3 };

    expect(
      planTopic(input({ desired }), { partitionsLimit: 12 }).findings,
    ).toEqual([]);
  });

  it('should deny internal names and names that collide', () => {
    const internal = planTopic(
      input({ object: { name: '__consumer_offsets' } }),
      {},
    );
    const colliding = planTopic(
      input({ object: { name: 'a.b' }, facts: { collisions: ['a_b'] } }),
      {},
    );

    expect(internal.findings).toMatchObject([
      { policy: 'kafka/internal-name', effect: 'deny', path: 'name' },
    ]);
    expect(colliding.findings).toMatchObject([
      { policy: 'kafka/name-collision', effect: 'deny', path: 'name' },
    ]);
    expect(colliding.findings[0].message).toContain("'a_b'");
  });

  it('should deny a foreign literal ACL by name and warn of broad ones', () => {
    const { findings } = planTopic(
      input({
        facts: {
          acls: [
            acl({ principal: 'User:portal', resourceName: '*' }),
            acl(),
            acl({ resourceName: 'ord', patternType: 'PREFIXED' }),
            acl({ resourceName: '*', principal: 'User:*' }),
          ],
        },
      }),
      { ownPrincipal: 'User:portal' },
    );

    expect(findings).toMatchObject([
      { policy: 'kafka/foreign-acl', effect: 'deny', path: 'name' },
      { policy: 'kafka/foreign-acl', effect: 'warn', path: 'name' },
    ]);
    expect(findings[0].message).toContain(
      'ALLOW User:stranger READ on TOPIC orders (LITERAL)',
    );
    expect(findings[1].message).toContain('ord (PREFIXED)');
    expect(findings[1].message).toContain('User:*');
    expect(findings[1].message).not.toContain('User:portal');
  });

  it('should not take the ACLs of its own grants for foreign', () => {
    const own = grant('x', 'consumer');
    const { findings } = planTopic(
      input({
        grants: { add: [own] },
        facts: { acls: [acl({ principal: `User:${own.login.b}` })] },
      }),
      {},
    );

    expect(findings).toEqual([]);
  });

  it('should deny what the broker refused in the dry run, once', () => {
    const dryRun = { error: 'INVALID_CONFIG', message: 'segment too small' };
    const alone = planTopic(input({ facts: { dryRun } }), {});
    const known = planTopic(
      input({
        facts: { dryRun },
        desired: { ...spec, config: { 'retention.ms': 'x' } },
      }),
      {},
    );
    const policy = planTopic(
      input({
        facts: { dryRun: { error: 'POLICY_VIOLATION', message: 'no' } },
      }),
      {},
    );

    expect(alone.findings).toMatchObject([
      { policy: 'kafka/topic-config', effect: 'deny', path: 'spec.config' },
    ]);
    expect(alone.findings[0].message).toContain('segment too small');
    expect(known.findings).toHaveLength(1);
    expect(policy.findings).toMatchObject([
      { policy: 'kafka/broker-verdict', effect: 'deny' },
    ]);
    expect(policy.findings[0]).not.toHaveProperty('retryable');
  });

  it('should deny a setting that the cluster lets nobody change', () => {
    const desired = { ...spec, config: { 'max.message.bytes': '1' } };
    const facts = { topicConfigs, readOnlyTopicConfigs: ['max.message.bytes'] };
    const { findings } = planTopic(
      input({ desired, instance: cluster(facts) }),
      {},
    );

    expect(findings).toMatchObject([
      {
        policy: 'kafka/topic-config',
        effect: 'deny',
        path: 'spec.config["max.message.bytes"]',
      },
    ]);
    expect(findings[0].message).toContain('(1048588). Leave it out');
  });

  it('should check keys that it does not know by their types', () => {
    const desired = { ...spec, config: { 'of.tomorrow': 'soon' } };
    const instance = cluster({
      topicConfigs: { ...topicConfigs, 'of.tomorrow': '5' },
    });
    const { findings } = planTopic(
      input({
        desired,
        instance,
        facts: { configTypes: { 'of.tomorrow': 'LONG' } },
      }),
      {},
    );

    expect(findings).toMatchObject([
      {
        policy: 'kafka/topic-config',
        effect: 'deny',
        message: "of.tomorrow is 'soon'; expected a whole number.",
      },
    ]);
  });

  it('should warn when more replicas must be in sync than there are', () => {
    const desired = { ...spec, config: { 'min.insync.replicas': '3' } };

    expect(planTopic(input({ desired }), {}).findings).toMatchObject([
      { policy: 'kafka/min-insync-replicas', effect: 'warn' },
    ]);
  });

  it('should say when a setting could not be checked', () => {
    const desired = { ...spec, config: { 'vendor.key': '3' } };

    expect(
      planTopic(input({ desired, instance: cluster({}) }), {}).findings,
    ).toMatchObject([{ policy: 'kafka/topic-config', effect: 'warn' }]);
  });
});
