import { setTimeout as sleep } from 'node:timers/promises';
import type {
  EngineInstance,
  ProviderPlan,
  StepRunResult,
} from '@data-resources/plugin-data-resources-node';
import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import { kafkaReassignPartitions } from '@data-resources/test-engines';
import { execute, finish, planFor } from './__testUtils__/execute';
import type { Subject } from './__testUtils__/execute';
import { context, TestCluster, uniqueName } from './__testUtils__/TestCluster';
import { ThreeBrokers } from './__testUtils__/ThreeBrokers';
import type { BrokerId } from './__testUtils__/ThreeBrokers';
import type { KafkaTopicSpec } from './topic/KafkaTopicSpec';

jest.setTimeout(180_000);

const spec: KafkaTopicSpec = {
  partitions: 3,
  replicationFactor: 3,
  config: { 'min.insync.replicas': '2', 'retention.ms': '-1' },
};
const two: KafkaTopicSpec = { ...spec, replicationFactor: 2 };
const changed: KafkaTopicSpec = {
  ...spec,
  partitions: 6,
  config: { ...spec.config, 'max.message.bytes': '900000' },
};
const RECORDS = Array.from({ length: 30 }, (_, index) => String(index));

/** Three replicas, two of them in sync, and one broker that is not what it should be. */
describe('a topic on three brokers', () => {
  let brokers: ThreeBrokers;
  let cluster: TestCluster;
  let instance: EngineInstance;

  beforeAll(async () => {
    brokers = await ThreeBrokers.start();
  });

  beforeEach(async () => {
    cluster = new TestCluster(brokers.description);
    // Connected to the first broker, as long as there is one.
    instance = cluster.instance({ admin: { callTimeoutMs: 4_000 } });
    await instance.probe(context());
  });

  afterEach(async () => {
    await instance?.close();
    await cluster?.close();
    await brokers.heal();
  });

  afterAll(async () => {
    await brokers?.stop();
  });

  async function create(...specs: KafkaTopicSpec[]): Promise<Subject[]> {
    const subjects = specs.map((): Subject => ({ name: uniqueName('three') }));
    const work = await Promise.all(
      subjects.map(async (subject, index) => ({
        subject,
        plan: await planFor(instance, subject, 'create', {
          spec: specs[index],
        }),
      })),
    );
    await finish(instance, work);
    for (const { name } of subjects) {
      await cluster.write(name, RECORDS, Date.now());
    }
    return subjects;
  }

  function change(subject: Subject, to: KafkaTopicSpec, from = spec) {
    return planFor(instance, subject, 'update', { spec: to, current: from });
  }

  /** The brokers' own view, when all replicas of these topics are in sync. */
  async function settled(subjects: readonly Subject[]) {
    for (let tries = 0; ; tries += 1) {
      const seen = await brokers.topics();
      const found = subjects.map(({ name }) => seen.get(name) ?? []);
      if (
        found
          .flat()
          .every(({ replicas, inSync }) => inSync.length === replicas.length)
      ) {
        return found.map(partitions =>
          partitions.map(({ replicas }) => replicas.length),
        );
      }
      expect(tries).toBeLessThan(20);
    }
  }

  /** A new leader tells how far it is only when the others have asked it. */
  async function hasAll(name: string): Promise<void> {
    let records = await cluster.records(name);
    for (let tries = 0; records < RECORDS.length && tries < 40; tries += 1) {
      await sleep(250);
      records = await cluster.records(name);
    }
    expect(records).toBe(RECORDS.length);
  }

  it.each<[string, () => Promise<void>]>([
    ['stopped', () => brokers.broker(2).kill('SIGTERM')],
    ['frozen', async () => brokers.broker(1).freeze()],
    [
      'killed that led the controllers',
      async () => brokers.broker(await brokers.controller()).kill(),
    ],
  ])(
    'should end as asked for when a broker is %s in the middle',
    async (_, fault) => {
      const [configured, raised, lowered] = await create(spec, two, spec);
      const created: Subject = { name: uniqueName('three') };
      const work = [
        {
          subject: created,
          plan: await planFor(instance, created, 'create', { spec }),
        },
        { subject: configured, plan: await change(configured, changed) },
        { subject: raised, plan: await change(raised, spec, two) },
        { subject: lowered, plan: await change(lowered, two) },
      ];
      const journal = new MemoryStepJournal();
      let struck = false;
      journal.onEvent = async () => {
        if (!struck) {
          struck = true;
          await fault();
        }
      };

      // Two brokers are enough for everything but to copy to the one that is away.
      const [first, second, third] = await finish(instance, work, {
        journal,
        until: results =>
          results.slice(0, 2).every(({ state }) => state === 'done') &&
          told(results[2]).includes('waits for broker'),
      });
      expect([first, second]).toEqual([{ state: 'done' }, { state: 'done' }]);
      expect(told(third)).toMatch(
        /^Unknown: \d of 3 partitions of topic \S+ are on their brokers; .* waits for broker/,
      );

      await brokers.heal();
      const results = await finish(instance, work, { journal });
      expect(results.map(({ state }) => state)).toEqual(Array(4).fill('done'));
      expect(await settled([created, configured, raised, lowered])).toEqual([
        [3, 3, 3],
        [3, 3, 3, 3, 3, 3],
        [3, 3, 3],
        [2, 2, 2],
      ]);
      expect((await cluster.topic(configured.name))?.config).toEqual(
        changed.config,
      );
      for (const { name } of [configured, raised, lowered]) {
        await hasAll(name);
      }
    },
  );

  it('should not be called done before as many replicas are in sync as writes need', async () => {
    const all = { ...spec, config: { 'min.insync.replicas': '3' } };
    const subject: Subject = { name: uniqueName('three') };
    const plan = await planFor(instance, subject, 'create', { spec: all });
    const journal = new MemoryStepJournal();
    await brokers.broker(3).kill('SIGTERM');
    const [waiting] = await finish(instance, [{ subject, plan }], {
      journal,
      until: ([result]) => told(result).includes('in sync'),
    });
    expect(told(waiting)).toMatch(
      /^Unknown: .* partition 0 has 2 of 3 replicas in sync that writes/,
    );

    await brokers.heal();
    const [result] = await finish(instance, [{ subject, plan }], { journal });
    expect(told(result)).toBe('done');
    expect(await settled([subject])).toEqual([[3, 3, 3]]);
  });

  it('should be on the brokers that its spec names, and move when it names others', async () => {
    const here = { ...two, brokers: [1, 2] };
    const there = { ...two, partitions: 5, brokers: [2, 3] };
    const [subject] = await create(here);
    const used = async () => [
      ...new Set(
        (await brokers.topics())
          .get(subject.name)!
          .flatMap(({ replicas }) => replicas),
      ),
    ];
    expect((await used()).sort()).toEqual([1, 2]);

    const plan = await change(subject, there, here);
    expect(plan.findings.filter(({ effect }) => effect === 'deny')).toEqual([]);
    const [result] = await finish(instance, [{ subject, plan }]);

    expect(told(result)).toBe('done');
    expect((await used()).sort()).toEqual([2, 3]);
    expect((await brokers.topics()).get(subject.name)).toHaveLength(5);
    expect((await change(subject, there, there)).changes).toEqual([]);
    await hasAll(subject.name);
  });

  describe('of one replica', () => {
    const one = { ...spec, partitions: 1, replicationFactor: 1, config: {} };
    const more = { ...one, replicationFactor: 2 };

    /** The brokers of the only partition, by Kafka's own tool. */
    async function place(name: string): Promise<number[] | undefined> {
      return (await brokers.topics()).get(name)?.[0].replicas;
    }

    it('should let somebody else finish a move, and call it no drift', async () => {
      const [subject] = await create(one);
      const { name } = subject;
      const [home] = (await place(name))!;
      const target = ([2, 3] as const).find(id => id !== home)!;
      const raise = { subject, plan: await change(subject, more, one) };
      brokers.broker(target).freeze();
      await brokers.reassign(name, [[target]]);

      const journal = new MemoryStepJournal();
      const [waiting] = await execute(instance, [raise], journal);
      expect(told(waiting)).toMatch(/^Unknown: Somebody else is moving/);
      expect((await change(subject, one, one)).changes).toEqual([]);
      expect(
        (await change(subject, more, one)).findings.find(
          ({ effect, retryable }) => effect === 'deny' && retryable,
        )?.message,
      ).toContain('Somebody is moving partition 0');

      await brokers.heal();
      const [result] = await finish(instance, [raise], { journal });
      expect(told(result)).toBe('done');
      expect(await place(name)).toEqual(replicasOf(raise.plan)[0]);
      expect(
        await kafkaReassignPartitions(['--list'], brokers.description),
      ).toContain('No partition reassignments found');
      await hasAll(name);
    });

    it('should fail when a broker is gone for good, and go elsewhere when asked anew', async () => {
      const [subject] = await create(one);
      const raise = { subject, plan: await change(subject, more, one) };
      const [[home, gone]] = replicasOf(raise.plan);
      const journal = new MemoryStepJournal();
      await brokers.broker(gone as BrokerId).kill();
      const [waiting] = await finish(instance, [raise], {
        journal,
        until: ([result]) => told(result).includes('waits for broker'),
      });
      expect(told(waiting)).toContain(`It waits for broker ${gone}, which`);

      await brokers.unregister(gone);
      await brokers.reassign(subject.name, [null]);
      const [failed] = await finish(instance, [raise], { journal });
      expect(told(failed)).toMatch(/^Rejected: .*INVALID_REPLICA_ASSIGNMENT/);

      const anew = { subject, plan: await change(subject, more, one) };
      expect(replicasOf(anew.plan)[0]).not.toContain(gone);
      const [result] = await finish(instance, [anew]);
      expect(told(result)).toBe('done');
      expect((await place(subject.name))?.[0]).toBe(home);
      await hasAll(subject.name);
    });
  });
});

function told(result: StepRunResult): string {
  return result.state === 'failed'
    ? `${result.error.reason}: ${result.error.message}`
    : result.state;
}

function replicasOf({ steps }: ProviderPlan): number[][] {
  return steps.find(({ kind }) => kind === 'reassign')!.args
    .replicas as number[][];
}
