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
});
