import {
  cluster,
  existing,
  grant,
  identity,
  input,
} from '../../__testUtils__/planInputs';
import { aclKey } from '../../client/acls';
import type { StepArgs } from '../steps/StepArgs';
import { planTopic } from './planTopic';

describe('planTopic', () => {
  describe('revoke and delete', () => {
    it('should leave the ACLs that another role of the principal needs', () => {
      const remove = grant('x', 'producer');
      const keep = [grant('x', 'consumer'), grant('y', 'producer')];

      const plan = planTopic(
        input({
          ...existing,
          action: 'revoke',
          grants: { remove: [remove], keep },
        }),
        {},
      );
      const { acls } = plan.steps[0].args as StepArgs['revoke'];

      expect(acls.map(({ operation }) => operation)).toEqual([
        'WRITE',
        'WRITE',
      ]);
      expect(plan.steps.map(({ kind }) => kind)).toEqual([
        'revoke',
        'release-login',
      ]);
      expect(plan.steps[1].login).toEqual({
        base: remove.login.base,
        mode: 'release',
      });
    });

    it('should take rights away before the topic and logins after it', () => {
      const remove = [grant('x', 'producer'), grant('x', 'consumer')];
      const plan = planTopic(
        input({ ...existing, action: 'delete', grants: { remove } }),
        {},
      );

      expect(plan.steps.map(({ kind }) => kind)).toEqual([
        'revoke',
        'revoke',
        'delete-topic',
        'release-login',
      ]);
      expect(plan.steps[2].call).toContain(identity.topicId);
      expect(plan.risk).toBe('high');
      expect(plan.changes).toContainEqual({
        path: 'name',
        from: 'orders',
        kind: 'destructive',
      });
    });

    it('should release everything that any role gave to a login', () => {
      const add = [grant('x', 'producer'), grant('x', 'consumer')];
      const ensured = planTopic(input({ grants: { add } }), {}).steps[1]
        .args as StepArgs['ensure-login'];
      const released = planTopic(
        input({ ...existing, action: 'revoke', grants: { remove: [add[0]] } }),
        {},
      ).steps[1].args as StepArgs['release-login'];

      expect(released.acls.map(aclKey).sort()).toEqual(
        ensured.acls.map(aclKey).sort(),
      );
      expect(released.users).toEqual([add[0].login.a, add[0].login.b]);
    });

    it('should deny a deletion that the brokers refuse', () => {
      const plan = planTopic(
        input({
          ...existing,
          action: 'delete',
          instance: cluster({ deleteTopicEnable: false }),
        }),
        {},
      );

      expect(plan.findings).toMatchObject([
        { policy: 'kafka/topic-deletion', effect: 'deny' },
      ]);
    });
  });

  it('should not give access to a topic that is another one now', () => {
    const plan = planTopic(
      input({
        ...existing,
        action: 'grant',
        grants: { add: [grant('x', 'consumer')] },
        observed: {
          ...existing.observed,
          ours: false,
          identity: { ...identity, topicId: 'other' },
        },
      }),
      {},
    );

    expect(plan.findings).toMatchObject([
      { policy: 'kafka/topic-missing', effect: 'deny' },
    ]);
  });

  describe('of a grant to an administrator', () => {
    it.each(['create', 'grant'] as const)(
      'should be more than low risk, and warn, in a %s',
      action => {
        const plan = planTopic(
          input({
            ...(action === 'grant' ? existing : {}),
            action,
            grants: { add: [grant('x', 'admin')] },
          }),
          {},
        );

        expect(plan.risk).toBe('medium');
        expect(plan.findings).toMatchObject([
          { policy: 'kafka/topic-admin', effect: 'warn' },
        ]);
        expect(plan.findings[0].message).toContain('component:default/x');
      },
    );

    it('should give no right to delete it, its records or to add partitions', () => {
      const plan = planTopic(
        input({
          ...existing,
          action: 'grant',
          grants: { add: [grant('x', 'admin')] },
        }),
        {},
      );
      const operations = plan.steps.flatMap(({ args }) =>
        (args as StepArgs['grant']).acls.map(({ operation }) => operation),
      );

      expect(operations).not.toContain('DELETE');
      expect(operations).not.toContain('ALTER');
      expect(operations).not.toContain('ALL');
    });
  });

  describe('with quotas', () => {
    const quotas = {
      default: { producer_byte_rate: 1_000, request_percentage: 12.5 },
      teams: new Map([['group:default/t', { producer_byte_rate: 2_000 }]]),
      principals: new Map([
        ['component:default/x', { consumer_byte_rate: 3_000 }],
      ]),
    };
    const callOf = (name: string, owner?: string) =>
      planTopic(
        input({
          ...existing,
          action: 'grant',
          grants: { add: [{ ...grant(name, 'consumer'), owner }] },
        }),
        { quotas },
      ).steps[1];

    it('should show the calls, the most exact quota of each kind', () => {
      const { a, b } = grant('x', 'consumer').login;
      const lines = [
        '  producer_byte_rate=2000',
        '  consumer_byte_rate=3000',
        '  request_percentage=12.5',
      ];

      expect(callOf('x', 'group:default/t')).toMatchObject({
        kind: 'ensure-quotas',
        call: [
          `AlterClientQuotas user=${a}`,
          ...lines,
          `AlterClientQuotas user=${b}`,
          ...lines,
        ].join('\n'),
      });
      expect(callOf('y').call).toContain('producer_byte_rate=1000');
      expect(callOf('y').call).not.toContain('consumer_byte_rate');
    });

    it('should limit a login before it gets anything, and take that away with the login', () => {
      const add = [grant('x', 'producer'), grant('x', 'consumer')];
      const created = planTopic(input({ grants: { add } }), { quotas });
      const revoked = planTopic(
        input({ ...existing, action: 'revoke', grants: { remove: add } }),
        { quotas },
      );

      expect(created.steps.map(({ kind }) => kind)).toEqual([
        'create-topic',
        'ensure-login',
        'ensure-quotas',
        'grant',
        'grant',
      ]);
      expect(revoked.steps[2].call).toContain(
        `AlterClientQuotas user=${add[0].login.b}\n  remove all`,
      );
      expect(
        planTopic(
          input({ ...existing, action: 'revoke', grants: { remove: add } }),
          {},
        ).steps[2].call,
      ).not.toContain('AlterClientQuotas');
    });
  });
});
