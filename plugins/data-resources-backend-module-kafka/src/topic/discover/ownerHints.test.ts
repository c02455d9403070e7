import { acl } from '../../__testUtils__/planInputs';
import { ownerHints } from './ownerHints';

describe('ownerHints', () => {
  it('should put who writes before who reads, the topic before a prefix, ACLs before names', () => {
    const acls = [
      acl({ principal: 'User:reader' }),
      acl({
        principal: 'User:family',
        operation: 'ALL',
        patternType: 'PREFIXED',
        resourceName: 'pay',
      }),
      acl({
        principal: 'User:near',
        operation: 'WRITE',
        patternType: 'PREFIXED',
        resourceName: 'pay.ord',
      }),
      acl({ principal: 'User:writer', operation: 'WRITE' }),
      acl({ principal: 'User:writer' }),
    ];

    expect(
      ownerHints('pay.orders', acls, ['billing', 'reader'], undefined).map(
        ({ value }) => value,
      ),
    ).toEqual(['writer', 'near', 'family', 'reader', 'billing', 'pay']);
  });

  it('should take nothing from denials, from everybody, from every topic or from the portal', () => {
    const acls = [
      acl({ permission: 'DENY' }),
      acl({ principal: 'User:*' }),
      acl({ resourceName: '*' }),
      acl({ principal: 'User:portal' }),
    ];

    expect(ownerHints('orders', acls, [], 'User:portal')).toEqual([]);
  });
});
