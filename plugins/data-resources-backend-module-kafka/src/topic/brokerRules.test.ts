import fc from 'fast-check';
import { TestCluster, context, uniqueName } from '../__testUtils__/TestCluster';
import { KafkaClient } from '../client/KafkaClient';
import { ErrorCodes, errorName } from '../client/protocolErrors';
import { createTopics } from '../client/topics';
import type { CreatedTopic, NewTopic } from '../client/topics';
import { checkedTopicKeys, expectedTopicConfig } from './topicConfigValues';
import { checkTopicName, normaliseTopicName } from './topicNames';

jest.setTimeout(60_000);

/** The broker's own validation is the judge of ours: creations that are only validated. */
describe('the rules of a real broker', () => {
  let cluster: TestCluster;
  let client: KafkaClient;

  beforeAll(() => {
    cluster = new TestCluster();
    const { host, port, provisioner } = cluster.description;
    client = KafkaClient.create({
      brokers: [{ host, port }],
      tls: false,
      sasl: {
        mechanism: 'SCRAM-SHA-512',
        username: provisioner.user,
        password: provisioner.password,
      },
      callTimeoutMs: 10_000,
    });
  });

  afterAll(async () => {
    await client?.close();
    await cluster?.close();
  });

  async function validate(
    topics: NewTopic[],
  ): Promise<Map<string, CreatedTopic>> {
    const answers = new Map<string, CreatedTopic>();
    for (let from = 0; from < topics.length; from += 100) {
      const batch = await createTopics(
        client,
        client.deadline(context()),
        topics.slice(from, from + 100),
        { validateOnly: true },
      );
      batch.forEach((answer, name) => answers.set(name, answer));
    }
    return answers;
  }

  it('should agree with ours about 2,000 names, those that collide with others among them', async () => {
    const prefix = uniqueName('names');
    const existing = [
      `${prefix}.of_all.kinds_and.more`,
      `${prefix}_by.region_and_day.of`,
      `${prefix}-plain`,
    ];
    await cluster.createTopics(existing);
    const legal = fc.constantFrom(
      ...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-',
    );
    const separator = fc.constantFrom('.', '_', '-');
    const name = fc.oneof(
      fc.string({ unit: legal, minLength: 1, maxLength: 260, size: 'max' }),
      fc.string({ unit: separator, maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc
        .tuple(
          fc.string({ unit: legal, maxLength: 20 }),
          fc.constantFrom(
            ...[' ', '\t', '\n', '\u0000', '\u007f', '\u200b', '\ufeff'],
            ...['/', '"', "'", ';', '\\', '*', '?', '%', ',', ':', '$', '@'],
            ...['é', 'ſ', 'ı', '٣', '𝟙', '😀', '．', '‿', '–'],
          ),
          fc.string({ unit: legal, maxLength: 20 }),
        )
        .map(parts => parts.join('')),
      // Around the longest that there may be, with something in it that may not.
      fc
        .tuple(
          fc.integer({ min: 247, max: 251 }),
          fc.string({ unit: legal, minLength: 1, maxLength: 4 }),
          fc.constantFrom('', '', '', '/'),
        )
        .map(([length, end, bad]) =>
          `${'x'.repeat(length)}${bad}${end}`.slice(-length),
        ),
      // Existing ones with other separators.
      fc
        .tuple(
          fc.constantFrom(...existing),
          fc.array(fc.constantFrom('.', '_', '.', '_', '-'), {
            minLength: 5,
            maxLength: 5,
          }),
        )
        .map(([other, separators]) => {
          let next = 0;
          return `${prefix}${other
            .slice(prefix.length)
            .replace(/[._-]/g, () => separators[next++])}`;
        }),
    );
    const names = [
      ...new Set(['', '.', '..', '...', ...fc.sample(name, 3_000)]),
    ];
    const answers = await validate(
      names.map(each => ({
        name: each,
        partitions: 1,
        replicationFactor: 1,
        config: {},
      })),
    ).finally(() => cluster.deleteTopics(existing));

    const ours = (each: string) => {
      if (checkTopicName(each).length > 0) {
        return 'illegal';
      }
      if (existing.includes(each)) {
        return 'taken';
      }
      const normalised = normaliseTopicName(each);
      return existing.some(other => normaliseTopicName(other) === normalised)
        ? 'collides'
        : 'free';
    };
    const verdicts = names.map(each => ({
      name: each,
      ours: ours(each),
      kafkas: verdictOn(answers.get(each)),
    }));
    expect(verdicts.filter(each => each.ours !== each.kafkas)).toEqual([]);
    expect(names.length).toBeGreaterThan(2_000);
    const count = (verdict: string) =>
      verdicts.filter(each => each.kafkas === verdict).length;
    expect(count('taken')).toBeGreaterThan(0);
    expect(count('collides')).toBeGreaterThan(20);
    expect(count('illegal')).toBeGreaterThan(500);
    expect(count('free')).toBeGreaterThan(500);
  });

  it('should refuse every value that ours refuses', async () => {
    const value = fc.oneof(
      fc.integer({ min: -5, max: 30 }).map(String),
      fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(String),
      fc.constantFrom(
        ...['', ' ', 'true', 'FALSE', 'yes', '0.5', '1.5', '-0.1', '1e3'],
        ...['delete', 'compact,delete', 'compact, delete', 'compact;delete'],
        ...['gzip', 'zstd', 'brotli', 'CreateTime', 'createtime', 'null'],
        ...[' 12 ', '+12', '012', '0x12', '1_000'],
      ),
    );
    const settings = fc.sample(
      fc.record({ key: fc.constantFrom(...checkedTopicKeys), value }),
      600,
    );
    const topics = settings.map(({ key, value: text }) => ({
      name: uniqueName('rules'),
      partitions: 1,
      replicationFactor: 1,
      config: { [key]: text },
    }));
    const answers = await validate(topics);

    const refusedByUs = topics.filter(({ config }) =>
      Object.entries(config).some(
        ([key, text]) => expectedTopicConfig(key, text) !== undefined,
      ),
    );
    expect(
      refusedByUs
        .filter(
          ({ name }) =>
            answers.get(name)?.errorCode !== ErrorCodes.INVALID_CONFIG,
        )
        .map(({ name, config }) => ({
          config,
          broker: errorName(answers.get(name)!.errorCode),
        })),
    ).toEqual([]);
    expect(refusedByUs.length).toBeGreaterThan(100);
    expect(refusedByUs.length).toBeLessThan(500);
  });
});

/** What a broker says of a name. */
function verdictOn(answer: CreatedTopic | undefined) {
  switch (answer?.errorCode) {
    case ErrorCodes.NONE:
      return 'free';
    case ErrorCodes.TOPIC_ALREADY_EXISTS:
      return 'taken';
    default:
      return /collides/.test(answer?.errorMessage ?? '')
        ? 'collides'
        : 'illegal';
  }
}
