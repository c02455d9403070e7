import { newRights, withoutGrants } from './foreignAccess';

const TOLD = { login: 'ops', rights: ['SELECT'], via: 'member of monitoring' };

describe('newRights', () => {
  it('should know a way in by what it was called before', () => {
    const now = {
      ...TOLD,
      rights: ['MODIFY', 'SELECT'],
      via: 'member of monitoring, granted on all keyspaces',
      formerly: TOLD.via,
    };
    expect(newRights([now], [TOLD])).toEqual([
      { path: 'access.ops.MODIFY', via: now.via },
    ]);
    expect(newRights([now], [now])).toEqual([]);
  });

  it('should tell the same right by another way as new', () => {
    const other = { ...TOLD, via: 'granted on the keyspace orders' };
    expect(newRights([other], [TOLD])).toEqual([
      { path: 'access.ops.SELECT', via: other.via },
    ]);
  });
});

describe('withoutGrants', () => {
  it('should leave what no grant of a login gives', () => {
    const login = { base: 'app_1', a: 'app_1_a', b: 'app_1_b' };
    const way = (givenBy?: string[]) => ({
      ...TOLD,
      login: login.a,
      ...(givenBy ? { givenBy } : {}),
    });
    const ways = [way(), way(['reader']), way(['writer']), way([])];
    expect(withoutGrants(ways, [{ login, role: 'reader' }])).toEqual([
      way(['writer']),
      way([]),
    ]);
    expect(withoutGrants(ways, [])).toEqual(ways);
  });
});
