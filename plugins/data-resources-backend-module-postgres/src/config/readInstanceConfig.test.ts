import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
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
        ...admin,
        port: 5432,
        database: 'postgres',
        sslmode: 'verify-full',
        ca: undefined,
        callTimeoutMs: 10_000,
        concurrency: 8,
      },
      client: { host: 'db', port: 5432, sslmode: 'verify-full', ca: undefined },
      limits: {
        extensions: [],
        connectionLimit: undefined,
        templates: [],
        logins: {},
      },
    });
  });

  it('should take numbers as environment variables hold them', () => {
    const { admin: read1, client } = read({
      admin: { ...admin, port: '6543', callTimeoutMs: '900' },
      client: { port: '6544' },
    });
    expect([read1.port, read1.callTimeoutMs, client.port]).toEqual([
      6543, 900, 6544,
    ]);
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
