import { promises as fs } from 'node:fs';
import path from 'node:path';
import { ConfigReader } from '@backstage/config';
import { TestAuthority } from '@data-resources/test-engines';
import { describeWith } from './__testUtils__/describeWith';
import { DumpBench } from './__testUtils__/DumpBench';
import { PostgresBench } from './__testUtils__/PostgresBench';
import { serveTls, stopTls } from './__testUtils__/serveTls';
import { readInstanceConfig } from './config/readInstanceConfig';
import { libpqEnvironment } from './dump/libpqEnvironment';
import { runProgram } from './dump/runProgram';

jest.setTimeout(60_000);

describeWith('pg_dump-15', 'a last dump over TLS', command => {
  let server: PostgresBench;
  let dumps: DumpBench;
  let authority: TestAuthority;
  let stranger: TestAuthority;

  beforeAll(async () => {
    server = await PostgresBench.create('postgres-15');
    [authority, stranger] = await Promise.all([
      TestAuthority.create('The authority of the server'),
      TestAuthority.create('Somebody else’s authority'),
    ]);
    await serveTls(server.server, authority, {
      subject: 'CN=the database server',
      dns: ['localhost'],
    });
  });
  beforeEach(async () => {
    dumps = await DumpBench.create(server, command);
  });
  afterEach(() => dumps.cleanUp());
  afterAll(async () => {
    await stopTls(server.server);
    await server.close();
  });

  it('should be encrypted, by the mode and with the authority of the instance', async () => {
    const { bench, folder } = dumps;
    const { subject, grant } = await dumps.filled();
    const told = path.join(folder, '.programs-told');
    dumps.deletion = {
      dump: {
        folder,
        command: await dumps.script(command, [
          `echo "$PGSSLMODE $(${path.join(
            path.dirname(command),
            'psql',
          )} -Atc 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')" >${told}`,
          `cat "$PGSSLROOTCERT" >>${told}`,
          `exec ${command} "$@"`,
        ]),
      },
    };
    dumps.admin = {
      host: 'localhost',
      port: server.server.port,
      sslmode: 'verify-full',
      ca: authority.pem,
    };
    const instance = bench.freshInstance();
    const deleting = await bench.plan(subject, 'delete', { remove: [grant] });
    expect(await bench.execute(deleting, { instance })).toEqual({
      state: 'done',
    });
    expect(await fs.readFile(told, 'utf8')).toBe(
      `verify-full t\n${authority.pem}`,
    );
    expect(await dumps.files()).toHaveLength(1);
  });

  it.each([
    ['verify-full', 'localhost', 'own', undefined],
    ['verify-full', '127.0.0.1', 'own', /does not match host name "127/],
    ['verify-full', 'localhost', 'other', /certificate verify failed/],
    ['verify-ca', '127.0.0.1', 'own', undefined],
    ['verify-ca', '127.0.0.1', 'other', /certificate verify failed/],
    ['require', '127.0.0.1', 'other', undefined],
    ['disable', '127.0.0.1', 'own', undefined],
  ] as const)(
    'should be as %s has it when %s is called with the authority: %s',
    async (sslmode, host, whose, refusal) => {
      const { port } = server.server;
      const ca = { own: authority, other: stranger }[whose].pem;
      const { admin } = readInstanceConfig(
        new ConfigReader(
          server.instanceConfig({ admin: { host, port, sslmode, ca } }),
        ),
      );
      const env = await libpqEnvironment(admin, 'postgres', dumps.folder);
      const dumped = runProgram(command, ['--schema-only', '--table=none*'], {
        env,
      });
      await expect(dumped).rejects.toMatchObject({
        // It got in, and there is no such table.
        message: expect.stringMatching(refusal ?? /no matching tables/),
      });
    },
  );
});
