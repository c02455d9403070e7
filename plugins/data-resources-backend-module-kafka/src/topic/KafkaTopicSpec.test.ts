import { kafkaTopicSpecSchema } from './KafkaTopicSpec';

const spec = { partitions: 3, replicationFactor: 1 };

function problems(input: unknown): string[] {
  const result = kafkaTopicSpecSchema.safeParse(input);
  return (result.error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')} ${message}`,
  );
}

describe('kafkaTopicSpecSchema', () => {
  it('should fill in no settings', () => {
    expect(kafkaTopicSpecSchema.parse(spec)).toEqual({ ...spec, config: {} });
  });

  it.each([
    [{ ...spec, partitions: 0 }, 'partitions must be 1 or more'],
    [{ ...spec, partitions: -1 }, 'partitions must be 1 or more'],
    [{ ...spec, partitions: 1.5 }, 'partitions must be a whole number'],
    [{ ...spec, partitions: 1e9 }, 'partitions must be 10000 or less'],
    [{ ...spec, partitions: '3' }, 'partitions must be a whole number'],
    [{ replicationFactor: 1 }, 'partitions is missing'],
    [{ ...spec, replicationFactor: 0 }, 'replicationFactor must be 1 or more'],
    [
      { ...spec, replicationFactor: 40_000 },
      'replicationFactor must be 32767 or less',
    ],
    [
      { ...spec, config: { 'retention.ms': 5 } },
      'config.retention.ms must be a text',
    ],
    [{ ...spec, config: [] }, 'config must be an object'],
    [{ ...spec, config: { 'a\u0000': '1' } }, 'has a key with control'],
    [{ ...spec, config: { a: '1\n' } }, 'config.a must not contain control'],
    [{ ...spec, retention: '1' }, 'retention'],
    [{ ...spec, brokers: [] }, 'brokers must name one broker or more'],
    [{ ...spec, brokers: [1, 1] }, 'brokers must not name a broker twice'],
    [{ ...spec, brokers: '1,2' }, 'brokers must be a list of ids'],
    [{ ...spec, brokers: [-1] }, 'brokers.0 must be 0 or more'],
    [{ ...spec, prefix: 'pay' }, 'prefix must have 4 characters or more'],
    [{ ...spec, prefix: 'x'.repeat(250) }, 'prefix must be 249 characters'],
    [{ ...spec, prefix: 'orders*' }, 'prefix must consist of'],
    [{ ...spec, prefix: null }, 'prefix must be a text'],
  ])('should say what is wrong with %j', (input, problem) => {
    expect(problems(input).join('; ')).toContain(problem);
  });
});
