import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import type { PolicyDefinition } from '../policy/types';
import { migrate } from './__testUtils__/auditDatabase';
import { recordPolicies } from './recordPolicies';

jest.setTimeout(60_000);

describe('recordPolicies', () => {
  const databases = testDatabases();
  let knex: Knex;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    await migrate(knex);
  });

  const platformGroup = 'group:default/platform';
  const policy = (name: string, when: string): PolicyDefinition => ({
    name,
    when,
    approve: 'automatically',
    configPath: `dataResources.policies[${Math.floor(Math.random() * 9)}]`,
  });
  const small = policy('small', 'spec.size <= 6');
  const tiny = policy('tiny', 'spec.size <= 1');
  const record = (...policies: PolicyDefinition[]) =>
    recordPolicies(knex, {
      policies,
      platformGroup,
      productionEnvironments: ['prod'],
    });
  const recorded = async () =>
    (await knex('audit').orderBy(['at', 'id'])).map(({ details }) => details);
  const digest = expect.stringMatching(/^[0-9a-f]{64}$/);

  it('should record a change once, however many replicas start', async () => {
    await Promise.all(Array.from({ length: 5 }, () => record(small, tiny)));
    await record({ ...small, configPath: 'elsewhere' }, tiny);
    expect(await recorded()).toMatchObject([
      {
        added: [
          { name: 'small', digest },
          { name: 'tiny', digest },
        ],
        removed: [],
        changed: [],
      },
    ]);
  });

  it('should name what was added, removed, changed and moved', async () => {
    await record(policy('small', 'spec.size <= 60'), policy('new', 'true'));
    await record(policy('new', 'true'), policy('small', 'spec.size <= 60'));
    await recordPolicies(knex, {
      policies: [policy('new', 'true'), policy('small', 'spec.size <= 60')],
      platformGroup: 'group:default/other',
      productionEnvironments: ['prod', 'live'],
    });
    expect((await recorded()).slice(1)).toMatchObject([
      {
        added: [{ name: 'new', digest }],
        removed: [{ name: 'tiny', digest }],
        changed: [{ name: 'small', from: digest, to: digest }],
        reordered: false,
      },
      { added: [], removed: [], changed: [], reordered: true },
      {
        reordered: false,
        previousPlatformGroup: platformGroup,
        productionEnvironments: ['prod', 'live'],
      },
    ]);
  });

  it('should record a budget and its change', async () => {
    const budget = (partitions: number) =>
      recordPolicies(knex, {
        policies: [small],
        budgets: [
          {
            name: 'dev',
            match: {},
            limits: { partitions },
            configPath: 'dataResources.budgets[0]',
          },
        ],
        platformGroup,
        productionEnvironments: ['prod'],
      });
    await budget(5);
    await budget(5);
    await budget(6);
    expect((await recorded()).slice(-2)).toMatchObject([
      { added: expect.arrayContaining([{ name: 'budget/dev', digest }]) },
      { added: [], changed: [{ name: 'budget/dev' }] },
    ]);
  });
});
