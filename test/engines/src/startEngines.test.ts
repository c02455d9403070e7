import { promises as fs } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DESCRIPTION_VARIABLE, writeDescription } from './description';
import { EnginePorts, freePorts } from './ports';
import { removeEngines, runningEngine, startEngines } from './startEngines';
import { sqlAsAdmin } from './witnesses';

// Jest's five seconds are meant for tests that start no server.
jest.setTimeout(60_000);

// PostgreSQL alone: it is the quickest, and the others start by the same steps.
describe('startEngines', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(tmpdir(), 'engines-test-'));
    await fs.chmod(folder, 0o755);
  });

  afterEach(async () => {
    await removeEngines(folder);
  });

  const start = async (ports: EnginePorts, lines: string[] = []) =>
    startEngines({
      folder,
      ports,
      only: ['postgres-dev'],
      volatile: true,
      progress: line => lines.push(line),
    });

  it('should keep data and accounts over a stop and over a crash', async () => {
    const ports = await freePorts();
    const first = await start(ports);
    const { 'postgres-dev': server } = (await first.describe()).engines;
    await sqlAsAdmin(server!, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    await expect(sqlAsAdmin(server!, 'SELECT 1')).rejects.toThrow(
      'ECONNREFUSED',
    );

    const second = await start(ports);
    await second.engine('postgres-dev').kill();
    await second.engine('postgres-dev').start();
    expect(await sqlAsAdmin(server!, 'SELECT answer FROM kept')).toEqual([
      { answer: 42 },
    ]);
    expect((await second.describe()).engines['postgres-dev']).toEqual(server);
    await second.stop();
  });

  it('should let a test take the server of its run away and give it back', async () => {
    const running = await start(await freePorts());
    const file = path.join(folder, 'engines.json');
    await writeDescription(file, await running.describe());
    const replaced = jest.replaceProperty(process, 'env', {
      ...process.env,
      [DESCRIPTION_VARIABLE]: file,
    });
    try {
      const engine = await runningEngine('postgres-dev');
      await engine.stop();
      await expect(sqlAsAdmin('postgres-dev', 'SELECT 1')).rejects.toThrow(
        'ECONNREFUSED',
      );
      await engine.start();
      expect(await sqlAsAdmin('postgres-dev', 'SHOW fsync')).toEqual([
        { fsync: 'off' },
      ]);
    } finally {
      replaced.restore();
      await running.stop();
    }
  });

  it('should use a server again that a killed run left behind, also a frozen one', async () => {
    const ports = await freePorts();
    const killed = await start(ports);
    await killed.engine('postgres-dev').freeze();
    // What a killed process cannot do is to release its lock in order.
    await fs.rm(path.join(folder, 'lock.json'));

    const lines: string[] = [];
    const next = await start(ports, lines);
    expect(lines).toEqual([
      expect.stringMatching(/^postgres-dev still ran from an earlier start/),
    ]);
    await next.stop();
    expect(await killed.engine('postgres-dev').isRunning()).toBe(false);
  });

  it('should move a server that was left behind when other ports are asked for', async () => {
    await start(await freePorts());
    await fs.rm(path.join(folder, 'lock.json'));
    const ports = await freePorts();
    const next = await start(ports);
    const { 'postgres-dev': server } = (await next.describe()).engines;
    expect(server!.port).toBe(ports['postgres-dev']);
    expect(await sqlAsAdmin(server!, 'SHOW port')).toEqual([
      { port: String(ports['postgres-dev']) },
    ]);
    await next.stop();
  });

  it('should start nothing and lock nothing when a port is taken', async () => {
    const ports = await freePorts();
    const other = createServer();
    await new Promise<void>(resolve => {
      other.listen(ports['postgres-dev'], '127.0.0.1', resolve);
    });
    try {
      await expect(start(ports)).rejects.toThrow(
        `Port ${ports['postgres-dev']} for postgres-dev is taken`,
      );
    } finally {
      await new Promise(resolve => {
        other.close(resolve);
      });
    }
    await (await start(ports)).stop();
  });

  it('should prepare the server as an administrator does for an instance', async () => {
    const running = await start(await freePorts());
    const { 'postgres-dev': server } = (await running.describe()).engines;
    expect(
      await sqlAsAdmin(
        server!,
        `SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles
         WHERE rolname = 'data_resources'`,
      ),
    ).toEqual([{ rolsuper: false, rolcreaterole: true, rolcreatedb: true }]);
    await sqlAsAdmin(server!, 'CREATE ROLE nobody LOGIN');
    expect(
      await sqlAsAdmin(
        server!,
        `SELECT role, datname, has_database_privilege(role, datname, 'CONNECT') AS connect
         FROM pg_database, unnest(ARRAY['nobody', 'data_resources']) AS role
         WHERE datname <> 'template0' ORDER BY 1, 2`,
      ),
    ).toEqual([
      { role: 'data_resources', datname: 'postgres', connect: true },
      { role: 'data_resources', datname: 'template1', connect: false },
      { role: 'nobody', datname: 'postgres', connect: false },
      { role: 'nobody', datname: 'template1', connect: false },
    ]);
    await running.stop();
  });
});
