import { execFile } from 'node:child_process';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { JsonObject } from '@backstage/types';
import { findPostgresTool } from '@data-resources/test-engines';
import { describeWith } from './__testUtils__/describeWith';
import { DumpBench } from './__testUtils__/DumpBench';
import { PostgresBench } from './__testUtils__/PostgresBench';
import { groupRoles } from './type/names';

const run = promisify(execFile);

jest.setTimeout(60_000);

const VERSIONS = [
  ['pg_dump-15', 'postgres-15', 15],
  ['pg_dump-18', 'postgres-dev', 18],
] as const;

/** What is kept of databases that are dropped, on real servers with the real pg_dump of their version. */
describe.each(VERSIONS)('the last dump', (tool, serverName, version) => {
  describeWith(tool, `of a database of ${serverName}`, command => {
    let server: PostgresBench;
    let dumps: DumpBench;

    beforeAll(async () => {
      server = await PostgresBench.create(serverName);
    });
    beforeEach(async () => {
      dumps = await DumpBench.create(server, command);
    });
    afterEach(() => dumps.cleanUp());
    afterAll(() => server.close());

    it('should hold all data of a database that was in quarantine, for the backend’s user alone', async () => {
      const { bench, folder } = dumps;
      const { subject, grant } = await dumps.filled();
      const [{ oid }] = await server.sql<{ oid: number }>(
        'SELECT oid::int FROM pg_database WHERE datname = $1',
        { values: [subject.name] },
      );
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
      expect(await bench.execute(deleting)).toMatchObject({ state: 'done' });

      expect(await dumps.picture(subject)).toBeUndefined();
      const [file, ...others] = await dumps.files();
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
      const restored = await run(
        path.join(path.dirname(command), 'pg_restore'),
        ['--file=-', path.join(folder, file)],
      );
      expect(restored.stdout).toMatch(/COPY public\.kept[^]*\ntea\n/);
      expect(restored.stdout).toMatch(/COPY public\.own[^]*\nsalt\n/);
      expect(await server.leftovers(subject.name, [])).toEqual([]);
    });

    it('should let nobody in while it is written', async () => {
      const { bench, folder } = dumps;
      const { subject, grant, password } = await dumps.filled();
      const go = path.join(folder, '.programs-go');
      dumps.deletion = {
        dump: {
          folder,
          command: await dumps.script(command, [
            `while [ ! -e ${go} ]; do sleep 0.1; done`,
            `exec ${command} "$@"`,
          ]),
        },
      };
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
      const before = (await provider.check([call], bench.context())).get(
        'dump',
      );
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
      const { bench } = dumps;
      const { subject, grant, password } = await dumps.filled();
      // What was given with the right to give it on is given back so.
      await server.sql(
        `GRANT CONNECT ON DATABASE ${subject.name} TO ${subject.name}_rw WITH GRANT OPTION`,
      );
      await server.sql(
        `CREATE TABLE secret (i int); REVOKE ALL ON secret FROM PUBLIC, ${subject.name}_owner`,
        { database: subject.name },
      );
      const before = await dumps.picture(subject);
      expect(before).toContainEqual(
        expect.stringContaining(`${subject.name}_rw=Tc*/`),
      );
      const ended = await bench.execute(
        await bench.plan(subject, 'delete', { remove: [grant] }),
      );
      expect(ended).toMatchObject({
        state: 'failed',
        error: {
          reason: 'Rejected',
          message: expect.stringContaining(
            'permission denied for table secret',
          ),
        },
      });
      expect(await dumps.picture(subject)).toEqual(before);
      expect(await dumps.files()).toEqual([]);
      const client = await server.login(grant.login.a, password, subject.name);
      expect((await client.query('TABLE kept')).rows).toHaveLength(1);
      await client.end();
      const members = await server.sql(
        `SELECT FROM pg_auth_members WHERE member = 'data_resources'::regrole
           AND ${server.usableMembership} AND pg_get_userbyid(roleid) LIKE $1`,
        { values: [`${subject.name}\\_%`] },
      );
      expect(members).toEqual([]);
    });

    it('should wait for whoever could go on to write, and leave the database open', async () => {
      const { bench } = dumps;
      const { subject } = await dumps.filled();
      const { admin } = server.server;
      const before = await dumps.picture(subject);
      const visitor = await server.login(
        admin.user,
        admin.password,
        subject.name,
      );
      const deleting = await bench.plan(subject, 'delete');
      expect(await bench.execute(deleting)).toMatchObject({
        state: 'failed',
        error: {
          reason: 'Unreachable',
          message: expect.stringContaining('would not be the last state'),
        },
      });
      await visitor.query('TABLE kept');
      await visitor.end();
      expect(await dumps.picture(subject)).toEqual(before);
      expect(await dumps.files()).toEqual([]);

      await server.sql(
        `BEGIN; INSERT INTO kept VALUES ('salt'); PREPARE TRANSACTION '${subject.name}'`,
        { database: subject.name },
      );
      expect(await bench.execute(deleting)).toMatchObject({
        state: 'failed',
        error: { message: expect.stringContaining('ROLLBACK PREPARED') },
      });
      expect(await dumps.picture(subject)).toEqual(before);
      expect(await dumps.files()).toEqual([]);
      await server.sql(`COMMIT PREPARED '${subject.name}'`, {
        database: subject.name,
      });
      expect(await bench.execute(deleting)).toMatchObject({ state: 'done' });
      expect(await dumps.files()).toHaveLength(1);
    });

    it('should not begin where somebody gave on what the owner cannot take', async () => {
      const { bench } = dumps;
      const { subject } = await dumps.filled();
      const { owner, rw } = groupRoles(subject.name);
      await server.sql(
        `GRANT CONNECT ON DATABASE ${subject.name} TO ${owner} WITH GRANT OPTION;
         SET LOCAL ROLE ${owner}; GRANT CONNECT ON DATABASE ${subject.name} TO ${rw}`,
      );
      const before = await dumps.picture(subject);
      const deleting = await bench.plan(subject, 'delete');
      const mend = `REVOKE GRANT OPTION FOR CONNECT ON DATABASE "${subject.name}" FROM "${owner}" CASCADE;`;
      expect(await bench.execute(deleting)).toMatchObject({
        state: 'failed',
        error: {
          reason: 'Rejected',
          message: expect.stringContaining(mend),
        },
      });
      expect(await dumps.picture(subject)).toEqual(before);
      expect(await dumps.files()).toEqual([]);

      await server.sql(mend);
      expect(await bench.execute(deleting)).toMatchObject({ state: 'done' });
      expect(await dumps.files()).toHaveLength(1);
    });

    it.each([
      [
        'a folder that is not there',
        () => ({ folder: path.join(dumps.folder, 'none'), command }),
        /is not there; make it/,
      ],
      [
        'a program that is not there',
        () => ({
          folder: dumps.folder,
          command: path.join(dumps.folder, 'pg_dump'),
        }),
        new RegExp(
          `cannot be run.*install PostgreSQL's client programs, of version ${version}`,
        ),
      ],
      [
        'a program that is older than the server',
        async () => ({
          folder: dumps.folder,
          command:
            version === 15
              ? await dumps.script('echo "pg_dump (PostgreSQL) 14.9" #', [])
              : findPostgresTool('pg_dump-15')!,
        }),
        new RegExp(
          `is of version 1[45] and the server of ${version}, which it refuses; install the client programs of version ${version}`,
        ),
      ],
    ])(
      'should say beforehand what is wrong with %s',
      async (_, made, problem) => {
        const { bench } = dumps;
        dumps.deletion = { dump: await made() };
        const subject = await bench.create();
        const { conditions } = await bench.instance.probe(bench.context());
        expect(conditions).toContainEqual({
          type: 'Dump',
          status: 'warn',
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
});
