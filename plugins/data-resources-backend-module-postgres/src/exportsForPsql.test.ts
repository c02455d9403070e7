import { execFile } from 'node:child_process';
import { promises as fs } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ExportInput } from '@data-resources/plugin-data-resources-node';
import {
  ContractBench,
  exportInput,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { TestAuthority } from '@data-resources/test-engines';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { describeWith } from './__testUtils__/describeWith';
import { PostgresBench } from './__testUtils__/PostgresBench';
import { serveTls, stopTls } from './__testUtils__/serveTls';
import { databaseExports } from './exports';

const run = promisify(execFile);

jest.setTimeout(60_000);

/** Files as they are downloaded, in one folder, and the clients that they are for. */
describeWith('psql', 'exports of a database on a server with TLS', psql => {
  let server: PostgresBench;
  let bench: ContractBench;
  let subject: Subject;
  let folder: string;
  let env: { [name: string]: string };

  beforeAll(async () => {
    server = await PostgresBench.create('postgres-15');
    const authority = await TestAuthority.create('The authority of the server');
    await serveTls(server.server, authority, {
      subject: 'CN=the database server',
      dns: ['localhost'],
    });
    const { port } = server.server;
    bench = new ContractBench({
      ...databaseFixture(server, {}),
      createInstance: () =>
        server.openInstance({
          client: {
            // Nobody listens at the first: clients go on to the one that takes changes.
            host: ['localhost', 'localhost'],
            port: `1,${port}`,
            sslmode: 'verify-full',
            ca: authority.pem,
            pooler: { host: 'localhost', port },
          },
        }),
    });
    const grant = bench.grant('owner');
    subject = await bench.create(grant);
    const { a: username } = grant.login;
    const password = ` 'a"b\\c$d%e@f/g:h ü`;
    await bench.instance.logins.enable({ username, password }, bench.context());
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'exports-'));
    const input: ExportInput = {
      ...exportInput({
        instance: bench.instance,
        type: 'postgres-database',
        name: subject.name,
        spec: bench.spec,
      }),
      variables: { username: 'PGUSER', password: 'PGPASSWORD' },
    };
    for (const format of databaseExports) {
      const file = format.render(input as never);
      if (file && format.audience === 'client') {
        await fs.writeFile(path.join(folder, file.fileName), file.text);
      }
    }
    env = {
      PATH: process.env.PATH!,
      PGUSER: username,
      PGPASSWORD: password,
      PGSERVICEFILE: path.join(folder, 'pg_service.conf'),
    };
  });
  afterAll(async () => {
    await stopTls(server.server);
    await bench.cleanUp();
    await server.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  // That it is encrypted, and by whom the server was proven, is what verify-full means.
  const ASKED = 'SELECT current_database(), session_user, current_user';
  const answer = () =>
    [subject.name, env.PGUSER, `${subject.name}_owner`].join('|');

  it.each([
    ['the service', () => `service=${subject.name}`],
    ['the service of the pooler', () => `service=${subject.name}-pooled`],
    [
      'the URL',
      () => fs.readFile(path.join(folder, `${subject.name}.url`), 'utf8'),
    ],
    [
      'the URL of the pooler',
      () =>
        fs.readFile(path.join(folder, `${subject.name}-pooled.url`), 'utf8'),
    ],
  ])('should lead psql there by %s', async (_, target) => {
    const { stdout } = await run(
      psql,
      ['-X', '-At', '-c', ASKED, (await target()).trim()],
      { cwd: folder, env },
    );
    expect(stdout.trim()).toBe(answer());
  });

  it('should lead pg there, as a program of its own', async () => {
    const program = `${await fs.readFile(
      path.join(folder, 'postgres.cjs'),
      'utf8',
    )}
(async () => {
  const pool = await primaryPool();
  const { rows } = await pool.query({ text: ${JSON.stringify(
    ASKED,
  )}, rowMode: 'array' });
  console.log(rows[0].join('|'));
  await pool.end();
})();
`;
    await fs.writeFile(path.join(folder, 'program.cjs'), program);
    const { stdout } = await run(process.execPath, ['program.cjs'], {
      cwd: folder,
      env: {
        ...env,
        NODE_PATH: path.resolve(require.resolve('pg/package.json'), '../..'),
      },
    });
    expect(stdout.trim()).toBe(answer());
  });
});
