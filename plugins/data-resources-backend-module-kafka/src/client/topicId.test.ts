import fc from 'fast-check';
import { topicIdFromUuid, uuidFromTopicId } from './topicId';

describe('topic ids', () => {
  it('should look as in Kafka and turn back into the same UUID', () => {
    expect(topicIdFromUuid('424d0ab9-b6a7-4987-b68f-2965458534c5')).toBe(
      'Qk0KubanSYe2jyllRYU0xQ',
    );
    fc.assert(
      fc.property(fc.uuid(), uuid => {
        expect(uuidFromTopicId(topicIdFromUuid(uuid))).toBe(uuid);
      }),
    );
  });
});
