import * as fc from 'fast-check';
import { parseSchema } from './parseSchema';
import { writeStatement } from './writeStatement';

/** What would be sent for a schema. */
function written(text: string, keyspace = 'orders'): string[] {
  return parseSchema(text).statements.map(statement =>
    writeStatement(statement, keyspace),
  );
}

describe('a first schema', () => {
  it('should be written anew with every name quoted and in the keyspace', () => {
    expect(
      written(`
        -- what customers live at
        CREATE TYPE address (Street text, "Zip code" varchar);
        create table if not exists By_Day (
          day date, id timeuuid, deep frozen<map<text, list<int>>>, lines list<frozen<tuple<int, text>>>,
          home frozen<address>, shop text static,
          PRIMARY KEY ((day), id)
        ) WITH CLUSTERING ORDER BY (id DESC)
          AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_size': 1}
          AND comment = 'it''s; -- not a comment'
          AND gc_grace_seconds = 3600; /* and so; on */
        CREATE INDEX ON by_day (lines);
        CREATE CUSTOM INDEX in_shop ON By_Day (shop) USING 'sai' WITH OPTIONS = {'case_sensitive': false} // end`),
    ).toEqual([
      `CREATE TYPE IF NOT EXISTS "orders"."address" (
  "street" text,
  "Zip code" text
)`,
      `CREATE TABLE IF NOT EXISTS "orders"."by_day" (
  "day" date,
  "id" timeuuid,
  "deep" frozen<map<text, list<int>>>,
  "lines" list<frozen<tuple<int, text>>>,
  "home" frozen<"orders"."address">,
  "shop" text STATIC,
  PRIMARY KEY (("day"), "id")
) WITH CLUSTERING ORDER BY ("id" DESC)
  AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_size': 1}
  AND comment = 'it''s; -- not a comment'
  AND gc_grace_seconds = 3600`,
      `CREATE INDEX IF NOT EXISTS "by_day_lines_idx" ON "orders"."by_day" (VALUES("lines"))`,
      `CREATE CUSTOM INDEX IF NOT EXISTS "in_shop" ON "orders"."by_day" ("shop") USING 'StorageAttachedIndex' WITH OPTIONS = {'case_sensitive': false}`,
    ]);
  });

  it('should take what CQL knows to write a text or a name', () => {
    const [table] = written(
      `CREATE TABLE t ("a""b" int PRIMARY KEY, keys text, "select" map<text, vector<float, 3>>) WITH comment = $$it's "$"$$`,
    );
    expect(table).toContain('"a""b" int');
    expect(table).toContain('"keys" text');
    expect(table).toContain('"select" map<text, vector<float, 3>>');
    expect(table).toContain(`comment = 'it''s "$"'`);
  });

  it('should tell which keyspaces stand before names', () => {
    const { qualifiers } = parseSchema(
      'CREATE TYPE a.t (x int); CREATE TABLE "B".u (id int PRIMARY KEY, v frozen<c.t>); CREATE INDEX i ON d.u (v)',
    );
    expect(qualifiers.map(({ name }) => name)).toEqual(['a', 'B', 'c', 'd']);
  });

  it.each([
    ['', 'line 1, column 1: found the end; only CREATE TABLE'],
    ['-- nothing', 'found the end'],
    [
      'DROP TABLE t',
      'line 1, column 1: found DROP; only CREATE TABLE, CREATE TYPE and CREATE INDEX are taken',
    ],
    [
      'CREATE KEYSPACE x',
      'column 8: found KEYSPACE; after CREATE only TABLE, TYPE and INDEX are taken',
    ],
    ['CREATE MATERIALIZED VIEW v', 'found MATERIALIZED'],
    ['CREATE ROLE r', 'found ROLE'],
    ['CREATE TRIGGER t', 'found TRIGGER'],
    ['CREATE OR REPLACE FUNCTION f', 'found OR'],
    ['GRANT SELECT ON t TO u', 'found GRANT'],
    ['BATCH', 'found BATCH'],
    [
      'CREATE TABLE t (id int PRIMARY KEY) DROP TABLE u',
      'column 37: found DROP; expected ; or the end',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY);\nCREATE\n  TABLE 5',
      'line 3, column 9: found 5; expected the name of a table',
    ],
    ['CREATE TABLE t (id int)', 'the table "t" has no PRIMARY KEY'],
    [
      'CREATE TABLE t (id int PRIMARY KEY, a int, PRIMARY KEY (a))',
      'has a PRIMARY KEY already',
    ],
    ['CREATE TABLE t (id int PRIMARY KEY, id text)', '"id" is given twice'],
    [
      'CREATE TABLE t (id int, PRIMARY KEY (di))',
      'the table "t" has no column "di"',
    ],
    [
      'CREATE TABLE t (id int, PRIMARY KEY (id, id))',
      '"id" is in the PRIMARY KEY twice',
    ],
    ['CREATE TABLE t (id list<int> PRIMARY KEY)', 'must be frozen<…>'],
    ['CREATE TABLE t (id duration PRIMARY KEY)', 'must not hold a duration'],
    ['CREATE TABLE t (id counter PRIMARY KEY)', 'must not be a counter'],
    ['CREATE TABLE t (id int PRIMARY KEY, s int static)', '"s" is STATIC'],
    [
      'CREATE TABLE t (id int PRIMARY KEY, s int, c counter)',
      '"c" is a counter',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, m map<int, list<int>>)',
      'within a collection must be frozen',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, m list<counter>)',
      'a counter is a column by itself',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, m map<int>)',
      'found 1 types in < >; expected 2',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, m frozen<int>)',
      'found frozen<…> around a type that is one value anyway',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, m adress)',
      'there is no type "adress"',
    ],
    [
      `CREATE TABLE t (id 'org.apache.cassandra.db.marshal.Int32Type' PRIMARY KEY)`,
      'types of Java classes are not taken',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, m vector<float, 0>)',
      'how many dimensions',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, m text MASKED WITH DEFAULT)',
      'masks of columns are not taken here',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY) WITH COMPACT STORAGE',
      'COMPACT STORAGE is of the past',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY) WITH ID = 5a1c395e-b41f-11e5-9f22-ba0be0483c18',
      'found ID; expected one of the options',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY) WITH cdc = true',
      'found cdc; expected one of the options',
    ],
    [
      `CREATE TABLE t (id int PRIMARY KEY) WITH extensions = {'a': 'b'}`,
      'found extensions',
    ],
    [
      `CREATE TABLE t (id int PRIMARY KEY) WITH compaction = {'class': 'com.example.Mine'}`,
      "found {'class': 'com.example.Mine'}; compaction takes as its 'class' Leveled",
    ],
    [
      `CREATE TABLE t (id int PRIMARY KEY) WITH compression = {'sstable_compression': 'Mine'}`,
      "compression takes as its 'class' Deflate",
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY) WITH gc_grace_seconds = -1',
      'gc_grace_seconds takes a whole number',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY) WITH comment = ?',
      'found ?; expected a text',
    ],
    [
      `CREATE TABLE t (id int PRIMARY KEY) WITH comment = 'a' AND comment = 'b'`,
      'the option comment is given twice',
    ],
    [
      'CREATE TABLE t (a int, b int, c int, PRIMARY KEY (a, b, c)) WITH CLUSTERING ORDER BY (c DESC)',
      'names the clustering columns in their order: "b", "c"',
    ],
    [
      `CREATE TABLE t (id int PRIMARY KEY) WITH caching = {'keys': 'ALL', 'keys': 'ALL'}`,
      "found 'keys' twice",
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY) WITH CLUSTERING ORDER BY (id DESC)',
      'has no clustering columns',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE "t" (id int PRIMARY KEY)',
      'the table "t" is made twice',
    ],
    [
      'CREATE TABLE order (id int PRIMARY KEY)',
      'written in double quotes: "order"',
    ],
    [
      'CREATE TABLE "a b" (id int PRIMARY KEY)',
      'found "a b"; the name of a table has 1 to 48',
    ],
    ['CREATE TABLE "" (id int PRIMARY KEY)', 'a name must not be empty'],
    [
      'CREATE TABLE "t (id int PRIMARY KEY)',
      'line 1, column 14: " is never closed',
    ],
    [
      `CREATE TABLE t (id int PRIMARY KEY) WITH comment = 'x`,
      `' is never closed`,
    ],
    ['CREATE TABLE t /* (id int PRIMARY KEY)', '/* is never closed'],
    [
      'CREATE TABLE t (id int PRIMARY KEY) WITH comment = $$x',
      '$$ is never closed',
    ],
    ['CREATE TYPE int (a int)', 'which is a type of CQL itself'],
    ['CREATE TYPE a (x counter)', 'is a counter, which no type can hold'],
    ['CREATE TYPE a (x int); CREATE TYPE b (y a)', 'must be frozen<…>'],
    [
      'CREATE TYPE a (x list<int>); CREATE TABLE t (id int PRIMARY KEY, v a)',
      'the type "a" holds a collection',
    ],
    ['CREATE INDEX ON t (a)', 'no CREATE TABLE before this makes a table "t"'],
    [
      'CREATE TABLE t (id int PRIMARY KEY); CREATE INDEX ON t (a)',
      'has no column "a"',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY); CREATE INDEX ON t (id)',
      'the whole partition key',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, a int); CREATE INDEX ON t (KEYS(a))',
      'KEYS is for collections',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, a int, b int); CREATE INDEX ON t (a, b)',
      'an index is on one column',
    ],
    [
      `CREATE TABLE t (id int PRIMARY KEY, a int); CREATE CUSTOM INDEX ON t (a) USING 'com.example.Index'`,
      `expected 'sai'`,
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, a int); CREATE CUSTOM INDEX ON t (a)',
      `expected USING 'sai'`,
    ],
    [
      'CREATE TABLE é (id int PRIMARY KEY)',
      'found é; expected the name of a table',
    ],
  ])('should refuse %j and say where and why', (text, message) => {
    expect(() => parseSchema(text)).toThrow(
      expect.objectContaining({
        name: 'SchemaError',
        message: expect.stringContaining(message),
      }),
    );
  });

  it('should bound what is written', () => {
    const table = (name: string) =>
      `CREATE TABLE ${name} (id int PRIMARY KEY);`;
    expect(() =>
      parseSchema(
        Array.from({ length: 51 }, (_, i) => table(`t${i}`)).join(''),
      ),
    ).toThrow(/at most 50 statements/);
    expect(() =>
      parseSchema(
        `CREATE TABLE t (id int PRIMARY KEY, a ${'frozen<list<'.repeat(9)}`,
      ),
    ).toThrow(/types go at most 8 deep/);
  });

  it('should read back what it wrote, whatever names and texts hold', () => {
    const column = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter(name => !/\p{Surrogate}|\p{Cc}/u.test(name));
    const comment = fc
      .string({ unit: 'grapheme' })
      .filter(text => !/\p{Surrogate}|[^\P{Cc}\n\t]/u.test(text));
    fc.assert(
      fc.property(
        fc.uniqueArray(column, { minLength: 2, maxLength: 5 }),
        comment,
        (columns, text) => {
          const quoted = columns.map(name => `"${name.replace(/"/g, '""')}"`);
          const schema = `CREATE TABLE t (${quoted
            .map(name => `${name} int`)
            .join(', ')}, PRIMARY KEY (${
            quoted[0]
          })) WITH comment = '${text.replace(/'/g, "''")}'`;
          const once = written(schema);
          expect(once).toHaveLength(1);
          expect(written(once[0])).toEqual(once);
          const [table] = parseSchema(once[0]).statements;
          expect(table).toMatchObject({
            kind: 'table',
            columns: columns.map(name => ({ name })),
            options: [{ name: 'comment', value: { text } }],
          });
        },
      ),
    );
  });

  it('should end with an answer for any text', () => {
    const pieces = fc.array(
      fc.constantFrom(
        ...['CREATE', 'TABLE', 'TYPE', 'INDEX', 't', '"x"', '(', ')', ',', ';'],
        ...['<', '>', 'int', 'list', 'PRIMARY', 'KEY', 'WITH', '=', "'a'", '{'],
        ...['}', ':', '$$', '/*', '*/', '--', '\n', '"', "'", '1', '-', '\0'],
      ),
      { maxLength: 40 },
    );
    const answer = (text: string): string[] => {
      try {
        return written(text);
      } catch (error) {
        return [(error as Error).name];
      }
    };
    fc.assert(
      fc.property(pieces, words => {
        for (const each of answer(words.join(' '))) {
          expect(each).toMatch(
            /^(SchemaError|CREATE (TABLE|TYPE|(CUSTOM )?INDEX) [^]*)$/,
          );
        }
      }),
      { numRuns: 2000 },
    );
  });
});
