import {
  generatePassword,
  loginSlots,
} from '@data-resources/plugin-data-resources-node';
import type {
  EngineInstance,
  PlannedGrant,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import { kafkaConfigs } from '@data-resources/test-engines';
import { execute, planFor } from './__testUtils__/execute';
import type { Subject } from './__testUtils__/execute';
import { javaProducer } from './__testUtils__/javaTransaction';
import {
  context,
  INSTALLATION_ID,
  TestCluster,
  uniqueName,
} from './__testUtils__/TestCluster';

jest.setTimeout(180_000);

const spec = { partitions: 1, replicationFactor: 1, config: {} };
const TEAM = 'group:default/reporting';

/** What Kafka's own tool says of a user's quotas. */
async function quotasOf(user: string): Promise<string> {
  const text = await kafkaConfigs([
    '--describe',
    '--entity-type',
    'users',
    '--entity-name',
    user,
  ]);
  const found = /Quota configs for user-principal '[^']+' are (.*)/.exec(text);
  return (found?.[1] ?? '').split(', ').sort().join(' ');
}

describe('client quotas of the configuration', () => {
  let cluster: TestCluster;
  let instance: EngineInstance;
  const instances: EngineInstance[] = [];
  const made: { subject: Subject; logins: string[] }[] = [];

  beforeAll(() => {
    cluster = new TestCluster();
    instance = withQuotas({
      default: { producer_byte_rate: 1_048_576, request_percentage: 12.5 },
      teams: { [TEAM]: { producer_byte_rate: 1_500 } },
    });
  });

  afterAll(async () => {
    const all = await kafkaConfigs(['--describe', '--entity-type', 'users']);
    for (const { subject, logins } of made) {
      for (const login of logins.filter(user => all.includes(user))) {
        await clear(login);
      }
      await cluster.cleanUp(subject.name, logins);
    }
    await Promise.all(instances.map(each => each.close()));
    await cluster?.close();
  });

  function withQuotas(quotas?: object): EngineInstance {
    const found = cluster.instance({ limits: quotas ? { quotas } : {} });
    instances.push(found);
    return found;
  }

  function grantTo(role: string, owner?: string): PlannedGrant {
    const principal = `component:default/${uniqueName('limited')}`;
    const login = loginSlots({
      principal,
      environment: 'test',
      installationId: INSTALLATION_ID,
    });
    return { principal, role, login, owner };
  }

  async function createTopic(
    on: EngineInstance,
    ...add: PlannedGrant[]
  ): Promise<Subject> {
    const subject: Subject = { name: uniqueName('quotas') };
    made.push({
      subject,
      logins: add.flatMap(({ login: { a, b } }) => [a, b]),
    });
    const plan = await planFor(on, subject, 'create', { spec, add });
    expect(plan.findings).toEqual([]);
    expect(await execute(on, [{ subject, plan }])).toEqual([{ state: 'done' }]);
    return subject;
  }

  async function revoke(
    subject: Subject,
    remove: PlannedGrant,
    otherRoles: string[] = [],
  ): Promise<void> {
    const plan = await planFor(instance, subject, 'revoke', {
      remove: [remove],
    });
    const journal = new MemoryStepJournal();
    journal.rolesInUse.set(remove.login.base, otherRoles);
    expect(await execute(instance, [{ subject, plan }], journal)).toEqual([
      { state: 'done' },
    ]);
  }

  async function alter(user: string, ...change: string[]): Promise<void> {
    await kafkaConfigs([
      '--alter',
      '--entity-type',
      'users',
      '--entity-name',
      user,
      ...change,
    ]);
  }

  /** Of what an administrator or another configuration left. */
  async function clear(user: string): Promise<void> {
    const keys = (await quotasOf(user))
      .split(' ')
      .filter(Boolean)
      .map(quota => quota.split('=')[0]);
    if (keys.length > 0) {
      await alter(user, '--delete-config', keys.join(','));
    }
  }

  /** How the steps of a grant that is there are found, as a drift pass looks at them. */
  async function look(
    on: EngineInstance,
    subject: Subject,
    grant: PlannedGrant,
  ): Promise<StepCheck[]> {
    const { steps } = await planFor(on, subject, 'grant', { add: [grant] });
    const checks = await Promise.all(
      steps.map(({ id, kind, args }) =>
        on
          .provider('kafka-topic')
          .check([{ key: id, kind, args, object: subject }], context()),
      ),
    );
    return checks
      .flatMap(found => [...found.values()])
      .filter(({ state }) => state !== 'satisfied');
  }

  it('should be those of both logins, as Kafka’s own tool shows them, and go with the login', async () => {
    const grant = grantTo('producer');
    const subject = await createTopic(instance, grant);

    for (const user of [grant.login.a, grant.login.b]) {
      expect(await quotasOf(user)).toBe(
        'producer_byte_rate=1048576.0 request_percentage=12.5',
      );
    }

    await revoke(subject, grant, ['consumer']);
    expect(await quotasOf(grant.login.a)).not.toBe('');
    await revoke(subject, grant);
    for (const user of [grant.login.a, grant.login.b]) {
      expect(await quotasOf(user)).toBe('');
    }
  });

  it('should throttle who produces more, by the quota of the team', async () => {
    const [slow, fast] = [grantTo('producer', TEAM), grantTo('producer')];
    const subject = await createTopic(instance, slow, fast);
    const longestThrottle = async ({ login }: PlannedGrant) => {
      const user = login.a;
      const password = generatePassword();
      await instance.logins.enable({ username: user, password }, context());
      const printed = await javaProducer(
        cluster.description,
        { user, password, topic: subject.name },
        [
          ...['--num-records', '10', '--record-size', '2500'],
          ...['--throughput', '-1', '--print-metrics'],
        ],
      );
      expect(printed).toContain('10 records sent');
      return Number(
        /producer-metrics:produce-throttle-time-max:\{[^}]*\}\s*: ([\d.]+)/.exec(
          printed,
        )?.[1],
      );
    };

    expect(await longestThrottle(slow)).toBeGreaterThan(0);
    expect(await longestThrottle(fast)).toBe(0);
  });

  it('should be given to many logins at once, and taken from them', async () => {
    const grants = Array.from({ length: 6 }, () => grantTo('producer'));
    const users = grants.flatMap(({ login: { a, b } }) => [a, b]);
    const limited = async () => {
      const all = await kafkaConfigs(['--describe', '--entity-type', 'users']);
      return all
        .split('\n')
        .filter(line => line.includes('producer_byte_rate=1048576.0'))
        .map(line => /user-principal '([^']+)'/.exec(line)?.[1] ?? line)
        .filter(user => users.includes(user))
        .sort();
    };
    const subject = await createTopic(instance, ...grants);
    expect(await limited()).toEqual([...users].sort());

    const plan = await planFor(instance, subject, 'delete', { remove: grants });
    expect(await execute(instance, [{ subject, plan }])).toEqual([
      { state: 'done' },
    ]);
    expect(await limited()).toEqual([]);
  });

  it('should be seen where they are different, whoever did it, and be put back', async () => {
    const grant = grantTo('consumer');
    const subject = await createTopic(instance, grant);
    expect(await look(instance, subject, grant)).toEqual([]);

    await alter(
      grant.login.b,
      '--add-config',
      'producer_byte_rate=5,controller_mutation_rate=3',
      '--delete-config',
      'request_percentage',
    );
    await kafkaConfigs([
      ...[
        '--alter',
        '--add-config',
        'consumer_byte_rate=7,request_percentage=9',
      ],
      ...['--entity-type', 'users', '--entity-name', grant.login.a],
      ...['--entity-type', 'clients', '--entity-name', 'nightly'],
    ]);
    const path = (key: string) => `access.${grant.principal}.${key}`;
    expect(await look(instance, subject, grant)).toEqual([
      {
        state: 'pending',
        evidence: {},
        changes: [
          {
            path: path('consumer_byte_rate of client-id nightly'),
            from: 7,
            kind: 'in-place',
          },
          { path: path('controller_mutation_rate'), from: 3, kind: 'in-place' },
          {
            path: path('producer_byte_rate'),
            from: 5,
            to: 1_048_576,
            kind: 'in-place',
          },
          { path: path('request_percentage'), to: 12.5, kind: 'in-place' },
          {
            path: path('request_percentage of client-id nightly'),
            from: 9,
            kind: 'in-place',
          },
        ],
      },
    ]);

    const plan = await planFor(instance, subject, 'grant', { add: [grant] });
    expect(await execute(instance, [{ subject, plan }])).toEqual([
      { state: 'done' },
    ]);
    expect(await quotasOf(grant.login.b)).toBe(
      'producer_byte_rate=1048576.0 request_percentage=12.5',
    );
    expect(await look(instance, subject, grant)).toEqual([]);
    expect(
      await kafkaConfigs([
        ...['--describe', '--entity-type', 'users'],
        ...['--entity-name', grant.login.a],
        ...['--entity-type', 'clients', '--entity-name', 'nightly'],
      ]),
    ).not.toContain('consumer_byte_rate');
  });

  it('should follow another configuration, and be left alone without any', async () => {
    const grant = grantTo('consumer');
    const subject = await createTopic(instance, grant);
    const other = withQuotas({
      principals: { [grant.principal]: { consumer_byte_rate: 2_000 } },
    });
    const none = withQuotas();

    expect(await look(none, subject, grant)).toEqual([]);
    expect(await look(other, subject, grant)).toHaveLength(1);
    const plan = await planFor(other, subject, 'grant', { add: [grant] });
    expect(await execute(other, [{ subject, plan }])).toEqual([
      { state: 'done' },
    ]);
    expect(await quotasOf(grant.login.a)).toBe('consumer_byte_rate=2000.0');
    expect(await look(other, subject, grant)).toEqual([]);
  });

  it('should be told before work where the portal may not give them', async () => {
    const { conditions } = await instance.probe(context());

    expect(conditions).toContainEqual({
      type: 'Quotas',
      status: 'ok',
      message: "The portal's login may read and change client quotas.",
    });
  });
});
