import { loginSlots } from '@data-resources/plugin-data-resources-node';
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
  const login = loginSlots({
    principal: 'component:default/shop',
    environment: 'dev',
    installationId: 'test',
  });
  const grants = [{ login, role: 'reader' }];
  const way = { login: login.a, rights: ['SELECT'], via: 'member of a group' };

  it('should tell of a login of the portal in a role that it was not granted', () => {
    expect(withoutGrants([way], grants)).toEqual([]);
    expect(withoutGrants([{ ...way, roles: ['reader'] }], grants)).toEqual([]);
    for (const roles of [['owner'], []]) {
      const other = { ...way, roles };
      expect(withoutGrants([other], grants)).toEqual([other]);
    }
  });
});
