import type {
  EngineInstance,
  Inspection,
} from '@data-resources/plugin-data-resources-node';
import { OddBroker } from './__testUtils__/OddBroker';
import { openConsumer } from './__testUtils__/openConsumer';
import { context, TestCluster, uniqueName } from './__testUtils__/TestCluster';

jest.setTimeout(180_000);

const LONG_AGO = Date.UTC(2020, 1, 1);
const FOREVER = { 'retention.ms': '-1' };
/** Enough that each broker coordinates some. */
const GROUPS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Each broker knows only the partitions that it leads and the groups that it coordinates. */
describe('live use on several brokers', () => {
  const name = uniqueName('spread');
  const brokers: OddBroker[] = [];
  const readers: { end(): Promise<void> }[] = [];
  let cluster: TestCluster;
  let instance: EngineInstance;

  beforeAll(async () => {
    const settings = { 'offsets.topic.num.partitions': '6' };
    brokers.push(await OddBroker.start(settings));
    brokers.push(await OddBroker.start(settings, brokers[0]));
    cluster = new TestCluster(brokers[0].describe());
    instance = cluster.instance();
    await cluster.createTopic(name, { partitions: 4, config: FOREVER });
    await cluster.write(
      name,
      Array.from({ length: 40 }, (_, index) => String(index)),
      LONG_AGO,
    );
    for (const group of GROUPS) {
      readers.push(
        await openConsumer({
          bootstrap: brokers[0].bootstrap,
          login: cluster.description.admin,
          topic: name,
          group,
        }),
      );
    }
  });

  afterAll(async () => {
    await Promise.all(readers.map(reader => reader.end()));
    await instance?.close();
    await cluster?.close();
    await Promise.all(brokers.map(broker => broker.stop()));
  });

  async function inspect(): Promise<Inspection> {
    const found = await instance
      .provider('kafka-topic')
      .inspect([{ name }], context());
    return found.get(name)!;
  }

  function value({ measures }: Inspection, wanted: string) {
    return measures.find(measure => measure.name === wanted)?.value;
  }

  it('should gather what each of them knows', async () => {
    const seen = await inspect();

    expect(seen.unseen).toEqual([]);
    expect(seen.users.map(user => user.name)).toEqual(GROUPS);
    expect(value(seen, 'records')).toBe(40);
    expect(
      seen.measures.filter(measure => measure.name === 'end-offset'),
    ).toHaveLength(4);
    expect(seen.lastUsedAt).toBe(new Date(LONG_AGO).toISOString());
  });

  it('should tell what is missing when one does not answer', async () => {
    await Promise.all(readers.splice(0).map(reader => reader.end()));
    await brokers[1].stop();
    const seen = await inspect();

    expect(seen.unseen).not.toEqual([]);
    expect(seen.unseen.join(' ')).toMatch(/broker 2|no leader/);
    expect(value(seen, 'records')).toBeGreaterThan(0);
    expect(value(seen, 'records')).toBeLessThan(40);
  });
});
