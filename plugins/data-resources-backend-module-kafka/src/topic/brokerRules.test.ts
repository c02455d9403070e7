import fc from 'fast-check';
import { TestCluster, context, uniqueName } from '../__testUtils__/TestCluster';
import { KafkaClient } from '../client/KafkaClient';
import { ErrorCodes, errorName } from '../client/protocolErrors';
import { createTopics } from '../client/topics';
import type { CreatedTopic, NewTopic } from '../client/topics';
import { checkedTopicKeys, expectedTopicConfig } from './topicConfigValues';
import { checkTopicName } from './topicNames';

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

  it('should agree with ours about 500 names', async () => {
    const legal = fc.constantFrom(
      ...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-',
    );
    const name = fc.oneof(
      fc.string({ unit: legal, minLength: 1, maxLength: 260, size: 'max' }),
      fc.string({ unit: fc.constantFrom('.', '_', '-'), maxLength: 4 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc
        .tuple(
          fc.string({ unit: legal, maxLength: 20 }),
          fc.constantFrom(
            ' ',
            '\u0000',
            '/',
            '"',
            "'",
            ';',
            '\\',
            'é',
            '*',
            '😀',
          ),
          fc.string({ unit: legal, maxLength: 20 }),
        )
        .map(parts => parts.join('')),
      fc.integer({ min: 245, max: 253 }).map(length => 'x'.repeat(length)),
    );
    const names = [...new Set(fc.sample(name, 500))];
    const answers = await validate(
      names.map(each => ({
        name: each,
        partitions: 1,
        replicationFactor: 1,
        config: {},
      })),
    );

    const verdicts = names.map(each => ({
      name: each,
      legal: answers.get(each)?.errorCode === ErrorCodes.NONE,
    }));
    expect(
      verdicts.filter(
        verdict =>
          verdict.legal !== (checkTopicName(verdict.name).length === 0),
      ),
    ).toEqual([]);
    for (const each of [true, false]) {
      expect(
        verdicts.filter(verdict => verdict.legal === each).length,
      ).toBeGreaterThan(50);
    }
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
