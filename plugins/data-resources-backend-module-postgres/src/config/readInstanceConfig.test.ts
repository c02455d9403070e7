import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { addressText } from '../connection/Addresses';
import { readInstanceConfig } from './readInstanceConfig';

const admin = { host: 'db', user: 'data_resources', password: 'secret' };

function read(instance: JsonObject) {
  const config = new ConfigReader({
    dataResources: { instances: [instance] },
  });
  const [first] = config.getConfigArray('dataResources.instances');
  return readInstanceConfig(first);
}

describe('readInstanceConfig', () => {
  it('should fill in defaults that are safe', () => {
    expect(read({ admin, client: {} })).toEqual({
      admin: {
        hosts: [{ host: 'db', port: 5432 }],
        user: 'data_resources',
        password: 'secret',
        database: 'postgres',
        sslmode: 'verify-full',
        ca: undefined,
        callTimeoutMs: 10_000,
        concurrency: 8,
        colocation: false,
      },
      client: {
        hosts: [{ host: 'db', port: 5432 }],
        pooler: undefined,
        sslmode: 'verify-full',
        ca: undefined,
      },
      limits: {
        extensions: [],
        connectionLimit: undefined,
        templates: [],
        logins: {},
      },
      deletion: {},
    });
  });

  it('should take numbers as environment variables hold them', () => {
    const { admin: read1, client } = read({
      admin: { ...admin, port: '6543', callTimeoutMs: '900' },
      client: { port: '6544' },
    });
    expect([
      read1.hosts[0].port,
      read1.callTimeoutMs,
      client.hosts[0].port,
    ]).toEqual([6543, 900, 6544]);
  });

  it.each([
    [{ host: 'a,b, c' }, ['a:5432', 'b:5432', 'c:5432']],
    [{ host: ['a', 'b'], port: 6000 }, ['a:6000', 'b:6000']],
    [{ host: 'a,b', port: '6000,6001' }, ['a:6000', 'b:6001']],
    [{ host: ['a', 'b'], port: [6000, 6001] }, ['a:6000', 'b:6001']],
    [{ host: '::1,b' }, ['[::1]:5432', 'b:5432']],
  ])('should take several hosts as libpq has them: %j', (place, hosts) => {
    const found = read({ admin: { ...admin, ...place }, client: {} });
    expect(found.admin.hosts.map(addressText)).toEqual(hosts);
    expect(found.client.hosts.map(addressText)).toEqual(hosts);
  });

  it('should tell clients a pooler of their own', () => {
    const { client } = read({
      admin: { ...admin, host: 'a,b', port: 6000 },
      client: { host: 'front', pooler: { host: 'pool' } },
    });
    expect(client).toMatchObject({
      hosts: [{ host: 'front', port: 6000 }],
      pooler: { host: 'pool', port: 6432, mode: 'transaction' },
    });
  });

  it('should read what logins are held to, and what may be copied', () => {
    const limits = (fields: JsonObject) =>
      read({ admin, client: {}, limits: fields }).limits;
    expect(
      limits({
        templates: ['gis'],
        loginConnections: '5',
        loginValidity: { days: 90 },
      }),
    ).toMatchObject({
      templates: ['gis'],
      logins: { connections: 5, validitySeconds: 90 * 86_400 },
    });
    expect(limits({ loginValidity: '12h' }).logins).toEqual({
      validitySeconds: 43_200,
    });
    expect(limits({ loginConnections: -1 }).logins).toEqual({
      connections: -1,
    });
  });

  it.each([
    [{ client: {} }, 'dataResources.instances[0].admin'],
    [{ admin }, 'dataResources.instances[0].client'],
    [
      { admin: { host: 'db', user: 'x' }, client: {} },
      'dataResources.instances[0].admin.password',
    ],
    [
      { admin: { ...admin, port: 'many' }, client: {} },
      'dataResources.instances[0].admin.port',
    ],
    [
      { admin: { ...admin, port: 70_000 }, client: {} },
      `'dataResources.instances[0].admin.port': found 70000, expected a whole number from 1 to 65535`,
    ],
    [
      { admin: { ...admin, host: 'a,,b' }, client: {} },
      `'dataResources.instances[0].admin.host': found an empty one`,
    ],
    [
      { admin: { ...admin, host: 'a,b,c', port: '1,2' }, client: {} },
      `'dataResources.instances[0].admin.port': found 2 ports for 3 hosts`,
    ],
    [
      { admin, client: { pooler: {} } },
      'dataResources.instances[0].client.pooler.host',
    ],
    [
      { admin, client: { pooler: { host: 'p', mode: 'shared' } } },
      `'dataResources.instances[0].client.pooler.mode': found 'shared', expected one of session, transaction, statement`,
    ],
    [
      { admin: { ...admin, callTimeoutMs: 60_000 }, client: {} },
      'dataResources.instances[0].admin.callTimeoutMs',
    ],
    [
      { admin: { ...admin, sslmode: 'prefer' }, client: {} },
      `'dataResources.instances[0].admin.sslmode': found 'prefer', expected one of disable, require, verify-ca, verify-full`,
    ],
    [
      { admin, client: { caFile: '/no/such/ca.pem' } },
      'dataResources.instances[0].client.caFile',
    ],
    [
      { admin, client: {}, limits: { connectionLimit: 0 } },
      'dataResources.instances[0].limits.connectionLimit',
    ],
    [
      { admin, client: {}, limits: { extensions: 'pgcrypto' } },
      'dataResources.instances[0].limits.extensions',
    ],
    [
      { admin, client: {}, limits: { templates: 'gis' } },
      'dataResources.instances[0].limits.templates',
    ],
    [
      { admin, client: {}, limits: { loginConnections: 0 } },
      `'dataResources.instances[0].limits.loginConnections': found 0, with which nobody could connect`,
    ],
    [
      { admin, client: {}, limits: { loginValidity: '10m' } },
      `'dataResources.instances[0].limits.loginValidity': found 600 seconds, expected one hour to ten years`,
    ],
    [{ admin, client: {}, limits: { loginValidity: 'long' } }, 'loginValidity'],
  ])('should name the path of what is wrong in %j', (instance, message) => {
    expect(() => read(instance as JsonObject)).toThrow(message);
  });
});
