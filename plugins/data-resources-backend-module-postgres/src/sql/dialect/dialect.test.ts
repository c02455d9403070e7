import { POSTGRES_16, dialectOf, render, variant } from '.';
import { grantGroup } from '../grants';
import { createLogins } from '../logins';
import { becomeMember, createDatabase } from '../statements';
import { ident, literal } from '../identifiers';

const at = (versionNumber: number, yugabyte = false) =>
  dialectOf({ versionNumber, yugabyte });

describe('dialects', () => {
  it('should write memberships with what they are good for, where that can be said', () => {
    const both = (sql: string) =>
      [at(180_000), at(150_000)].map(dialect => render(sql, dialect));

    expect(both(grantGroup('orders_ro', ['a', 'b']))).toEqual([
      'GRANT "orders_ro" TO "a", "b" WITH INHERIT true, SET false;',
      'GRANT "orders_ro" TO "a", "b";',
    ]);
    expect(both(becomeMember('orders_dba'))).toEqual([
      'GRANT "orders_dba" TO SESSION_USER WITH INHERIT false, SET true;',
      'GRANT "orders_dba" TO SESSION_USER;',
    ]);
    const [modern, old] = both(createLogins(['a']));
    expect(modern).not.toContain('COMMENT');
    expect(old).toBe(
      `${modern}\nCOMMENT ON ROLE "a" IS 'Data Resources login';`,
    );
  });

  it('should go by the rules of 16 where nothing is known of the server', () => {
    expect(dialectOf(undefined)).toBe(POSTGRES_16);
  });

  it.each([
    [160_000, ['membershipOptions', 'adminByMembership', 'scanTimes']],
  ] as const)('should know what came with %s', (version, features) => {
    for (const feature of features) {
      expect(at(version).has(feature)).toBe(true);
      expect(at(version - 10_000).has(feature)).toBe(false);
    }
  });

  it('should keep a name or a value from standing for a part of a statement', () => {
    const hostile = '\0membershipOptions\0; DROP ROLE x\0\0';
    expect(() => ident(hostile)).toThrow(/NUL/);
    expect(() => literal(hostile)).toThrow(/NUL/);
    expect(() => variant('scanTimes', variant('scanTimes', 'x'))).toThrow(
      /holds another one/,
    );
  });

  describe('YugabyteDB', () => {
    const yugabyte = at(150_012, true);
    const error = (code: string, message: string) => ({ code, message });

    it('should be taken for what it is, with the rules of its PostgreSQL', () => {
      expect(yugabyte.title).toBe('YugabyteDB (as PostgreSQL 15)');
      expect(yugabyte.has('membershipOptions')).toBe(false);
    });

    it('should change one thing at a time, and send again what the catalog has outrun', () => {
      expect(yugabyte.oneChangeAtATime).toBe(true);
      expect(at(150_012).oneChangeAtATime).toBe(false);
      const mismatch = error(
        'XX000',
        'The catalog snapshot used for this transaction has been invalidated: expected: 2, got: 1: Catalog Version Mismatch',
      );
      expect(yugabyte.isBusy(mismatch)).toBe(true);
      expect(POSTGRES_16.isBusy(mismatch)).toBe(false);
      expect(
        yugabyte.isBusy(error('40001', 'could not serialize access')),
      ).toBe(true);
      expect(yugabyte.isBusy(error('42501', 'permission denied'))).toBe(false);
    });

    it('should be asked for colocation, and for no strategy', () => {
      const sql = createDatabase({
        database: 'orders',
        owner: 'orders_dba',
        encoding: 'UTF8',
        connectionLimit: 5,
        colocation: true,
      });
      expect(sql).toMatch(/CONNECTION LIMIT 5 COLOCATION = true;$/);
      expect(sql).not.toContain('STRATEGY');
    });
  });
});
