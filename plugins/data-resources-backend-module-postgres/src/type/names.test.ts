import { checkDatabaseName, groupRoles, reservedName } from './names';

describe('the name of a database', () => {
  it.each(['orders', 'a', 'orders_2', 'x'.repeat(57)])(
    'should be allowed to be %s',
    name => {
      expect(checkDatabaseName(name)).toEqual([]);
    },
  );

  it.each([
    ['', /empty/],
    ['x'.repeat(58), /58 characters; at most 57/],
    ['Orders', /lower-case/],
    ['2orders', /beginning with a letter/],
    ['_orders', /beginning with a letter/],
    ['or ders', /plain identifier/],
    ['or"ders', /plain identifier/],
    ["or'; DROP DATABASE postgres; --", /plain identifier/],
    ['ördérs', /plain identifier/],
    ['orders\n', /plain identifier/],
    ['or\0ders', /plain identifier/],
    ['orders..', /plain identifier/],
  ])('should not be allowed to be %j', (name, message) => {
    expect(checkDatabaseName(name).join()).toMatch(message);
  });

  it('should leave room for the group roles', () => {
    for (const role of Object.values(groupRoles('x'.repeat(57)))) {
      expect(role.length).toBeLessThanOrEqual(63);
    }
  });

  it.each([
    'postgres',
    'template0',
    'template1',
    'pg_orders',
    'all',
    'replication',
    'admin_db',
  ])('should be reserved: %s', name => {
    expect(reservedName(name, 'admin_db')).toMatch(/choose another name/);
  });

  it('should not be reserved when it only looks like it', () => {
    expect(reservedName('postgres2', 'postgres')).toBeUndefined();
    expect(reservedName('pgorders', 'postgres')).toBeUndefined();
  });
});
