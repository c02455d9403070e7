import { acl } from '../__testUtils__/planInputs';
import { AclIndex } from './AclIndex';

describe('AclIndex', () => {
  const literal = acl();
  const other = acl({ resourceName: 'orders.eu' });
  const prefixed = acl({ resourceName: 'orders', patternType: 'PREFIXED' });
  const everywhere = acl({ resourceName: '*' });
  const index = new AclIndex([
    everywhere,
    literal,
    other,
    prefixed,
    { ...prefixed },
  ]);

  it('should find what covers a name, each once and in order', () => {
    expect(index.covering('orders')).toEqual([everywhere, literal, prefixed]);
    expect(index.covering('orders.eu')).toEqual([everywhere, other, prefixed]);
    expect(index.covering('bills')).toEqual([everywhere]);
  });

  it('should tell whether one is there just as it is', () => {
    expect(
      [literal, prefixed, everywhere].map(each => index.has({ ...each })),
    ).toEqual([true, true, true]);
    expect(index.has({ ...literal, operation: 'ALTER' })).toBe(false);
    expect(index.has({ ...literal, patternType: 'PREFIXED' })).toBe(true);
    expect(index.has({ ...other, patternType: 'PREFIXED' })).toBe(false);
    expect(index.has({ ...literal, resourceName: 'bills' })).toBe(false);
  });

  it('should take a prefix of * for what it says, and not for everything', () => {
    const star = acl({ resourceName: '*', patternType: 'PREFIXED' });

    expect(new AclIndex([star]).covering('orders')).toEqual([]);
  });
});
