import {
  checkTopicName,
  isInternalTopicName,
  normaliseTopicName,
} from './topicNames';

describe('topic names', () => {
  it.each(['orders', 'a.b_c-D9', 'x'.repeat(249), '...', '_', '-'])(
    'should allow %s',
    name => {
      expect(checkTopicName(name)).toEqual([]);
    },
  );

  it.each([
    ['', 'is empty'],
    ['.', 'is "."'],
    ['..', 'is ".."'],
    ['x'.repeat(250), 'has 250 characters'],
    ['two words', 'contains " "'],
    ["a';--", 'contains "\'"'],
    ['päyments', 'contains "ä"'],
    ['a\u0000b', 'contains "\\u0000"'],
    ['a/b', 'contains "/"'],
  ])('should say what is wrong with %j', (name, problem) => {
    expect(checkTopicName(name).join('; ')).toContain(problem);
  });

  it('should take names that differ only in . and _ for one', () => {
    expect(normaliseTopicName('a.b_c')).toBe(normaliseTopicName('a_b.c'));
    expect(normaliseTopicName('a.b')).not.toBe(normaliseTopicName('a-b'));
    expect(normaliseTopicName('Ab')).not.toBe(normaliseTopicName('ab'));
  });

  it('should know the names that Kafka keeps for itself', () => {
    expect(isInternalTopicName('__consumer_offsets')).toBe(true);
    expect(isInternalTopicName('_orders')).toBe(false);
  });
});
