import { fieldPath, parseFieldPath } from './fieldPath';

describe('fieldPath', () => {
  it.each<[(string | number)[], string]>([
    [['spec', 'partitions'], 'spec.partitions'],
    [['spec', 'config', 'retention.ms'], 'spec.config["retention.ms"]'],
    [['spec', 'replication', 'dc-1'], 'spec.replication.dc-1'],
    [['spec', 'replication', '1st "dc"'], 'spec.replication["1st \\"dc\\""]'],
    [['grants', 0, 'role'], 'grants[0].role'],
    [['name'], 'name'],
    [[], ''],
  ])('should write %j as %s, and read it again', (parts, text) => {
    expect(fieldPath(parts)).toBe(text);
    expect(parseFieldPath(text)).toEqual(parts);
  });

  it('should read what somebody wrote with dots alone as well as it can', () => {
    expect(parseFieldPath('spec.config.retention.ms')).toEqual([
      'spec',
      'config',
      'retention',
      'ms',
    ]);
    expect(parseFieldPath('a["\\x"]..[')).toEqual(['a', '\\x']);
  });
});
