import type {
  EngineInstance,
  StepRunResult,
} from '@data-resources/plugin-data-resources-node';
import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import { finish, planFor } from './__testUtils__/execute';
import type { Subject } from './__testUtils__/execute';
import { context, TestCluster, uniqueName } from './__testUtils__/TestCluster';
import { ThreeBrokers } from './__testUtils__/ThreeBrokers';
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

  it.each<[string, () => Promise<void>]>([
    ['killed', () => brokers.broker(1).kill()],
    ['stopped', () => brokers.broker(2).kill('SIGTERM')],
    ['frozen', async () => brokers.broker(1).freeze()],
    [
      'killed that leads the controllers',
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
        expect(await cluster.records(name)).toBe(RECORDS.length);
      }
    },
  );
});

function told(result: StepRunResult): string {
  return result.state === 'failed'
    ? `${result.error.reason}: ${result.error.message}`
    : result.state;
}
