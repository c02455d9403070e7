import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Killed } from '@data-resources/plugin-data-resources-node/testUtils';
import { describeWith } from './__testUtils__/describeWith';
import { DumpBench } from './__testUtils__/DumpBench';
import { INSTALLATION_ID, PostgresBench } from './__testUtils__/PostgresBench';

const run = promisify(execFile);

jest.setTimeout(60_000);

/** How long the pg_dump of a backend that is gone goes on. */
const ORPHAN_S = 3;

describeWith('pg_dump-15', 'a last dump whose backend is killed', command => {
  let server: PostgresBench;
  let dumps: DumpBench;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    server = await PostgresBench.create('postgres-15');
  });
  beforeEach(async () => {
    dumps = await DumpBench.create(server, command);
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await dumps.cleanUp();
  });
  afterAll(() => server.close());

  const parts = async () =>
    (await dumps.files()).filter(name => name.endsWith('.part'));
  const readers = async (database: string) =>
    (
      await server.sql(
        `SELECT FROM pg_stat_activity WHERE datname = $1 AND application_name = 'data-resources-dump'`,
        { values: [database] },
      )
    ).length;

  it('should be made anew by the next one, and what was half written be taken for nothing', async () => {
    const { bench, folder } = dumps;
    const { subject, grant } = await dumps.filled();
    const deleting = await bench.plan(subject, 'delete', { remove: [grant] });
    // The intent is on record, and the process that wrote it is the one that is killed.
    const [{ key, step }] = deleting.steps;
    await expect(
      bench.execute(deleting, {
        onMoment: ({ at }) => {
          if (at === 'before-act') {
            throw new Killed();
          }
        },
      }),
    ).rejects.toThrow(Killed);
    const slow = await dumps.script(command, [
      'for word; do case "$word" in --file=*) file="${word#--file=}";; esac; done',
      'printf half >"$file"',
      `exec ${path.join(
        path.dirname(command),
        'psql',
      )} -qAtc 'SELECT pg_sleep(${ORPHAN_S})'`,
    ]);
    const config = server.instanceConfig({
      deletion: { dump: { folder, command: slow } },
    });
    child = spawn(
      process.execPath,
      [
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        path.join(__dirname, '__testUtils__/dumpProcess.ts'),
      ],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          ...process.env,
          DUMP_PROCESS: JSON.stringify({
            options: {
              name: 'postgres-15',
              environment: 'dev',
              installationId: INSTALLATION_ID,
              config,
            },
            step: {
              key,
              object: { name: subject.name, identity: subject.identity },
              ...step,
              intent: deleting.journal.intent(key),
            },
          }),
        },
      },
    );
    const ended = once(child, 'exit');
    while ((await readers(subject.name)) === 0 && child.exitCode === null) {
      await sleep(20);
    }
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(await parts()).toHaveLength(1);

    // Its pg_dump goes on without it: two would get into each other's way.
    const instance = bench.freshInstance();
    const waiting = await bench.execute(deleting, { instance });
    expect(waiting).toMatchObject({
      error: {
        reason: 'Unreachable',
        message: expect.stringMatching(
          /A pg_dump of an earlier attempt still reads .* \(process \d+ of the server\)/,
        ),
      },
    });
    while ((await readers(subject.name)) > 0) {
      await sleep(100);
    }
    expect(await bench.execute(deleting, { instance })).toEqual({
      state: 'done',
    });
    expect(await dumps.picture(subject)).toBeUndefined();
    const [file, ...others] = await dumps.files();
    expect(others).toEqual([]);
    expect(subject.identity).toMatchObject({
      dump: { file: path.join(folder, file) },
    });
    const { stdout } = await run(
      path.join(path.dirname(command), 'pg_restore'),
      ['--file=-', path.join(folder, file)],
    );
    expect(stdout).toMatch(/COPY public\.kept[^]*\ntea\n/);
    expect(await bench.leftovers(subject)).toEqual([]);
  });

  it('should leave nothing half written where the backend is stopped in order', async () => {
    const { bench, folder } = dumps;
    const { subject } = await dumps.filled();
    const before = await dumps.picture(subject);
    dumps.deletion = {
      dump: {
        folder,
        command: await dumps.script(command, ['exec sleep 60']),
      },
    };
    const instance = bench.freshInstance();
    const deleting = await bench.plan(subject, 'delete');
    const result = bench.execute(deleting, { instance });
    while ((await parts()).length === 0) {
      await sleep(20);
    }
    await instance.close();
    expect(await result).not.toEqual({ state: 'done' });
    expect(await dumps.files()).toEqual([]);
    expect(await dumps.picture(subject)).toEqual(before);
  });
});
