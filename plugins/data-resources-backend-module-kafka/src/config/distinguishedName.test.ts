import { distinguishedName } from './distinguishedName';

describe('distinguishedName', () => {
  it.each([
    ['CN=portal', 'CN=portal'],
    [
      'C=DE\nO=Example Ltd\nOU=Data\nCN=portal',
      'CN=portal,OU=Data,O=Example Ltd,C=DE',
    ],
    ['O=Example\\, Ltd\nCN=a\\+b', 'CN=a\\+b,O=Example\\, Ltd'],
    ['DC=com\nDC=example\nCN=portal', 'CN=portal,DC=example,DC=com'],
    ['street=Main Street 1\nCN=portal', 'CN=portal,STREET=Main Street 1'],
    ['C=DE\nCN=portal\n', 'CN=portal,C=DE'],
  ])('should write %j as Kafka does', (subject, name) => {
    expect(distinguishedName(subject)).toBe(name);
  });

  it.each(['', 'CN=portal\nemailAddress=portal@example.com', 'CN=a + UID=b'])(
    'should leave %j to the broker',
    subject => {
      expect(distinguishedName(subject)).toBeUndefined();
    },
  );
});
