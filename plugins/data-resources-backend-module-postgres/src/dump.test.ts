import { execFile } from 'node:child_process';
import { promises as fs } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { JsonObject } from '@backstage/types';
import {
  ContractBench,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { requirePgDump } from './__testUtils__/requirePgDump';
import { PostgresBench } from './__testUtils__/PostgresBench';

const run = promisify(execFile);

jest.setTimeout(60_000);

/** What is kept of databases that are dropped, on the real server with the real pg_dump. */
describe('the last dump of a PostgreSQL database', () => {
  let server: PostgresBench;
  let bench: ContractBench;
  let folder: string;
  let deletion: JsonObject;
  let command: string;

  beforeAll(async () => {
    // pg_dump takes servers of its own version, and older ones.
    server = await PostgresBench.create('postgres-15');
    command = await requirePgDump(15);
  });
  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'dumps-'));
    deletion = { dump: { folder, command } };
    bench = new ContractBench({
      ...databaseFixture(server, {}),
      createInstance: () => server.openInstance({ deletion }),
    });
  });
  afterEach(async () => {
    await bench.cleanUp();
    await fs.rm(folder, { recursive: true, force: true });
  });
  afterAll(() => server.close());

  /** With a row that an owner has written, and one in a table that is a login's own. */
  async function filled(): Promise<{
    subject: Subject;
    grant: ReturnType<ContractBench['grant']>;
  }> {
    const grant = bench.grant('owner');
    const subject = await bench.create(grant);
    const { a: username } = grant.login;
    const password = 'Of-a-client-1';
    await bench.instance.logins.enable({ username, password }, bench.context());
    const client = await server.login(username, password, subject.name);
    await client.query(
      `CREATE TABLE kept (what text); INSERT INTO kept VALUES ('tea');
       SET ROLE NONE; CREATE TABLE own (what text); INSERT INTO own VALUES ('salt')`,
    );
    await client.end();
    return { subject, grant };
  }

  const dumps = async () => (await fs.readdir(folder)).sort();
  /** The order of privileges says nothing. */
  const asItWas = async ({ name }: Subject) =>
    (await server.fingerprint(name))?.split(/[ ,{}]/).sort();
  const isThere = async ({ name }: Subject) =>
    (await server.fingerprint(name)) !== undefined;

  it('should hold all data of a database that was in quarantine, for the backend’s user alone', async () => {
    const { subject, grant } = await filled();
    const { oid } = (
      await server.sql<{ oid: number }>(
        'SELECT oid::int FROM pg_database WHERE datname = $1',
        { values: [subject.name] },
      )
    )[0];
    await bench.execute(
      await bench.plan(subject, 'quarantine', { remove: [grant] }),
    );
    const deleting = await bench.plan(subject, 'delete', { remove: [grant] });
    expect(deleting.plan.findings).toContainEqual(
      expect.objectContaining({
        policy: 'postgres/dump',
        effect: 'info',
        message: expect.stringContaining(folder),
      }),
    );
    expect(deleting.plan.steps[0]).toMatchObject({
      kind: 'dump-database',
      call: expect.stringContaining('--format=custom'),
    });
    const ended = await bench.execute(deleting);
    expect(ended).toMatchObject({ state: 'done' });

    expect(await isThere(subject)).toBe(false);
    const [file, ...others] = await dumps();
    expect(others).toEqual([]);
    expect(file).toMatch(
      new RegExp(`^${subject.name}-${oid}-\\d{8}T\\d{6}Z\\.dump$`),
    );
    const { mode, size } = await fs.stat(path.join(folder, file));
    expect(mode & 0o777).toBe(0o600);
    expect(subject.identity).toMatchObject({
      dump: {
        file: path.join(folder, file),
        bytes: size,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
    const restored = await run('pg_restore', [
      '--file=-',
      path.join(folder, file),
    ]);
    expect(restored.stdout).toMatch(/COPY public\.kept[^]*\ntea\n/);
    expect(restored.stdout).toMatch(/COPY public\.own[^]*\nsalt\n/);
    expect(await server.leftovers(subject.name, [])).toEqual([]);
  });

  it('should let nobody in while it is written', async () => {
    const { subject, grant } = await filled();
    const password = 'Of-a-client-1';
    const waiting = path.join(folder, 'pg_dump');
    const go = path.join(folder, 'go');
    await fs.writeFile(
      waiting,
      `#!/bin/sh\n[ "$1" = --version ] || while [ ! -e ${go} ]; do sleep 0.1; done\nexec ${command} "$@"\n`,
      { mode: 0o700 },
    );
    await fs.symlink(
      path.join(path.dirname(command), 'pg_restore'),
      path.join(folder, 'pg_restore'),
    );
    deletion = { dump: { folder, command: waiting } };
    const instance = bench.freshInstance();
    const provider = instance.provider('postgres-database');
    const [step] = provider.plan(
      await bench.planInput(subject, 'delete', { remove: [grant] }),
    ).steps;
    const call = {
      key: 'dump',
      object: { name: subject.name, identity: subject.identity },
      kind: step.kind,
      args: step.args,
    };
    const before = (await provider.check([call], bench.context())).get('dump');
    expect(before).toMatchObject({ state: 'pending' });
    const intent = {
      attempt: 1,
      evidence: (before as { evidence: JsonObject }).evidence,
    };
    const told = await provider.act([{ ...call, intent }], bench.context());
    expect(told.get('dump')).toMatchObject({
      reason: 'Unknown',
      message: expect.stringMatching(/pg_dump is writing .* bytes until now/),
    });
    await expect(
      server.login(grant.login.a, password, subject.name),
    ).rejects.toMatchObject({ code: '42501' });

    await fs.writeFile(go, '');
    const done = await provider.act([{ ...call, intent }], bench.context());
    expect(done.get('dump')).toBeUndefined();
    expect(
      (await provider.check([{ ...call, intent }], bench.context())).get(
        'dump',
      ),
    ).toMatchObject({ state: 'satisfied', identity: { dump: {} } });
    await expect(
      server.login(grant.login.a, password, subject.name),
    ).rejects.toMatchObject({ code: '55000' });
  });

  it('should keep the database, as open as it was, when pg_dump fails', async () => {
    const { subject, grant } = await filled();
    await server.sql(
      `CREATE TABLE secret (i int); REVOKE ALL ON secret FROM PUBLIC, ${subject.name}_owner`,
      { database: subject.name },
    );
    const before = await asItWas(subject);
    const ended = await bench.execute(
      await bench.plan(subject, 'delete', { remove: [grant] }),
    );
    expect(ended).toMatchObject({
      state: 'failed',
      error: {
        reason: 'Rejected',
        message: expect.stringContaining('permission denied for table secret'),
      },
    });
    expect(await asItWas(subject)).toEqual(before);
    expect(await dumps()).toEqual([]);
    const client = await server.login(
      grant.login.a,
      'Of-a-client-1',
      subject.name,
    );
    expect((await client.query('TABLE kept')).rows).toHaveLength(1);
    await client.end();
    const members = await server.sql(
      `SELECT FROM pg_auth_members WHERE member = 'data_resources'::regrole
         AND pg_get_userbyid(roleid) LIKE $1`,
      { values: [`${subject.name}\\_%`] },
    );
    expect(members).toEqual([]);
  });

  it.each([
    [
      'a folder that is not there',
      () => ({ folder: path.join(folder, 'none'), command }),
      /is not there; make it/,
    ],
    [
      'a program that is not there',
      () => ({ folder, command: path.join(folder, 'pg_dump') }),
      /cannot be run.*install PostgreSQL's client programs, of version 15/,
    ],
    [
      'a program that is older than the server',
      async () => {
        const old = path.join(folder, 'pg_dump');
        await fs.writeFile(old, '#!/bin/sh\necho "pg_dump (PostgreSQL) 14.9"', {
          mode: 0o700,
        });
        return { folder, command: old };
      },
      /is of version 14 and the server of 15/,
    ],
  ])(
    'should say beforehand what is wrong with %s',
    async (_, made, problem) => {
      deletion = { dump: await made() };
      const subject = await bench.create();
      const { conditions } = await bench.instance.probe(bench.context());
      expect(conditions).toContainEqual({
        type: 'Dump',
        status: 'error',
        message: expect.stringMatching(problem),
      });
      const { plan } = await bench.plan(subject, 'delete');
      expect(plan.findings).toContainEqual(
        expect.objectContaining({
          policy: 'postgres/dump',
          effect: 'deny',
          message: expect.stringMatching(problem),
        }),
      );
    },
  );
});
