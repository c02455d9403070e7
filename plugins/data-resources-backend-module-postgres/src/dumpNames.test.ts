import { promises as fs } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ConfigReader } from '@backstage/config';
import { escapeIdentifier } from 'pg';
import { describeWith } from './__testUtils__/describeWith';
import { PostgresBench } from './__testUtils__/PostgresBench';
import { readInstanceConfig } from './config/readInstanceConfig';
import { libpqEnvironment } from './dump/libpqEnvironment';
import { runProgram } from './dump/runProgram';

jest.setTimeout(60_000);

/** Names reach pg_dump by its environment, where libpq reads no connection strings. */
describeWith('pg_dump-15', 'the dump of a database', command => {
  let server: PostgresBench;
  let folder: string;

  beforeAll(async () => {
    server = await PostgresBench.create('postgres-15');
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'dumps-'));
  });
  afterAll(async () => {
    await server.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  it.each([
    'dbname=postgres',
    'host=127.0.0.9 port=1',
    'postgresql://127.0.0.9:1/postgres',
    '--file=elsewhere',
    '$(touch here); `touch here`',
    `a'b"c\\d`,
    'ü 𝔘',
    '../up',
  ])('should be of that of the very name: %s', async rest => {
    // The end keeps it apart from what other tests make.
    const name = `${rest} ${server.uniqueName()}`;
    await server.sql(`CREATE DATABASE ${escapeIdentifier(name)}`);
    try {
      const { user, password } = server.server.admin;
      const { admin } = readInstanceConfig(
        new ConfigReader(server.instanceConfig({ admin: { user, password } })),
      );
      const env = await libpqEnvironment(admin, name, folder);
      const file = path.join(folder, 'file');
      await runProgram(command, ['--format=custom', `--file=${file}`], { env });
      const listed = await runProgram(
        path.join(path.dirname(command), 'pg_restore'),
        ['--list', file],
        { env },
      );
      expect(listed).toContain(`dbname: ${name}\n`);
      expect(await fs.readdir(folder)).toEqual(['file']);
    } finally {
      await server.remove(name);
    }
  });
});
