import { missingApis } from '../client/openConnection';
import { releaseOf, versionCondition, versionOf } from './versionCondition';

/** As brokers say them in their answer to `ApiVersions`. */
const spoken = (level: number | undefined, newest = level) => ({
  features: new Map<string, number>(
    level === undefined ? [] : [['metadata.version', level]],
  ),
  supported: new Map<string, number>(
    newest === undefined ? [] : [['metadata.version', newest]],
  ),
});

describe('the version of a cluster', () => {
  it.each([
    [11, '3.5'],
    [19, '3.7'],
    [20, '3.8'],
    [25, '4.0'],
    [27, '4.1'],
    [30, '4.3'],
    [99, 'newer than 4.4'],
  ])('should know what level %d came with', (level, release) => {
    expect(releaseOf(level)).toBe(release);
  });

  it('should be told with the level that the cluster is at', () => {
    expect(versionOf(spoken(27, 30))).toBe('4.3 (metadata.version 27)');
    expect(versionCondition(spoken(27, 30))).toEqual({
      type: 'Version',
      status: 'ok',
      message:
        'Kafka 4.3 in KRaft mode, at metadata.version 27; the brokers know up to 30: when the upgrade is to stay, kafka-features.sh … upgrade finishes it.',
    });
  });

  it('should be refused where SCRAM credentials cannot be kept', () => {
    expect(versionCondition(spoken(9, 19))).toMatchObject({
      status: 'error',
      message: expect.stringContaining('at metadata.version 9, of Kafka 3.5'),
    });
  });

  it('should be refused where ZooKeeper keeps the metadata', () => {
    expect(versionOf(spoken(undefined))).toBeUndefined();
    expect(versionCondition(spoken(undefined))).toMatchObject({
      status: 'error',
      message: expect.stringContaining('ZooKeeper'),
    });
  });

  it('should be told by what a broker does not speak', () => {
    // What Kafka 2.8 answers, as far as the portal asks for it.
    const old = [
      [3, 0, 11],
      [19, 0, 7],
      [37, 0, 3],
      [44, 0, 1],
      [20, 0, 6],
      [32, 0, 4],
      [60, 0, 0],
      [29, 0, 2],
      [30, 0, 2],
      [31, 0, 2],
      [50, 0, 0],
      [51, 0, 0],
    ].map(([apiKey, minVersion, maxVersion]) => ({
      apiKey,
      minVersion,
      maxVersion,
    }));

    expect(missingApis(old)).toEqual([
      'API 3 version 12',
      'API 60 version 1',
      'API 29 version 3',
      'API 30 version 3',
      'API 31 version 3',
    ]);
  });
});
