import {
  acl,
  cluster,
  existing,
  grant,
  identity,
  input,
  spec,
} from '../../__testUtils__/planInputs';
import { aclKey } from '../../client/acls';
import type { Acl } from '../../client/acls';
import { topicAcls } from '../roleAcls';
import type { StepArgs } from '../steps/StepArgs';
import type { ClusterFacts } from '../topicFacts';
import { planTopic } from './planTopic';

const producer = grant('x', 'producer');
const consumer = grant('y', 'consumer');

function quarantine(
  options: {
    acls?: Acl[];
    config?: { [key: string]: string };
    facts?: ClusterFacts;
    remove?: (typeof producer)[];
  } = {},
) {
  const { remove = [producer, consumer] } = options;
  return planTopic(
    input({
      ...existing,
      action: 'quarantine',
      grants: { remove },
      instance: cluster(options.facts),
      observed: {
        ...existing.observed,
        spec: { ...spec, config: options.config ?? spec.config },
        facts: {
          acls: [
            ...remove.flatMap(each => topicAcls('orders', each)),
            ...(options.acls ?? []),
          ],
          collisions: [],
        },
      },
    }),
    { ownPrincipal: 'User:portal' },
  );
}

function messageOf(plan: ReturnType<typeof quarantine>, policy: string) {
  return plan.findings.find(finding => finding.policy === policy)?.message;
}

describe('the plan of a quarantine', () => {
  it('should take the ACLs of every grant, and no login', () => {
    const plan = quarantine();
    const taken = plan.steps.flatMap(
      ({ args }) => (args as StepArgs['revoke']).acls,
    );

    expect(plan.risk).toBe('medium');
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['revoke', 'revoke']);
    expect(taken.map(aclKey).sort()).toEqual(
      [producer, consumer]
        .flatMap(each => topicAcls('orders', each))
        .map(aclKey)
        .sort(),
    );
    expect(plan.changes).toEqual([
      {
        path: 'grants.component:default/x.producer',
        from: ['WRITE', 'DESCRIBE'],
        kind: 'in-place',
      },
      {
        path: 'grants.component:default/y.consumer',
        from: ['READ', 'DESCRIBE'],
        kind: 'in-place',
      },
    ]);
    expect(plan.findings.map(({ effect }) => effect)).toEqual([
      'info',
      'info',
      'info',
    ]);
  });

  it('should name the access that stays', () => {
    const plan = quarantine({
      acls: [
        acl({ principal: 'User:literal' }),
        acl({
          principal: 'User:prefix',
          patternType: 'PREFIXED',
          resourceName: 'ord',
        }),
        acl({ principal: 'User:wild', resourceName: '*' }),
        // Our own login, by something that no grant of ours gives.
        acl({ principal: `User:${producer.login.a}`, operation: 'ALTER' }),
        acl({ principal: 'User:portal', resourceName: '*' }),
        acl({ principal: 'User:denied', permission: 'DENY' }),
      ],
    });
    const message = messageOf(plan, 'kafka/foreign-acl');

    for (const who of [
      'User:literal',
      'User:prefix',
      'User:wild',
      `User:${producer.login.a} ALTER`,
    ]) {
      expect(message).toContain(who);
    }
    expect(message).not.toContain('User:portal');
    expect(message).not.toContain('User:denied');
    expect(message).not.toContain(producer.login.b);
    expect(messageOf(plan, 'kafka/quarantine-access')).toContain('super users');
  });

  it.each<[{ [key: string]: string }, RegExp]>([
    [
      { 'retention.ms': '86400000' },
      /older than 1 day \(retention\.ms=86400000\) .* 1 day after the last write/,
    ],
    [{}, /7 days \(retention\.ms=604800000, the cluster's default\)/],
    [{ 'retention.ms': '-1' }, /^The data stays: nothing is deleted by age/],
    [
      { 'cleanup.policy': 'compact', 'retention.ms': '5' },
      /^The data stays: the topic is compacted/,
    ],
    [
      { 'cleanup.policy': 'compact,delete', 'retention.ms': '60000' },
      /older than 1 minute/,
    ],
    [{ 'cleanup.policy': '' }, /^The data stays: the topic has no cleanup/],
  ])('should say how much survives with %j', (config, message) => {
    expect(
      messageOf(quarantine({ config }), 'kafka/quarantine-retention'),
    ).toMatch(message);
  });

  it('should not claim to know a default that it may not read', () => {
    const plan = quarantine({ config: {}, facts: {} });

    expect(messageOf(plan, 'kafka/quarantine-retention')).toContain(
      'may not read',
    );
    expect(messageOf(plan, 'kafka/quarantine-offsets')).toContain(
      'when offsets.retention.minutes are over',
    );
  });

  it('should say what becomes of the offsets of consumers', () => {
    const facts = { offsetsRetentionMs: 604_800_000 };

    expect(
      messageOf(quarantine({ facts }), 'kafka/quarantine-offsets'),
    ).toContain('after 7 days');
    expect(
      messageOf(
        quarantine({ facts, remove: [producer] }),
        'kafka/quarantine-offsets',
      ),
    ).toBeUndefined();
  });

  it('should pass for a topic that is gone, so that it can be deleted', () => {
    const plan = planTopic(
      input({
        ...existing,
        action: 'quarantine',
        grants: { remove: [producer] },
        observed: { exists: false, ours: false, facts: {} },
      }),
      {},
    );

    expect(plan.findings).toMatchObject([
      { policy: 'kafka/topic-missing', effect: 'info' },
    ]);
    expect(plan.steps).toHaveLength(1);
  });
});

describe('the plan of a restore', () => {
  const restore = (observed: Partial<typeof existing.observed> = {}) =>
    planTopic(
      input({
        ...existing,
        action: 'restore',
        desired: spec,
        grants: { add: [producer, consumer] },
        observed: { ...existing.observed, ...observed },
      }),
      {},
    );

  it('should give back exactly what the quarantine takes', () => {
    const { changes, findings, risk, steps } = restore();
    const given = steps
      .filter(({ kind }) => kind === 'grant')
      .flatMap(({ args }) => (args as StepArgs['grant']).acls);
    const taken = quarantine().steps.flatMap(
      ({ args }) => (args as StepArgs['revoke']).acls,
    );

    expect(given.map(aclKey).sort()).toEqual(taken.map(aclKey).sort());
    expect(steps.map(({ kind }) => kind)).toEqual([
      'ensure-login',
      'ensure-login',
      'grant',
      'grant',
    ]);
    expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'in-place grants.component:default/x.producer',
      'in-place grants.component:default/y.consumer',
    ]);
    expect({ findings, risk }).toEqual({ findings: [], risk: 'low' });
  });

  it('should be denied where the topic is gone, or another one now', () => {
    for (const observed of [
      { exists: false, ours: false },
      { ours: false, identity: { ...identity, topicId: 'other' } },
    ]) {
      expect(restore(observed).findings).toMatchObject([
        { policy: 'kafka/topic-missing', effect: 'deny' },
      ]);
    }
  });
});
