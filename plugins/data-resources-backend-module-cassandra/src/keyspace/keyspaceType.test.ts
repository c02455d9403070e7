import { keyspaceType } from './keyspaceType';

const problems = (spec: unknown) =>
  keyspaceType.specSchema
    .safeParse(spec)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('keyspaceType', () => {
  it('should fill in durable writes', () => {
    expect(
      keyspaceType.specSchema.parse({
        replication: { dc1: 3, 'DC-2 (west)': 1 },
      }),
    ).toEqual({
      replication: { dc1: 3, 'DC-2 (west)': 1 },
      durableWrites: true,
    });
  });

  it.each([
    [{}, /replication is missing.*\{"dc1": 3\}/],
    [{ replication: {} }, /at least one data centre/],
    [{ replication: { dc1: 0 } }, /replication.dc1: .*at least 1/],
    [{ replication: { dc1: -1 } }, /replication.dc1: .*at least 1/],
    [{ replication: { dc1: 1.5 } }, /replication.dc1: .*whole number/],
    [{ replication: { dc1: '3' } }, /replication.dc1: .*must be a number/],
    [{ replication: { dc1: 1e300 } }, /replication.dc1/],
    [{ replication: { '': 1 } }, /must have a name/],
    [{ replication: { 'a\u0000': 1 } }, /control characters/],
    [{ replication: [3] }, /replication must be an object/],
    [
      { replication: { replication_factor: 3 } },
      /silently mean every data centre/,
    ],
    [{ replication: { class: 1 } }, /always NetworkTopologyStrategy/],
    [{ replication: { dc1: 1 }, durableWrites: 'no' }, /true or false/],
    [{ replication: { dc1: 1 }, tables: [] }, /tables/],
    [{ replication: { dc1: 1 }, schema: 5 }, /schema: .*a text of CQL/],
    [
      { replication: { dc1: 1 }, schema: 'CREATE TABLE t (\n id int)' },
      /schema: line 1, column 14: the table "t" has no PRIMARY KEY/,
    ],
    [
      { replication: { dc1: 1 }, schema: `--${'x'.repeat(20_000)}` },
      /schema: .*at most 20000 characters/,
    ],
    [
      {
        replication: { dc1: 1 },
        schema: 'CREATE TABLE t (id int PRIMARY KEY) --\0',
      },
      /schema: .*NUL/,
    ],
    [null, /object/],
  ])('should refuse %j and say why', (spec, message) => {
    expect(problems(spec)?.join('\n')).toMatch(message);
  });

  it('should see a key that JSON can have and objects cannot', () => {
    expect(
      problems(JSON.parse('{"replication": {"__proto__": 1}}'))?.join('\n'),
    ).toMatch(/at least one data centre/);
  });

  it.each(['orders', 'Orders', '_x', '2fast', 'a', 'x'.repeat(48)])(
    'should take the name %s',
    name => {
      expect(keyspaceType.checkName(name)).toEqual([]);
    },
  );

  it.each([
    ['', /empty/],
    ['x'.repeat(49), /49 characters.*at most 48/],
    ['a-b', /holds "-"/],
    ['a.b', /holds "\."/],
    ['a"; DROP KEYSPACE b; --', /holds "\\"" ";" " " "-"/],
    ['naïve', /holds "ï"/],
    ['a\u0000', /holds "\\u0000"/],
    ['..', /holds "\."/],
    ['orders\n', /holds "\\n"/],
  ])('should refuse the name %j', (name, message) => {
    expect(keyspaceType.checkName(name).join('\n')).toMatch(message);
  });

  it('should count a keyspace as one', () => {
    expect(keyspaceType.counters).toEqual(['keyspaces']);
    expect(
      keyspaceType.usage!({ replication: { dc1: 3 }, durableWrites: true }),
    ).toEqual({ keyspaces: 1 });
  });

  it('should hold names that differ in case alone for the same', () => {
    expect(keyspaceType.normaliseName('Orders')).toBe(
      keyspaceType.normaliseName('orders'),
    );
  });
});
