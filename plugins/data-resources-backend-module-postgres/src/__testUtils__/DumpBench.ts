import { promises as fs } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { JsonObject } from '@backstage/types';
import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import {
  ContractBench,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { databaseFixture } from './databaseFixture';
import type { PostgresBench } from './PostgresBench';

/** Databases that are dumped into a folder of the test before they are dropped. */
export class DumpBench {
  readonly server: PostgresBench;
  readonly bench: ContractBench;
  readonly folder: string;
  /** As it stands in the configuration; instances that are opened later go by what it is then. */
  deletion: JsonObject;
  admin: JsonObject = {};

  private constructor(server: PostgresBench, folder: string, command: string) {
    this.server = server;
    this.folder = folder;
    this.deletion = { dump: { folder, command } };
    this.bench = new ContractBench({
      ...databaseFixture(server, {}),
      createInstance: () =>
        server.openInstance({ deletion: this.deletion, admin: this.admin }),
    });
  }

  static async create(
    server: PostgresBench,
    command: string,
  ): Promise<DumpBench> {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'dumps-'));
    return new DumpBench(server, folder, command);
  }

  /** With a row that an owner has written, and one in a table that is a login's own. */
  async filled(): Promise<{
    subject: Subject;
    grant: PlannedGrant;
    password: string;
  }> {
    const { bench, server } = this;
    const grant = bench.grant('owner');
    const subject = await bench.create(grant);
    const { a: username } = grant.login;
    const password = `Of-${username}`;
    await bench.instance.logins.enable({ username, password }, bench.context());
    const client = await server.login(username, password, subject.name);
    await client.query(
      `CREATE TABLE kept (what text); INSERT INTO kept VALUES ('tea');
       SET ROLE NONE; CREATE TABLE own (what text); INSERT INTO own VALUES ('salt')`,
    );
    await client.end();
    return { subject, grant, password };
  }

  /** Takes the place of `pg_dump`; `pg_restore` beside it is the real one. */
  async script(command: string, lines: string[]): Promise<string> {
    const programs = await fs.mkdtemp(path.join(this.folder, '.programs-'));
    const script = path.join(programs, 'pg_dump');
    await fs.writeFile(
      script,
      [
        '#!/bin/sh',
        `[ "$1" = --version ] && exec ${command} --version`,
        ...lines,
        '',
      ].join('\n'),
      { mode: 0o700 },
    );
    await fs.symlink(
      path.join(path.dirname(command), 'pg_restore'),
      path.join(programs, 'pg_restore'),
    );
    return script;
  }

  /** What is in the folder, but for the programs. */
  async files(): Promise<string[]> {
    const names = await fs.readdir(this.folder);
    return names.filter(name => !name.startsWith('.programs-')).sort();
  }

  /** Privileges, limits and settings of a database, in whatever order; undefined where it is gone. */
  async picture({ name }: Subject): Promise<string[] | undefined> {
    return (await this.server.fingerprint(name))?.split(/[ ,{}]/).sort();
  }

  async cleanUp(): Promise<void> {
    await this.bench.cleanUp();
    await fs.rm(this.folder, { recursive: true, force: true });
  }
}
