import { expectedTopicConfig, sameTopicConfig } from './topicConfigValues';

describe('topic settings', () => {
  it.each([
    ['retention.ms', '-1'],
    ['retention.ms', ' 007 '],
    ['retention.ms', '+5'],
    ['cleanup.policy', 'compact, delete'],
    ['cleanup.policy', ''],
    ['preallocate', 'TRUE'],
    ['min.cleanable.dirty.ratio', '5e-1'],
    ['compression.zstd.level', '-7'],
    ['retention.bytes', '9223372036854775807'],
    ['a.key.of.tomorrow', 'anything'],
  ])('should take %s=%j', (key, value) => {
    expect(expectedTopicConfig(key, value)).toBeUndefined();
  });

  it.each([
    ['retention.ms', '7d', 'a whole number of -1 or more'],
    ['retention.ms', '-2', 'a whole number of -1 or more'],
    ['retention.ms', '1.5', 'a whole number of -1 or more'],
    ['retention.ms', '', 'a whole number of -1 or more'],
    [
      'retention.ms',
      '9223372036854775808',
      'a whole number of at most 9223372036854775807',
    ],
    ['segment.bytes', '2147483648', 'a whole number of at most 2147483647'],
    ['compression.lz4.level', '18', 'a whole number from 1 to 17'],
    ['cleanup.policy', 'compact;delete', 'a list of compact, delete'],
    ['compression.type', 'brotli', 'one of uncompressed, zstd'],
    ['preallocate', 'yes', 'true or false'],
    ['min.cleanable.dirty.ratio', '1.1', 'a number from 0 to 1'],
  ])('should say what %s=%j would have to be', (key, value, expected) => {
    expect(expectedTopicConfig(key, value)).toContain(expected);
  });

  it.each([
    ['BOOLEAN', 'TRUE', 'maybe', 'true or false'],
    ['SHORT', '-32768', '32768', 'a whole number from -32768 to 32767'],
    ['INT', ' 7 ', '7.5', 'a whole number'],
    ['LONG', '9223372036854775807', '1d', 'a whole number'],
    ['DOUBLE', '-1.5e3', 'half', 'a number'],
  ] as const)(
    'should know of a key of tomorrow what its type %s tells',
    (type, good, bad, expected) => {
      const key = 'a.key.of.tomorrow';

      expect(expectedTopicConfig(key, good, type)).toBeUndefined();
      expect(expectedTopicConfig(key, bad, type)).toBe(expected);
    },
  );

  it('should leave texts of other types to the broker', () => {
    for (const type of ['STRING', 'LIST', 'CLASS', 'UNKNOWN'] as const) {
      expect(expectedTopicConfig('of.tomorrow', '', type)).toBeUndefined();
    }
  });

  it.each([
    ['1', ' 01', true],
    ['TRUE', 'true', true],
    ['0.50', '0.5', true],
    ['compact,delete', 'compact, delete', true],
    ['1', '2', false],
    ['delete', 'compact', false],
    ['9007199254740993', '9007199254740992', false],
  ])('should compare %j and %j as Kafka does', (left, right, same) => {
    expect(sameTopicConfig(left, right)).toBe(same);
  });
});
