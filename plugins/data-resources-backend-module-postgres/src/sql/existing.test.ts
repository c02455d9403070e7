import fc from 'fast-check';
import { hostileText as text } from '../__testUtils__/hostile';
import { HostileScene, NOTHING } from '../__testUtils__/HostileScene';
import { adoptDatabase } from './adoption';
import {
  alterDatabase,
  closeDatabase,
  type DatabaseAlterations,
  openDatabase,
} from './alterations';
import { closeAfterDump, openForDump } from './dump';
import { ident } from './identifiers';
import {
  ceaseToInherit,
  createDatabase,
  dropDatabase,
  prepareDatabase,
  refuseConnections,
} from './statements';
import { regrant } from './upkeep';

jest.setTimeout(120_000);

const RUNS = 2_000;

/**
 * Every statement about a database that is there, with hostile names and values, on the real server:
 * what it changes is what was meant, and nothing else.
 */
describe('statements about a database, with hostile names and values', () => {
  let scene: HostileScene;

  beforeAll(async () => {
    scene = await HostileScene.create();
  });
  afterAll(() => scene.close());

  it('should set up and alter one database, to values of any text', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (name, value) => {
        const { database, roles, first } = scene.of(name);
        const { dba, owner, rw, ro } = roles;
        expect(
          await scene.within(
            // The schema belongs to whom the database does that one is connected to.
            [...first, `ALTER SCHEMA public OWNER TO ${ident(dba)}`],
            prepareDatabase(database, roles, { application_name: value }),
          ),
        ).toEqual({
          made: [
            ...[rw, ro].map(group => `later ${owner} ${group}`),
            ...[owner, rw, ro].map(group => `schema public ${dba} ${group}`),
            `on ${database} ${owner} CONNECT`,
            `on ${database} ${owner} CREATE`,
            `on ${database} ${owner} TEMPORARY`,
            `on ${database} ${rw} CONNECT`,
            `on ${database} ${rw} TEMPORARY`,
            `on ${database} ${ro} CONNECT`,
            `on ${database} ${scene.me} CONNECT`,
            `set ${database} application_name=${value}`,
          ].sort(),
          gone: [
            `on ${database} everybody CONNECT`,
            `on ${database} everybody TEMPORARY`,
          ],
        });
        const set = `ALTER DATABASE ${ident(database)} SET work_mem = '8MB'`;
        expect(
          await scene.within(
            [...first, set],
            alterDatabase(database, dba, {
              connectionLimit: 7,
              set: { application_name: value },
              reset: ['work_mem'],
            }),
          ),
        ).toEqual({
          made: [
            `database ${database} of ${dba} t 7`,
            `set ${database} application_name=${value}`,
          ],
          gone: [
            `database ${database} of ${dba} t -1`,
            `set ${database} work_mem=8MB`,
          ],
        });
      }),
      { numRuns: RUNS / 5 },
    );
  });

  it('should take a parameter that there is not for nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(text, async name => {
        const { first } = scene.of('base');
        const altering = (change: DatabaseAlterations) =>
          scene.within(first, alterDatabase('bbase', 'dbase', change));
        await expect(
          altering({ set: { [`p${name}`]: '1' }, reset: [] }),
        ).rejects.toMatchObject({
          code: expect.stringMatching(/^(42704|42602|42501)$/),
        });
        expect(await altering({ set: {}, reset: [`p${name}`] })).toEqual(
          NOTHING,
        );
      }),
      { numRuns: RUNS / 10 },
    );
  });

  it('should close and open one database, for a dump as well', async () => {
    await fc.assert(
      fc.asyncProperty(text, async name => {
        const { database, roles, first } = scene.of(name);
        const { dba, owner, ro } = roles;
        const isOpen = `database ${database} of ${dba} t -1`;
        const isClosed = `database ${database} of ${dba} f -1`;
        const closed = { made: [isClosed], gone: [isOpen] };
        expect(await scene.within(first, closeDatabase(database, dba))).toEqual(
          closed,
        );
        expect(
          await scene.within(first, refuseConnections(database, dba)),
        ).toEqual({
          ...closed,
          made: [isClosed, `in ${dba} ${scene.me}`],
        });
        expect(
          await scene.within(
            [...first, refuseConnections(database, dba)],
            `${ceaseToInherit(dba)} ${openDatabase(database, dba)}`,
          ),
        ).toEqual({
          made: [isOpen],
          gone: [isClosed, `in ${dba} ${scene.me}`],
        });

        const open = {
          dba,
          connectors: ['PUBLIC', ro],
          grantable: [ro],
          readers: [dba, owner],
        };
        const given = [
          `GRANT CONNECT ON DATABASE ${ident(database)} TO ${ident(
            ro,
          )} WITH GRANT OPTION`,
        ];
        expect(
          await scene.within([...first, ...given], openForDump(database, open)),
        ).toEqual({
          made: [
            `in ${dba} ${scene.me}`,
            `in ${owner} ${scene.me}`,
            `on ${database} ${scene.me} CONNECT`,
          ].sort(),
          gone: [
            `on ${database} ${ro} CONNECT`,
            `on ${database} everybody CONNECT`,
          ].sort(),
        });
        expect(
          await scene.within(
            [...first, ...given],
            `${openForDump(database, open)} ${closeAfterDump(
              database,
              open,
              true,
            )}`,
          ),
        ).toEqual({ made: [`on ${database} ${scene.me} CONNECT`], gone: [] });
      }),
      { numRuns: RUNS / 10 },
    );
  });

  it('should adopt with owners, schemas and tables of any name', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (name, theirs) => {
        const { database, roles, first } = scene.of(name);
        const { dba, owner, rw, ro } = roles;
        const [legacy, schema, table] = [
          `x${theirs}`,
          `s${theirs}`,
          `t${name}`,
        ];
        const before = [
          ...first,
          `CREATE ROLE ${ident(legacy)}`,
          `ALTER DATABASE ${ident(database)} OWNER TO ${ident(legacy)}`,
          `CREATE SCHEMA ${ident(schema)} AUTHORIZATION ${ident(legacy)}`,
          `CREATE TABLE ${ident(schema)}.${ident(table)} (i int)`,
          `ALTER TABLE ${ident(schema)}.${ident(table)} OWNER TO ${ident(
            legacy,
          )}`,
        ];
        const groups = [owner, rw, ro];
        expect(
          await scene.within(
            before,
            adoptDatabase(database, {
              roles,
              owner: legacy,
              handOver: false,
              actors: [legacy],
              creators: [legacy],
              schemas: [schema],
            }),
          ),
        ).toEqual({
          made: [
            `in ${legacy} ${dba}`,
            `on ${database} ${owner} CONNECT`,
            `on ${database} ${owner} CREATE`,
            `on ${database} ${owner} TEMPORARY`,
            `on ${database} ${rw} CONNECT`,
            `on ${database} ${rw} TEMPORARY`,
            `on ${database} ${ro} CONNECT`,
            `on ${database} ${scene.me} CONNECT`,
            ...groups.map(group => `later ${legacy} ${group}`),
            ...[rw, ro].map(group => `later ${owner} ${group}`),
            ...groups.map(group => `schema ${schema} ${legacy} ${group}`),
            ...groups.map(
              group => `table ${schema} ${table} ${legacy} ${group}`,
            ),
          ].sort(),
          gone: [],
        });
      }),
      { numRuns: RUNS / 5 },
    );
  });

  it('should give again what is gone, of owners of any name', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (name, theirs) => {
        const { database, roles, first } = scene.of(name);
        const { owner, rw, ro } = roles;
        const legacy = `x${theirs}`;
        expect(
          await scene.within(
            [...first, `CREATE ROLE ${ident(legacy)}`],
            regrant(database, roles, {
              database: [{ grantee: ro, privileges: ['CREATE'] }],
              schema: [],
              defaults: [
                { grantee: rw, kind: 'SEQUENCES', privileges: ['USAGE'] },
                {
                  grantee: ro,
                  kind: 'TABLES',
                  privileges: ['SELECT'],
                  creator: legacy,
                },
              ],
            }),
          ),
        ).toEqual({
          made: [
            `later ${legacy} ${ro}`,
            `later ${owner} ${rw}`,
            `on ${database} ${ro} CREATE`,
          ].sort(),
          gone: [],
        });
      }),
      { numRuns: RUNS / 20 },
    );
  });

  it('should make and drop the database of the very name', async () => {
    const names = async () =>
      (
        await scene.server.sql<{ name: string }>(
          `SELECT datname AS name FROM pg_database WHERE datname LIKE 'drop %'`,
        )
      ).map(({ name }) => name);
    await fc.assert(
      fc.asyncProperty(text, async name => {
        const database = `drop ${name}`;
        await expect(
          scene.client.query(dropDatabase(`none ${name}`)),
        ).rejects.toMatchObject({ code: '3D000' });
        await scene.client.query(
          createDatabase({
            database,
            owner: scene.me,
            encoding: 'UTF8',
            connectionLimit: 1,
          }),
        );
        expect(await names()).toEqual([database]);
        await scene.client.query(dropDatabase(database));
        expect(await names()).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});
