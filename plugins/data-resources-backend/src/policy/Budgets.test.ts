import { engine, input, PLATFORM } from './__testUtils__/policies';
import type { BudgetDefinition, PolicyInput } from './types';

const AUTO = [{ approve: 'automatically' as const }];

function budget(overrides: Partial<BudgetDefinition> = {}): BudgetDefinition {
  return {
    name: 'dev',
    match: {},
    limits: { partitions: 100 },
    configPath: 'dataResources.budgets[0]',
    ...overrides,
  };
}

function asking(
  partitions: number,
  held = 98,
  overrides: Parameters<typeof input>[0] = {},
): PolicyInput {
  return input({
    usage: {
      held: [
        {
          type: 'kafka-topic',
          instance: 'kafka-dev',
          resources: 2,
          counts: { topics: 2, partitions: held - 10 },
        },
        {
          type: 'kafka-topic',
          instance: 'kafka-other',
          resources: 1,
          counts: { topics: 1, partitions: 10 },
        },
        {
          type: 'memory-box',
          instance: 'box-dev',
          resources: 1,
          counts: { partitions: 1000 },
        },
      ],
      adds: { topics: 1, partitions },
    },
    ...overrides,
  });
}

const topics = { types: ['kafka-topic'] };

describe('budgets', () => {
  const judge = (judged: PolicyInput, ...budgets: BudgetDefinition[]) =>
    engine(AUTO, { budgets }).evaluate(judged);

  it('should approve automatically up to the limit', () => {
    expect(judge(asking(2), budget({ match: topics }))).toEqual({
      findings: [],
      approval: { mode: 'auto', policy: 'policy-0' },
    });
  });

  it('should leave it to a person of platform beyond, and say how much is held', () => {
    expect(judge(asking(6), budget({ match: topics }))).toEqual({
      findings: [
        {
          policy: 'budget/dev',
          effect: 'warn',
          message:
            'payments holds 98 of 100 partitions in dev; with this 104, which is beyond the budget for automatic approval, so a person decides',
        },
      ],
      approval: {
        mode: 'manual',
        policy: 'budget/dev',
        required: [{ group: PLATFORM, count: 1 }],
      },
    });
  });

  it('should count every type unless the budget names some', () => {
    expect(judge(asking(1, 10), budget()).findings[0].message).toContain(
      'holds 1010 of 100',
    );
  });

  it('should not hold against a request what it does not raise', () => {
    for (const more of [0, -3]) {
      expect(judge(asking(more, 500), budget()).approval.mode).toBe('auto');
    }
  });

  it.each([
    [{ owners: ['group:default/logistics'] }],
    [{ environments: ['prod'] }],
    [{ types: ['postgres-database'] }],
  ])('should not apply to others than %j', match => {
    expect(judge(asking(6), budget({ match })).approval.mode).toBe('auto');
  });

  it('should leave a decision that people make to them', () => {
    const dba = { group: 'group:default/dba', count: 2 };
    const { approval, findings } = engine([{ approve: [dba] }], {
      budgets: [budget({ match: topics })],
    }).evaluate(asking(6));
    expect(approval).toEqual({
      mode: 'manual',
      policy: 'policy-0',
      required: [dba],
    });
    expect(findings).toHaveLength(1);
  });

  it('should be needed only where a budget or a condition looks at usage', () => {
    const needs = (
      policies: Parameters<typeof engine>[0],
      ...budgets: BudgetDefinition[]
    ) => engine(policies, { budgets }).needsUsage(input());
    const looks = {
      when: 'usage.totals.topics < 5',
      approve: 'automatically' as const,
    };
    expect(needs(AUTO)).toBe(false);
    expect(needs(AUTO, budget())).toBe(true);
    expect(needs(AUTO, budget({ match: { environments: ['prod'] } }))).toBe(
      false,
    );
    expect(needs([looks])).toBe(true);
    expect(needs([{ ...looks, match: { environments: ['prod'] } }])).toBe(
      false,
    );
  });

  it.each<[string, Partial<BudgetDefinition>[], string]>([
    [
      'a limit of what nothing counts',
      [{ limits: { partitons: 5 } }],
      'dataResources.budgets[0].limits.partitons limits what nothing counts (did you mean "partitions"?); there are topics, partitions',
    ],
    [
      'an unknown type',
      [{ match: { types: ['kafka-topics'] } }],
      'dataResources.budgets[0].match.types[0] is "kafka-topics" (did you mean "kafka-topic"?), and there is no such type; known: kafka-topic',
    ],
    [
      'an unknown environment',
      [{ match: { environments: ['pord'] } }],
      'dataResources.budgets[0].match.environments[0] is "pord" (did you mean "prod"?), and there is no such environment; known: prod',
    ],
    [
      'two budgets of one name',
      [{}, { configPath: 'dataResources.budgets[1]' }],
      'dataResources.budgets[1].name is "dev", the name of dataResources.budgets[0] as well',
    ],
  ])('should be refused by %s', (_, budgets, message) => {
    const known = {
      types: ['kafka-topic'],
      environments: ['prod'],
      counters: ['topics', 'partitions'],
    };
    expect(() =>
      engine([], { known, budgets: budgets.map(each => budget(each)) }),
    ).toThrow(message);
  });
});
