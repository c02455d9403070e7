import { engine, input, PLATFORM } from './__testUtils__/policies';
import type { PolicyDefinition } from './types';

const CREATE_DENY: Partial<PolicyDefinition> = {
  effect: 'deny',
  message: 'Too many; ask for 12 at most',
};

describe('PolicyEngine', () => {
  describe('match', () => {
    it.each([
      [{ types: ['kafka-topic'] }, true],
      [{ types: ['postgres-database'] }, false],
      [{ environments: ['dev', 'prod'] }, true],
      [{ environments: ['prod'] }, false],
      [{ instances: ['kafka-dev'] }, true],
      [{ instances: ['kafka-prod'] }, false],
      [{ engines: ['kafka'] }, true],
      [{ engines: ['cassandra'] }, false],
      [{ owners: ['group:default/payments'] }, true],
      [{ owners: ['group:default/logistics'] }, false],
      [{ actions: ['create' as const, 'update' as const] }, true],
      [{ actions: ['delete' as const] }, false],
      [{ types: ['kafka-topic'], environments: ['prod'] }, false],
    ])('should take %j as %s', (match, expected) => {
      const { findings } = engine([
        { match, effect: 'info', message: 'Hello' },
      ]).evaluate(input());
      expect(findings).toHaveLength(expected ? 1 : 0);
    });
  });

  describe('findings', () => {
    it('should name policy, message and path where the condition holds, and nothing else', () => {
      const policies = engine([
        {
          ...CREATE_DENY,
          when: 'spec.partitions > 12',
          path: 'spec.partitions',
        },
        {
          effect: 'warn',
          message: 'No reason is given',
          when: 'request.reason == ""',
        },
      ]);
      expect(policies.evaluate(input()).findings).toEqual([
        { policy: 'policy-1', effect: 'warn', message: 'No reason is given' },
      ]);
      expect(
        policies.evaluate(
          input({ spec: { partitions: 13 }, request: { reason: 'Busy' } }),
        ).findings,
      ).toEqual([
        {
          policy: 'policy-0',
          effect: 'deny',
          message: 'Too many; ask for 12 at most',
          path: 'spec.partitions',
        },
      ]);
    });

    it('should deny where a denying condition cannot be evaluated, and say why', () => {
      const { findings } = engine([
        { ...CREATE_DENY, when: 'spec.nonsense > 12' },
      ]).evaluate(input());
      expect(findings).toEqual([
        {
          policy: 'policy-0',
          effect: 'deny',
          message:
            'policy-0 cannot judge this request (No such key: nonsense), so it refuses. Too many; ask for 12 at most',
        },
      ]);
    });

    it('should warn where any other condition cannot be evaluated', () => {
      const { findings } = engine([
        { effect: 'info', message: 'x', when: 'spec.nonsense > 12' },
        { approve: 'automatically', when: 'spec.nonsense > 12' },
      ]).evaluate(input());
      expect(findings.map(({ effect, message }) => [effect, message])).toEqual([
        ['warn', 'policy-0 cannot judge this request (No such key: nonsense)'],
        [
          'warn',
          'policy-1 cannot judge this request (No such key: nonsense), so it does not approve',
        ],
      ]);
    });
  });

  describe('approval', () => {
    const manual = (group = PLATFORM, count = 1) => ({
      mode: 'manual',
      required: [{ group, count }],
    });
    const dba = { group: 'group:default/dba', count: 2 };

    it('should need one person of the platform group where no policy says anything', () => {
      expect(engine([]).evaluate(input()).approval).toEqual(manual());
      expect(
        engine([
          { when: 'spec.partitions > 6', approve: 'automatically' },
        ]).evaluate(input()).approval,
      ).toEqual(manual());
    });

    it('should take the first policy that applies', () => {
      const policies = engine([
        { when: 'spec.partitions <= 3', approve: 'automatically' },
        { when: 'spec.partitions <= 6', approve: [dba] },
        { approve: 'automatically' },
      ]);
      const approval = (partitions: number) =>
        policies.evaluate(input({ spec: { partitions } })).approval;
      expect(approval(3)).toEqual({ mode: 'auto', policy: 'policy-0' });
      expect(approval(6)).toEqual({
        mode: 'manual',
        policy: 'policy-1',
        required: [dba],
      });
      expect(approval(7)).toEqual({ mode: 'auto', policy: 'policy-2' });
    });

    it('should take a count of one where none is given', () => {
      expect(
        engine([{ approve: [{ group: dba.group, count: 1 }] }]).evaluate(
          input(),
        ).approval,
      ).toEqual({ ...manual(dba.group), policy: 'policy-0' });
    });

    it('should say both what it finds and who approves', () => {
      const verdict = engine([
        { effect: 'warn', message: 'Costly', approve: [dba] },
      ]).evaluate(input());
      expect(verdict).toEqual({
        findings: [{ policy: 'policy-0', effect: 'warn', message: 'Costly' }],
        approval: { mode: 'manual', policy: 'policy-0', required: [dba] },
      });
    });

    it('should never approve by a condition that cannot be evaluated', () => {
      expect(
        engine([
          { when: 'spec.nonsense <= 6', approve: 'automatically' },
        ]).evaluate(input()).approval,
      ).toEqual(manual());
    });

    it('should let nothing pass the people whose policy cannot be evaluated', () => {
      const broken = { when: 'spec.nonsense > 6', approve: [dba] };
      expect(
        engine([broken, { approve: 'automatically' }]).evaluate(input())
          .approval,
      ).toEqual({
        mode: 'manual',
        policy: 'policy-0',
        required: [dba, { group: PLATFORM, count: 1 }],
      });
      expect(
        engine([
          broken,
          { approve: [{ group: dba.group, count: 3 }] },
        ]).evaluate(input()).approval,
      ).toEqual({
        mode: 'manual',
        policy: 'policy-0',
        required: [{ group: dba.group, count: 3 }],
      });
      // An earlier policy that decided is not undone by a later one.
      expect(
        engine([{ approve: 'automatically' }, broken]).evaluate(input())
          .approval,
      ).toEqual({ mode: 'auto', policy: 'policy-0' });
    });

    it('should leave a deletion to a policy only if that names it', () => {
      const deletion = input({
        request: { action: 'delete' },
        plan: { destructive: true },
      });
      const unnamed = engine([{ approve: 'automatically' }]).evaluate(deletion);
      expect(unnamed.approval).toEqual(manual());
      expect(unnamed.findings).toEqual([
        {
          policy: 'policy-0',
          effect: 'info',
          message:
            'policy-0 approves automatically, but not what destroys something: a person decides',
        },
      ]);
      expect(
        engine([
          { match: { actions: ['delete'] }, approve: 'automatically' },
        ]).evaluate(deletion).approval,
      ).toEqual({ mode: 'auto', policy: 'policy-0' });
    });

    it('should never approve a destructive change automatically', () => {
      const policies = engine([
        { match: { actions: ['update', 'delete'] }, approve: 'automatically' },
        { approve: [dba] },
      ]);
      const update = (destructive: boolean) =>
        policies.evaluate(
          input({ request: { action: 'update' }, plan: { destructive } }),
        ).approval;
      expect(update(false)).toEqual({ mode: 'auto', policy: 'policy-0' });
      expect(update(true)).toEqual({
        mode: 'manual',
        policy: 'policy-1',
        required: [dba],
      });
    });
  });

  describe('start', () => {
    it.each<[string, Partial<PolicyDefinition>[], string]>([
      [
        'a condition that does not parse',
        [{ when: 'spec.partitions <= 6 &&\n  (', ...CREATE_DENY }],
        'dataResources.policies[0].when of policy "policy-0" is no valid condition: line 2, column 4: Unexpected token: EOF',
      ],
      [
        'an unknown variable',
        [{ when: 'true ||\nspecs.partitions <= 6', ...CREATE_DENY }],
        'dataResources.policies[0].when of policy "policy-0" is no valid condition: line 2, column 1: Unknown variable: specs',
      ],
      [
        'an unknown field of a variable',
        [{ when: 'plan.destrucive', ...CREATE_DENY }],
        'line 1, column 6: No such key: destrucive',
      ],
      [
        'an unknown function',
        [{ when: 'shout(name) == "X"', ...CREATE_DENY }],
        "found no matching overload for 'shout(string)'",
      ],
      [
        'a condition that is no truth value',
        [{ when: 'size(name)', ...CREATE_DENY }],
        'the condition is of type int, and must be true or false',
      ],
      [
        'a policy that does nothing',
        [{ approve: 'automatically' }, { when: 'true' }],
        'dataResources.policies[1], policy "policy-1", has none of "effect", "approve", "quarantine" and "drift"',
      ],
      [
        'a policy that denies and approves',
        [{ ...CREATE_DENY, approve: 'automatically' }],
        'dataResources.policies[0], policy "policy-0", both denies and approves',
      ],
      [
        'an effect without a message',
        [{ effect: 'warn' }],
        'dataResources.policies[0].message of policy "policy-0" is missing',
      ],
      [
        'two policies of one name',
        [
          { name: 'small', approve: 'automatically' },
          { name: 'small', approve: 'automatically' },
        ],
        'dataResources.policies[1].name is "small", the name of dataResources.policies[0] as well',
      ],
      [
        'a type that no engine brings',
        [{ match: { types: ['kafka-topics'] }, approve: 'automatically' }],
        'dataResources.policies[0].match.types[0] of policy "policy-0" is "kafka-topics" (did you mean "kafka-topic"?), and there is no such type; known: kafka-topic',
      ],
      [
        'an environment that is not configured',
        [
          {
            match: { environments: ['dev', 'live'] },
            approve: 'automatically',
          },
        ],
        'dataResources.policies[0].match.environments[1] of policy "policy-0" is "live", and there is no such environment; known: dev, prod',
      ],
    ])('should be refused by %s', (_, policies, message) => {
      const known = { types: ['kafka-topic'], environments: ['dev', 'prod'] };
      const create = () => engine(policies, { known });
      expect(create).toThrow(message);
      expect(create).toThrow(expect.objectContaining({ name: 'InputError' }));
    });
  });
});
