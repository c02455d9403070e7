import { whoseTopic } from './internalTopics';

const COMPACT = { 'cleanup.policy': 'compact' };
const STREAMS = { 'message.timestamp.type': 'CreateTime' };
const REPARTITION = {
  ...STREAMS,
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
};

describe('whoseTopic', () => {
  const whose = (
    name: string,
    config: { [key: string]: string } = {},
    others: string[] = [],
  ) => whoseTopic({ name, internal: false }, config, o => others.includes(o));

  it.each([
    ['__consumer_offsets', {}, 'offsets of consumer groups'],
    ['__anything', {}, '"__"'],
    ['_schemas', {}, 'schema registry'],
    ['_confluent-metrics', {}, 'Confluent'],
    ['connect-configs', COMPACT, 'Kafka Connect (connect) keeps connectors'],
    ['my.connect-cluster-offsets', COMPACT, 'offsets of source connectors'],
    ['connect-status', COMPACT, 'the state of connectors'],
    ['app-totals-changelog', { ...COMPACT, ...STREAMS }, 'Kafka Streams'],
    [
      'app-win-changelog',
      { ...STREAMS, 'cleanup.policy': 'compact,delete' },
      'Kafka Streams',
    ],
    ['app-by-customer-repartition', REPARTITION, 'Kafka Streams'],
    ['app-KSTREAM-AGGREGATE-STATE-STORE-0000000003-changelog', {}, 'Streams'],
    [
      'app-KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION-0000000006-topic',
      {},
      'joins tables',
    ],
    ['heartbeats', COMPACT, 'MirrorMaker 2'],
    ['west.heartbeats', COMPACT, 'MirrorMaker 2'],
    ['west.checkpoints.internal', {}, 'MirrorMaker 2'],
    ['mm2-offset-syncs.west.internal', {}, 'MirrorMaker 2'],
    ['mm2-configs-west-internal', {}, 'MirrorMaker 2'],
  ])('should know whose %s is', (name, config, told) => {
    expect(whose(name, config as {})).toContain(told);
  });

  it.each([
    ['orders', {}],
    // An application may call its topics what tools call theirs.
    ['connect-status', { 'cleanup.policy': 'delete' }],
    ['payment-status', COMPACT],
    ['app-customer-changelog', COMPACT],
    ['app-customer-repartition', {}],
    ['heartbeats', {}],
    ['_private', {}],
  ])('should leave %s to its application', (name, config) => {
    expect(whose(name, config as {})).toBeUndefined();
  });

  it('should know the three of Connect by each other, whatever they are called', () => {
    const three = ['ingest.config', 'ingest.offset', 'ingest.status'];

    for (const name of three) {
      expect(whose(name, COMPACT, three)).toContain('Kafka Connect (ingest)');
      expect(whose(name, COMPACT, three.slice(0, 2))).toBeUndefined();
    }
  });

  it('should believe the brokers about their own', () => {
    expect(
      whoseTopic({ name: 'state', internal: true }, {}, () => false),
    ).toBeDefined();
  });
});
