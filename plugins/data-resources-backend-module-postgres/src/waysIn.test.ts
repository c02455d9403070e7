import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import {
  ContractBench,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';
import { SuperuserLock } from './__testUtils__/SuperuserLock';

jest.setTimeout(60_000);

/** What administrators give by hand to the portal's own roles, on the real server. */
describe.each(TESTED_SERVERS)('a database of %s', name => {
  let server: PostgresBench;
  let bench: ContractBench;
  let reader: PlannedGrant;
  let owner: PlannedGrant;
  let subject: Subject;
  let db: string;

  beforeAll(async () => {
    server = await PostgresBench.create(name);
    bench = new ContractBench(databaseFixture(server, {}));
    reader = bench.grant('reader');
    owner = bench.grant('owner');
    subject = await bench.create(reader, owner);
    db = subject.name;
  });
  afterAll(async () => {
    await bench.cleanUp();
    await server.close();
  });

  it('should tell of every way in that no grant explains', async () => {
    const lock = await SuperuserLock.take(server.server);
    const foreign = async () =>
      (await bench.access(subject)).filter(
        ({ internal, login, givenBy }) =>
          !internal &&
          (givenBy === undefined
            ? ![reader, owner].some(({ login: { a, b } }) =>
                [a, b].includes(login),
              )
            : !givenBy.includes(
                login.startsWith(reader.login.base) ? 'reader' : 'owner',
              )),
      );
    try {
      expect(await foreign()).toEqual([]);
      await server.sql(
        `GRANT ${db}_owner TO ${reader.login.a};
         GRANT ${db}_dba TO ${owner.login.b};
         ALTER ROLE ${db}_owner CREATEROLE LOGIN;
         ALTER DATABASE ${db} IS_TEMPLATE true;
         CREATE ROLE "PUBLIC"; GRANT CONNECT ON DATABASE ${db} TO "PUBLIC";
         ALTER ROLE ${reader.login.b} CREATEDB BYPASSRLS;
         ALTER ROLE ${reader.login.a} IN DATABASE ${db} SET role = ${db}_owner;
         ALTER ROLE ${reader.login.b} IN DATABASE ${db} SET role = ${db}_owner;
         ALTER ROLE ${owner.login.a} SET search_path = trap, public;
         ALTER ROLE ${owner.login.a} IN DATABASE ${db} SET work_mem = '8MB';
         ALTER ROLE ${owner.login.a} IN DATABASE ${db} SET app.key = 'a-secret';
         ALTER ROLE ${owner.login.a} IN DATABASE postgres SET search_path = elsewhere`,
      );
      const found = await foreign();
      expect(found).toContainEqual({
        login: reader.login.a,
        rights: expect.arrayContaining(['CREATE', 'TRUNCATE']),
        via: `member of ${db}_owner`,
        givenBy: ['owner'],
      });
      expect(found).toContainEqual(
        expect.objectContaining({
          login: owner.login.b,
          via: `member of ${db}_dba`,
          givenBy: [],
        }),
      );
      expect(found).toContainEqual({
        login: `${db}_owner`,
        rights: ['CREATEROLE', 'LOGIN'],
        via: `attribute of ${db}_owner`,
      });
      expect(found).toContainEqual(
        expect.objectContaining({ login: 'PUBLIC', rights: ['TEMPLATE'] }),
      );
      const byHand = found.filter(
        ({ login, via }) =>
          /^(attribute|setting) of /.test(via) && !login.startsWith(db),
      );
      const { b } = reader.login;
      expect(byHand).toHaveLength(4);
      expect(byHand).toEqual(
        expect.arrayContaining([
          {
            login: b,
            rights: ['BYPASSRLS', 'CREATEDB'],
            via: `attribute of ${b}`,
            givenBy: [],
          },
          {
            // The other slot is a member now, and may work so.
            login: b,
            rights: ['SET role'],
            via: `setting of ${b} in database ${db}: ${db}_owner`,
            givenBy: [],
          },
          {
            login: owner.login.a,
            rights: ['SET search_path'],
            via: `setting of ${owner.login.a} in all databases: trap, public`,
            givenBy: [],
          },
          {
            login: owner.login.a,
            rights: ['SET app.key'],
            via: `setting of ${owner.login.a} in database ${db}`,
            givenBy: [],
          },
        ]),
      );
      expect(found).toContainEqual({
        login: '"PUBLIC"',
        rights: ['CONNECT'],
        via: `privilege on database ${db}`,
      });
      await server.sql(`ALTER DATABASE ${db} OWNER TO postgres`);
      expect(await foreign()).toContainEqual({
        login: 'postgres',
        rights: ['OWNER'],
        via: `owner of database ${db}`,
      });
    } finally {
      await server.sql(`ALTER DATABASE ${db} IS_TEMPLATE false`);
      await server.sql(
        `REVOKE ALL ON DATABASE ${db} FROM "PUBLIC"; DROP ROLE "PUBLIC"`,
      );
      await lock.release();
    }
  });
});
