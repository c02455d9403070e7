import { kafkaTopicType } from './kafkaTopicType';

describe('kafkaTopicType', () => {
  it('should count a topic and its partitions', () => {
    expect(kafkaTopicType.counters).toEqual(['topics', 'partitions']);
    expect(
      kafkaTopicType.usage!({
        partitions: 6,
        replicationFactor: 3,
        config: {},
      }),
    ).toEqual({ topics: 1, partitions: 6 });
  });
});
