import { ConfigReader } from '@backstage/config';
import { mockServices } from '@backstage/backend-test-utils';
import { PostgresBench, TESTED_SERVERS } from '../__testUtils__/PostgresBench';
import { readInstanceConfig } from '../config/readInstanceConfig';
import { PostgresConnections } from './PostgresConnections';
import { Deadline, type Session } from './Session';

/**
 * A server's session may not know of a membership that is there. Here it has lost its rights by `SET ROLE`, which
 * the server answers in the same way, and which no chance is needed for.
 */
describe.each(TESTED_SERVERS)('outdated sessions of %s', name => {
  let server: PostgresBench;
  let database: string;
  let weak: string;
  let made: string[];
  let connections: PostgresConnections;

  beforeAll(async () => {
    server = await PostgresBench.create(name);
    database = server.uniqueName();
    await server.sql(`CREATE DATABASE ${database}`);
    weak = `${database}_weak`;
    made = [1, 2, 3].map(n => `${database}_made${n}`);
    await server.sql(`CREATE ROLE ${weak}`);
    await server.sql(`GRANT ${weak} TO ${server.server.provisioner.user}`);
  });
  beforeEach(() => {
    const { admin } = readInstanceConfig(
      new ConfigReader(server.instanceConfig()),
    );
    connections = PostgresConnections.create(admin, mockServices.logger.mock());
  });
  afterEach(() => connections.close());
  afterAll(async () => {
    await server.remove(database);
    await server.sql(`DROP ROLE IF EXISTS ${[weak, ...made].join(', ')}`);
    await server.close();
  });

  const deadline = () => new Deadline(10_000);
  const ways: [string, PostgresConnections['withAdmin']][] = [
    [
      'the administrative database',
      (...args) => connections.withAdmin(...args),
    ],
    [
      'a tenant’s database',
      (...args) => connections.withDatabase(database, ...args),
    ],
  ];
  const pidOf = async (session: Session) => {
    const [{ pid }] = await session.read<{ pid: number }>(
      'asking for the session',
      'SELECT pg_backend_pid() AS pid',
    );
    return pid;
  };
  const rolesMade = async () =>
    (
      await server.sql<{ rolname: string }>(
        `SELECT rolname FROM pg_roles WHERE rolname = ANY ($1) ORDER BY 1`,
        { values: [made] },
      )
    ).map(({ rolname }) => rolname);

  it.each(ways)(
    'should ask a new one before it takes a refusal in %s for true',
    async (_, within) => {
      const outdated = await within(deadline(), async session => {
        await session.write('losing rights', `SET ROLE ${weak}`);
        return pidOf(session);
      });
      const after = await within(deadline(), async session => {
        expect(await pidOf(session)).toBe(outdated);
        await session.write('making a role', `CREATE ROLE ${made[0]}`);
        // What follows is done where the first was.
        await session.write('making another', `CREATE ROLE ${made[1]}`);
        return pidOf(session);
      });
      expect(after).not.toBe(outdated);
      expect(await rolesMade()).toEqual(made.slice(0, 2));
      expect(await within(deadline(), pidOf)).not.toBe(outdated);
      expect(
        await server.sql(
          `SELECT pid FROM pg_stat_activity WHERE pid = ${outdated}`,
        ),
      ).toEqual([]);
      await server.sql(`DROP ROLE ${made[0]}, ${made[1]}`);
    },
  );

  it.each(ways)(
    'should tell a refusal in %s that a new one repeats, once, with nothing done',
    async (_, within) => {
      const told = within(deadline(), async session => {
        const before = await pidOf(session);
        const refusal = await session
          .write('making a superuser', `CREATE ROLE ${made[2]} SUPERUSER`)
          .catch(error => error);
        const between = await pidOf(session);
        const again = await session
          .write('making a superuser', `CREATE ROLE ${made[2]} SUPERUSER`)
          .catch(error => error);
        // One new session is enough for whoever has no right.
        expect(between).not.toBe(before);
        expect(await pidOf(session)).toBe(between);
        return [refusal, again];
      });
      const refused = expect.objectContaining({
        reason: 'Unauthorized',
        message: expect.stringMatching(/making a superuser.*42501/),
      });
      expect(await told).toEqual([refused, refused]);
      expect(await rolesMade()).toEqual([]);
      // The connection is as good as any.
      expect(await within(deadline(), pidOf)).toEqual(expect.any(Number));
    },
  );
});
