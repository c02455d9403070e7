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
