import { conditionsOf, obstaclesAmong, type ServerState } from './conditions';

const STATE: ServerState = {
  version: '18.4',
  versionNumber: 180_004,
  yugabyte: false,
  user: 'data_resources',
  isSuperuser: false,
  canCreateRoles: true,
  canCreateDatabases: true,
  inherits: true,
  seesStatistics: true,
  openDatabases: [],
  inRecovery: false,
  readOnly: false,
  backendPid: 17,
  searchPath: 'pg_catalog',
  encrypted: true,
  local: false,
};

const DB = { host: 'db.example.com', port: 5432 };
const HERE = { host: '127.0.0.1', port: 5432 };

const conditions = (state: Partial<ServerState>, place = {}) =>
  conditionsOf(
    { ...STATE, ...state },
    {
      announcedPid: 17,
      sslmode: 'verify-full',
      client: { hosts: [DB], sslmode: 'verify-full' },
      ...place,
    },
  );
const wrong = (...args: Parameters<typeof conditions>) =>
  conditions(...args)
    .filter(({ status }) => status !== 'ok')
    .map(({ type, status }) => `${type} ${status}`);

/** What no server of the tests is. */
describe('conditions of a server', () => {
  it('should all be met by a server as it should be', () => {
    expect(wrong({})).toEqual([]);
  });

  it('should refuse 14 and older, and say why', () => {
    const old = conditions({ version: '14.19', versionNumber: 140_019 });
    expect(old[0]).toEqual({
      type: 'Version',
      status: 'error',
      message: expect.stringMatching(
        /^PostgreSQL 14\.19 was found; 15 or newer is needed\. .* schema public/,
      ),
    });
    expect(obstaclesAmong(old)).toEqual([old[0].message]);
  });

  it('should say that YugabyteDB was not tried', () => {
    const found = conditions({
      version: '15.12-YB-2025.1.0.0-b0',
      versionNumber: 150_012,
      yugabyte: true,
    });
    expect(found).toContainEqual({
      type: 'Dialect',
      status: 'warn',
      message: expect.stringMatching(/YugabyteDB .* were not tried/),
    });
    expect(obstaclesAmong(found)).toEqual([]);
  });

  it.each([
    [{ inRecovery: true }, {}, ['Writable error']],
    [{ readOnly: true }, {}, ['Writable error']],
    [{ encrypted: false }, { sslmode: 'disable' }, ['Encryption warn']],
    [{}, { sslmode: 'require' }, ['Encryption warn']],
    [{ encrypted: false, local: true }, { sslmode: 'disable' }, []],
    [
      {},
      { client: { hosts: [DB], sslmode: 'disable' } },
      ['ClientEncryption warn'],
    ],
    [{}, { client: { hosts: [HERE], sslmode: 'disable' } }, []],
    [{}, { announcedPid: 18 }, ['Pooler warn']],
    [{}, { announcedPid: undefined }, []],
    [{ inherits: false }, {}, []],
    [
      { inherits: false, versionNumber: 150_000 },
      {},
      ['Dialect warn', 'Inherit error'],
    ],
  ])('should tell of %j and %j: %j', (state, place, expected) => {
    expect(wrong(state, place)).toEqual(expected);
  });
});
