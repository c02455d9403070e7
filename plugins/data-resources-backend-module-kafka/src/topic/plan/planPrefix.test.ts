import type { PlanInput } from '@data-resources/plugin-data-resources-node';
import {
  acl,
  existing,
  grant,
  input,
  spec,
} from '../../__testUtils__/planInputs';
import type { Acl } from '../../client/acls';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { planTopic } from './planTopic';

const PREFIX = 'orders.';
const prefixed = { ...spec, prefix: PREFIX };
const producer = grant('shop', 'producer');
const consumer = grant('shop', 'consumer');

/** A plan for the topic `orders` that is there. */
function plan(
  action: PlanInput['action'],
  specs: {
    desired?: KafkaTopicSpec;
    current?: KafkaTopicSpec;
    held?: string[];
  },
  grants: Partial<PlanInput['grants']> = {},
) {
  return planTopic(
    input({ ...existing, action, current: spec, ...specs, grants }),
    { ownPrincipal: 'User:portal' },
  );
}

/** The ACLs of a step, `OPERATION PATTERN:name` each, of the first slot. */
function aclsOf({ args }: { args: object }): string[] {
  return (args as { acls: Acl[] }).acls
    .filter(({ principal }) => principal === `User:${producer.login.a}`)
    .map(
      ({ operation, patternType, resourceName }) =>
        `${operation} ${patternType}:${resourceName}`,
    )
    .sort();
}

const ids = ({ steps }: { steps: { id: string }[] }) =>
  steps.map(({ id }) => id.replace(producer.login.base, 'shop'));
const stepOf = (
  { steps }: { steps: { id: string; args: object }[] },
  begins: string,
) => steps.find(({ id }) => id.startsWith(begins))!;

const BOTH = [
  'DESCRIBE LITERAL:orders',
  'DESCRIBE PREFIXED:orders.',
  'WRITE LITERAL:orders',
  'WRITE PREFIXED:orders.',
];

describe('the plan for a topic with a prefix', () => {
  it('should create it with literal and prefixed ACLs, and say so', () => {
    const made = planTopic(
      input({ desired: prefixed, grants: { add: [producer] } }),
      {},
    );

    expect(made.risk).toBe('medium');
    expect(made.findings).toEqual([]);
    expect(made.changes).toContainEqual({
      path: 'prefix',
      to: PREFIX,
      kind: 'create',
    });
    const step = stepOf(made, 'grant:');
    expect(aclsOf(step)).toEqual(BOTH);
    expect((step as unknown as { call: string }).call).toContain(
      `ALLOW User:${producer.login.b} WRITE on TOPIC orders. (PREFIXED)`,
    );
  });

  it('should give nothing prefixed without one', () => {
    const made = planTopic(input({ grants: { add: [producer] } }), {});

    expect(aclsOf(stepOf(made, 'grant:'))).toEqual([
      'DESCRIBE LITERAL:orders',
      'WRITE LITERAL:orders',
    ]);
    expect(JSON.stringify(made.steps)).not.toContain('TOPIC orders.');
  });

  it('should grant on it and warn that more than the topic is given', () => {
    const made = plan(
      'grant',
      { desired: prefixed, current: prefixed },
      { add: [producer] },
    );

    expect(aclsOf(stepOf(made, 'grant:'))).toEqual(BOTH);
    expect(made.risk).toBe('medium');
    expect(made.findings).toEqual([
      {
        policy: 'kafka/prefix',
        effect: 'warn',
        path: 'spec.prefix',
        message:
          "The role is given on every topic that begins with 'orders.' as well, those made later included.",
      },
    ]);
  });

  it('should revoke a role with its prefixed ACLs, but for those that another role of the login needs', () => {
    const specs = { desired: prefixed, current: prefixed };

    expect(
      aclsOf(stepOf(plan('revoke', specs, { remove: [producer] }), 'revoke:')),
    ).toEqual(BOTH);
    expect(
      aclsOf(
        stepOf(
          plan('revoke', specs, { remove: [producer], keep: [consumer] }),
          'revoke:',
        ),
      ),
    ).toEqual(['WRITE LITERAL:orders', 'WRITE PREFIXED:orders.']);
  });

  it.each(['quarantine', 'delete'] as const)(
    'should take everything in a %s, also what a change that failed halfway left',
    action => {
      const made = plan(
        action,
        { current: prefixed, held: [PREFIX, 'orders-old-'] },
        { remove: [producer] },
      );

      expect(aclsOf(stepOf(made, 'revoke:'))).toEqual(
        [
          ...BOTH,
          'DESCRIBE PREFIXED:orders-old-',
          'WRITE PREFIXED:orders-old-',
        ].sort(),
      );
    },
  );

  it('should give everything back in a restore', () => {
    const made = plan(
      'restore',
      { desired: prefixed, current: prefixed },
      { add: [producer] },
    );

    expect(aclsOf(stepOf(made, 'grant:'))).toEqual(BOTH);
  });

  it('should give the prefixed ACLs of all grants in an update that adds it', () => {
    const made = plan(
      'update',
      { desired: prefixed },
      { keep: [producer, consumer] },
    );

    expect(made).toMatchObject({
      risk: 'medium',
      changes: [{ path: 'prefix', to: PREFIX, kind: 'in-place' }],
      findings: [],
    });
    expect(ids(made)).toEqual([
      'grant-prefix:shop:consumer:orders.',
      'grant-prefix:shop:producer:orders.',
    ]);
    expect(aclsOf(stepOf(made, 'grant-prefix'))).toEqual([
      'DESCRIBE PREFIXED:orders.',
      'READ PREFIXED:orders.',
    ]);
  });

  it('should take them in an update that removes it', () => {
    const made = plan(
      'update',
      { desired: spec, current: prefixed },
      { keep: [producer] },
    );

    expect(made).toMatchObject({
      risk: 'medium',
      changes: [{ path: 'prefix', from: PREFIX, kind: 'destructive' }],
    });
    expect(ids(made)).toEqual(['revoke-prefix:shop:producer:orders.']);
    expect(aclsOf(stepOf(made, 'revoke-prefix'))).toEqual([
      'DESCRIBE PREFIXED:orders.',
      'WRITE PREFIXED:orders.',
    ]);
  });

  it('should take the ones before giving the others in an update that changes it', () => {
    const made = plan(
      'update',
      {
        desired: { ...spec, prefix: 'orders-' },
        current: prefixed,
        held: [PREFIX, 'orders_'],
      },
      { keep: [producer] },
    );

    expect(made.changes).toEqual([
      {
        path: 'prefix',
        from: 'orders., orders_',
        to: 'orders-',
        kind: 'destructive',
      },
    ]);
    expect(ids(made)).toEqual([
      'revoke-prefix:shop:producer:orders.',
      'revoke-prefix:shop:producer:orders_',
      'grant-prefix:shop:producer:orders-',
    ]);
  });

  it('should have nothing to do in an update that leaves it', () => {
    expect(
      plan(
        'update',
        { desired: prefixed, current: prefixed, held: [PREFIX] },
        { keep: [producer] },
      ),
    ).toEqual({ risk: 'low', changes: [], steps: [], findings: [] });
  });

  it.each(['orders', 'orders.', 'orders-dlq.', 'shop.'])(
    "should take '%s' for a prefix of the topic shop.orders, or of orders",
    prefix => {
      const name = prefix === 'shop.' ? 'shop.orders' : 'orders';
      const made = planTopic(
        input({ object: { name }, desired: { ...spec, prefix } }),
        {},
      );

      expect(made.findings).toEqual([]);
    },
  );

  it.each([
    ['payments.', 'which has nothing to do with topic'],
    ['order', 'which ends in the middle of a part'],
    ['__consumer', 'Kafka keeps names'],
  ])("should refuse the prefix '%s' of the topic orders", (prefix, why) => {
    const made = planTopic(input({ desired: { ...spec, prefix } }), {});

    expect(made.findings).toEqual([
      {
        policy: 'kafka/prefix',
        effect: 'deny',
        path: 'spec.prefix',
        message: expect.stringContaining(why),
      },
    ]);
  });

  it('should warn of prefixed ACLs of others that overlap, and not of its own', () => {
    const overlapping = {
      patternType: 'PREFIXED',
      resourceName: 'orders.x',
    } as const;
    const made = plan('update', { desired: prefixed }, { keep: [producer] });
    const told = planTopic(
      input({
        ...existing,
        action: 'update',
        desired: prefixed,
        current: spec,
        grants: { keep: [producer] },
        observed: {
          ...existing.observed,
          facts: {
            ...existing.observed.facts,
            prefixed: [
              acl(overlapping),
              acl({ ...overlapping, principal: 'User:portal' }),
              acl({ ...overlapping, principal: `User:${producer.login.a}` }),
            ],
          },
        },
      }),
      { ownPrincipal: 'User:portal' },
    );

    expect(made.findings).toEqual([]);
    expect(told.findings).toEqual([
      {
        policy: 'kafka/foreign-acl',
        effect: 'warn',
        path: 'spec.prefix',
        message:
          "These ACLs overlap with 'orders.', and no grant on this topic gives them: ALLOW User:stranger READ on TOPIC orders.x (PREFIXED). Who has them reaches topics that are made there.",
      },
    ]);
  });
});
