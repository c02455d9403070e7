import type { BrokerSettings } from '../client/cluster';
import { brokerConditions } from './brokerConditions';

const NORMAL = {
  listeners: 'CLIENT://:9092',
  'listener.security.protocol.map': 'CLIENT:SASL_SSL',
  'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
  'auto.create.topics.enable': 'false',
  'delete.topic.enable': 'true',
  'min.insync.replicas': '2',
  'metadata.log.max.record.bytes.between.snapshots': '1',
};

function broker(more: { [name: string]: string } = {}): BrokerSettings {
  return new Map(
    Object.entries({ ...NORMAL, ...more }).map(([name, value]) => [
      name,
      { value, hidden: false },
    ]),
  );
}

function judged(
  brokers: BrokerSettings[],
  { silent = new Map<number, string>(), level = 30 } = {},
) {
  return Object.fromEntries(
    brokerConditions(
      {
        settings: new Map(
          brokers.map((settings, index) => [index + 1, settings]),
        ),
        silent,
      },
      { securityProtocol: 'SASL_SSL' },
      new Map([['metadata.version', level]]),
    ).map(({ type, status, message }) => [type, [status, message]]),
  );
}

describe('brokerConditions', () => {
  it('should find nothing wrong with brokers that are set alike', () => {
    expect(judged([broker(), broker(), broker()])).toEqual({
      AutoCreateTopics: ['ok', expect.anything()],
      ScramSha512: ['ok', expect.anything()],
      SameSettings: ['ok', 'The 3 brokers are set alike.'],
    });
  });

  it('should find the one that is set otherwise, and say which and how', () => {
    const odd = broker({
      'auto.create.topics.enable': 'true',
      'min.insync.replicas': '1',
      'delete.topic.enable': 'false',
      'metadata.log.max.record.bytes.between.snapshots': '20971520',
    });
    const found = judged([broker(), odd, broker()]);

    expect(found.AutoCreateTopics).toEqual([
      'warn',
      expect.stringContaining('The brokers (of 3: 2) create a topic'),
    ]);
    expect(found.TopicDeletion[1]).toContain('(of 3: 2)');
    expect(found.MetadataSnapshots[1]).toContain('(of 3: 2)');
    expect(found.SameSettings).toEqual([
      'warn',
      expect.stringContaining(
        'min.insync.replicas (2 on broker 1, 1 on broker 2, 2 on broker 3)',
      ),
    ]);
  });

  it("should look at each listener's own mechanisms", () => {
    const own = broker({
      'listener.name.client.sasl.enabled.mechanisms': 'PLAIN',
    });
    const elsewhere = broker({
      'sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.client.sasl.enabled.mechanisms': 'PLAIN, SCRAM-SHA-512',
    });

    expect(judged([own]).ScramSha512[0]).toBe('error');
    expect(judged([elsewhere]).ScramSha512[0]).toBe('ok');
    expect(judged([own, elsewhere]).ScramSha512).toEqual([
      'warn',
      expect.stringContaining('(of 2: 1)'),
    ]);
  });

  it('should tell who gave no answer', () => {
    const silent = new Map([[2, 'Kafka cannot be reached: 10.0.0.2:9092.']]);

    expect(judged([broker()], { silent }).BrokersReachable).toEqual([
      'warn',
      expect.stringContaining(
        'cannot reach broker 2 (Kafka cannot be reached: 10.0.0.2:9092)',
      ),
    ]);
  });

  it('should warn of lost SCRAM credentials in the version that loses them', () => {
    const odd = broker({
      'metadata.log.max.record.bytes.between.snapshots': '20971520',
    });

    expect(judged([odd])).toHaveProperty('MetadataSnapshots');
    expect(judged([odd], { level: 29 })).not.toHaveProperty(
      'MetadataSnapshots',
    );
  });

  it('should say what it lacks where settings may not be read', () => {
    expect(judged([])).toEqual({
      BrokerSettings: ['warn', expect.stringContaining('DESCRIBE_CONFIGS')],
    });
  });
});
