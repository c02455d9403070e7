import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigReader } from '@backstage/config';
import { mockServices } from '@backstage/backend-test-utils';
import { SharedReads } from '@data-resources/plugin-data-resources-node';
import { PostgresBench } from '../__testUtils__/PostgresBench';
import { readInstanceConfig } from '../config/readInstanceConfig';
import { PostgresConnections } from './PostgresConnections';
import { Deadline, type Session } from './Session';
import { TenantTurns } from './TenantTurns';

describe('turns of databases', () => {
  let server: PostgresBench;
  let database: string;
  let connections: PostgresConnections;

  beforeAll(async () => {
    server = await PostgresBench.create();
    database = server.uniqueName();
    await server.sql(`CREATE DATABASE ${database}`);
    const { admin } = readInstanceConfig(
      new ConfigReader(server.instanceConfig()),
    );
    connections = PostgresConnections.create(admin, mockServices.logger.mock());
  });
  afterAll(async () => {
    await connections?.close();
    await server.remove(database);
    await server.close();
  });

  it('should tell what it remembers of one also when others took all of the time', async () => {
    const turns = new TenantTurns({
      connections,
      perPass: 1,
      alongside: [],
      timeoutMs: 5_000,
    });
    const look = (session: Session) =>
      session.read('looking', 'SELECT current_database() AS name');
    const soon = new Deadline(5_000);
    const pass = await turns.during(new SharedReads(), soon);
    const seen = await pass.withDatabase(database, soon, look);
    expect(seen).toEqual([{ name: database }]);

    // As where hundreds are entered before it.
    const over = new Deadline(500);
    await sleep(510);
    expect(() => over.left('looking')).toThrow(/was over/);
    expect(await pass.withDatabase(database, over, look)).toEqual(seen);
  });
});
