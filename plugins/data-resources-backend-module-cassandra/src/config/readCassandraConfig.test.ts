import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { readCassandraConfig } from './readCassandraConfig';

const read = (options: {
  admin?: JsonObject;
  client?: JsonObject;
  limits?: JsonObject;
}) =>
  readCassandraConfig(
    new ConfigReader({
      dataResources: {
        instances: [
          {
            admin: {
              contactPoints: ['10.0.0.1', 'cassandra.example.com'],
              username: 'portal',
              password: 'secret',
              ...options.admin,
            },
            client: {
              contactPoints: 'a.example.com, ::1',
              localDataCenter: 'dc1',
              ...options.client,
            },
            limits: { ...options.limits },
          },
        ],
      },
    }).getConfigArray('dataResources.instances')[0],
  );

describe('readCassandraConfig', () => {
  it('should read lists, texts with commas and numbers written as text', () => {
    expect(
      read({ admin: { port: '9043' }, limits: { replicas: '3' } }),
    ).toEqual({
      admin: {
        contactPoints: ['10.0.0.1', 'cassandra.example.com'],
        port: 9043,
        tls: false,
        ca: undefined,
        username: 'portal',
        password: 'secret',
        callTimeoutMs: 10_000,
      },
      client: {
        contactPoints: ['a.example.com', '::1'],
        port: 9042,
        tls: false,
        ca: undefined,
        localDataCenter: 'dc1',
      },
      limits: { replicas: 3 },
    });
  });

  it('should read the data centres that logins are limited to', () => {
    expect(
      read({ client: { dataCenters: 'dc2, dc1,dc2' } }).client.dataCenters,
    ).toEqual(['dc1', 'dc2']);
  });

  it.each<[Parameters<typeof read>[0], RegExp]>([
    [{ admin: { port: 0 } }, /instances\[0\]\.admin\.port is 0; .*1 to 65535/],
    [{ admin: { port: 'x' } }, /instances\[0\]\.admin\.port/],
    [{ client: { port: 1.5 } }, /instances\[0\]\.client\.port is 1.5/],
    [{ admin: { contactPoints: [] } }, /admin\.contactPoints is empty/],
    [{ admin: { contactPoints: ['a:9042'] } }, /holds 'a:9042'.*in 'port'/],
    [{ admin: { contactPoints: 'a,,b' } }, /admin\.contactPoints holds ''/],
    [{ admin: { contactPoints: 5 } }, /admin\.contactPoints/],
    [{ admin: { username: '' } }, /admin\.username/],
    [{ admin: { password: 5 } }, /admin\.password/],
    [{ admin: { callTimeoutMs: 1 } }, /admin\.callTimeoutMs is 1;/],
    [{ admin: { tls: 'perhaps' } }, /admin\.tls/],
    [
      { admin: { tls: true, ca: 'no PEM' } },
      /admin\.ca must hold a certificate/,
    ],
    [
      { client: { tls: true, caFile: '/no/such' } },
      /client\.caFile names '\/no\/such'/,
    ],
    [{ client: { localDataCenter: '' } }, /client\.localDataCenter/],
    [
      { client: { dataCenters: ['dc2'] } },
      /client\.dataCenters lacks 'dc1', which clients are told to use/,
    ],
    [{ client: { dataCenters: 'dc1,' } }, /client\.dataCenters holds an empty/],
    [{ client: { dataCenters: 5 } }, /client\.dataCenters/],
    [{ limits: { replicas: 0 } }, /limits\.replicas is 0; .*at least 1/],
  ])('should tell the path of what is wrong in %j', (options, message) => {
    expect(() => read(options)).toThrow(message);
  });
});
