import type { ClusterFacts } from '../topicFacts';
import { configRisk } from './configRisks';
import { effectiveConfig } from './topicDifferences';

type Config = { [key: string]: string };

const DEFAULTS: Config = {
  'cleanup.policy': 'delete',
  'delete.retention.ms': '86400000',
  'max.message.bytes': '1048588',
  'min.insync.replicas': '2',
  'remote.storage.enable': 'false',
  'retention.bytes': '-1',
  'retention.ms': '604800000',
  'unclean.leader.election.enable': 'false',
};

function risk(
  key: string,
  before: Config,
  after: Config,
  facts: ClusterFacts = { topicConfigs: DEFAULTS },
) {
  return configRisk(key, {
    before: effectiveConfig(before, facts),
    after: effectiveConfig(after, facts),
    partitions: 4,
  });
}

const COMPACT = { 'cleanup.policy': 'compact' };

describe('configRisk', () => {
  it.each<[string, Config, Config, RegExp]>([
    [
      'retention.ms',
      {},
      { 'retention.ms': '3600000' },
      /keeps records for 1 hour \(retention\.ms=3600000\); until now 7 days \(retention\.ms=604800000, the cluster's default\)/,
    ],
    [
      'retention.ms',
      { 'retention.ms': '-1' },
      { 'retention.ms': '5' },
      /5 ms .* until now no limit \(retention\.ms=-1\)/,
    ],
    [
      'retention.ms',
      { 'retention.ms': '604800001' },
      {},
      /7 days \(retention\.ms=604800000, the cluster's default\)/,
    ],
    [
      'retention.bytes',
      {},
      { 'retention.bytes': '1073741824' },
      /1 GiB \(retention\.bytes=1073741824\), 4 GiB for 4 partitions; until now no limit/,
    ],
    [
      'retention.bytes',
      { 'retention.bytes': '2000' },
      { 'retention.bytes': '1000' },
      /1000 bytes/,
    ],
    ['cleanup.policy', {}, COMPACT, /last record of each key.*without a key/],
    [
      'cleanup.policy',
      {},
      { 'cleanup.policy': 'delete, compact' },
      /last record of each key/,
    ],
    [
      'cleanup.policy',
      COMPACT,
      { 'cleanup.policy': 'delete' },
      /older than 7 days \(retention\.ms=604800000, the cluster's default\), also the last record of a key/,
    ],
    [
      'cleanup.policy',
      COMPACT,
      { 'retention.bytes': '1024' },
      /older than 7 days .* and the oldest of each partition beyond 1 KiB/,
    ],
    [
      'remote.storage.enable',
      { 'remote.storage.enable': 'true' },
      {},
      /remote storage/,
    ],
  ])('should call a change of %s from %j to %j destructive', (...args) => {
    const [key, before, after, message] = args;

    expect(risk(key, before, after)).toEqual({
      destructive: true,
      message: expect.stringMatching(message),
    });
  });

  it.each<[string, Config, Config, RegExp]>([
    [
      'delete.retention.ms',
      COMPACT,
      { ...COMPACT, 'delete.retention.ms': '60000' },
      /1 minute/,
    ],
    [
      'max.message.bytes',
      {},
      { 'max.message.bytes': '1024' },
      /more than 1 KiB/,
    ],
    [
      'min.insync.replicas',
      {},
      { 'min.insync.replicas': '1' },
      /as soon as 1 of the replicas have it, instead of 2/,
    ],
    [
      'unclean.leader.election.enable',
      {},
      { 'unclean.leader.election.enable': 'TRUE' },
      /acknowledged records/,
    ],
  ])('should warn of a change of %s from %j to %j', (...args) => {
    const [key, before, after, message] = args;

    expect(risk(key, before, after)).toEqual({
      destructive: false,
      message: expect.stringMatching(message),
    });
  });

  it.each<[string, Config, Config]>([
    ['retention.ms', {}, { 'retention.ms': '604800000' }],
    ['retention.ms', {}, { 'retention.ms': '604800001' }],
    ['retention.ms', { 'retention.ms': '5' }, { 'retention.ms': '-1' }],
    ['retention.ms', { 'retention.ms': '604799999' }, {}],
    ['retention.ms', COMPACT, { ...COMPACT, 'retention.ms': '5' }],
    // The change of the policy tells it, once.
    ['retention.ms', COMPACT, { 'retention.ms': '5' }],
    ['retention.bytes', { 'retention.bytes': '5' }, {}],
    ['retention.bytes', COMPACT, { ...COMPACT, 'retention.bytes': '5' }],
    ['cleanup.policy', { 'cleanup.policy': 'compact,delete' }, {}],
    ['cleanup.policy', { 'cleanup.policy': 'compact,delete' }, COMPACT],
    ['cleanup.policy', {}, { 'cleanup.policy': '' }],
    // Nothing would be old enough or too much.
    ['cleanup.policy', COMPACT, { 'retention.ms': '-1' }],
    ['delete.retention.ms', {}, { 'delete.retention.ms': '5' }],
    [
      'delete.retention.ms',
      COMPACT,
      { ...COMPACT, 'delete.retention.ms': '86400001' },
    ],
    ['max.message.bytes', {}, { 'max.message.bytes': '1048589' }],
    ['min.insync.replicas', {}, { 'min.insync.replicas': '3' }],
    ['remote.storage.enable', {}, { 'remote.storage.enable': 'true' }],
    [
      'unclean.leader.election.enable',
      { 'unclean.leader.election.enable': 'true' },
      {},
    ],
    ['segment.bytes', {}, { 'segment.bytes': '2000000' }],
    ['constructor', {}, { constructor: '1' }],
  ])('should find nothing in a change of %s from %j to %j', (...args) => {
    expect(risk(...args)).toBeUndefined();
  });

  it.each<[string, Config, Config, boolean]>([
    ['retention.ms', {}, { 'retention.ms': '604800000' }, true],
    ['retention.ms', {}, { 'retention.ms': '-1' }, false],
    ['retention.ms', { 'retention.ms': '5' }, {}, true],
    ['cleanup.policy', {}, COMPACT, true],
    ['cleanup.policy', COMPACT, {}, true],
  ])(
    'should expect the worst of a default that it does not know: %s from %j to %j',
    (key, before, after, expected) => {
      expect(risk(key, before, after, {})?.destructive ?? false).toBe(expected);
    },
  );
});
