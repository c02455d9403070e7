import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promises as fs } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { postgresUser } from '@data-resources/test-engines';
import { escapeIdentifier as ident, escapeLiteral as literal } from 'pg';
import type { PostgresBench } from './PostgresBench';
import { SuperuserLock } from './SuperuserLock';

const run = promisify(execFile);

/** From this version on one database serves for looking up the verifiers of all logins. */
const AUTH_DBNAME = [1, 19];

const READY_MS = 10_000;

/**
 * The real PgBouncer in front of a server, set up as the README has it: it asks for the verifiers of
 * logins as a role of its own, and passes SCRAM on.
 */
export class PgBouncer {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly #server: PostgresBench;
  readonly #role: string;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #lock?: SuperuserLock;

  private constructor(options: {
    server: PostgresBench;
    role: string;
    folder: string;
    port: number;
    child: ChildProcess;
    lock?: SuperuserLock;
  }) {
    this.port = options.port;
    this.#server = options.server;
    this.#role = options.role;
    this.#folder = options.folder;
    this.#child = options.child;
    this.#lock = options.lock;
  }

  /** With transaction pooling, and one connection to the server for each login and database. */
  static async start(
    program: string,
    server: PostgresBench,
  ): Promise<PgBouncer> {
    const { stdout } = await run(program, ['--version']);
    const version = /PgBouncer (\d+)\.(\d+)/.exec(stdout)!.slice(1).map(Number);
    const hasAuthDatabase =
      version[0] > AUTH_DBNAME[0] || version[1] >= AUTH_DBNAME[1];
    const role = server.uniqueName();
    const password = `Of-${role}`;
    const lock = hasAuthDatabase
      ? undefined
      : await SuperuserLock.take(server.server);
    await (hasAuthDatabase
      ? makeLookup(server, role, password)
      : server.sql(
          `CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD ${literal(password)}`,
        ));
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'pgbouncer-'));
    const port = await freePort();
    await fs.writeFile(
      path.join(folder, 'userlist.txt'),
      `"${role}" "${password}"\n`,
    );
    const ini = path.join(folder, 'pgbouncer.ini');
    await fs.writeFile(
      ini,
      [
        '[databases]',
        `* = host=${server.server.host} port=${server.server.port}`,
        '[pgbouncer]',
        `listen_addr = 127.0.0.1`,
        `listen_port = ${port}`,
        'unix_socket_dir =',
        'auth_type = scram-sha-256',
        `auth_file = ${path.join(folder, 'userlist.txt')}`,
        `auth_user = ${role}`,
        ...(hasAuthDatabase
          ? [
              `auth_dbname = ${role}`,
              'auth_query = SELECT * FROM public.lookup($1)',
            ]
          : // Its session in a tenant's database is a superuser's, which nobody else may end.
            ['server_idle_timeout = 2']),
        'pool_mode = transaction',
        'default_pool_size = 1',
        // How long a client waits for a connection, also to a database that takes none.
        'query_wait_timeout = 2',
        `logfile = ${path.join(folder, 'log')}`,
        '',
      ].join('\n'),
    );
    // It refuses to be root, as the server does.
    const user = await postgresUser();
    for (const name of user ? ['', 'userlist.txt', 'pgbouncer.ini'] : []) {
      await fs.chown(path.join(folder, name), user!.uid, user!.gid);
    }
    const child = spawn(program, ['--quiet', ini], {
      stdio: 'ignore',
      ...user,
    });
    const bouncer = new PgBouncer({ server, role, folder, port, child, lock });
    await bouncer.#ready();
    return bouncer;
  }

  async #ready(): Promise<void> {
    const log = path.join(this.#folder, 'log');
    for (const end = Date.now() + READY_MS; ; await sleep(20)) {
      const text = await fs.readFile(log, 'utf8').catch(() => '');
      if (/process up/.test(text)) {
        return;
      }
      if (this.#child.exitCode !== null || Date.now() > end) {
        throw new Error(`PgBouncer does not start: ${text}`);
      }
    }
  }

  async close(): Promise<void> {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    await this.#server.remove(this.#role);
    await this.#server.sql(`DROP ROLE IF EXISTS ${ident(this.#role)}`);
    await this.#lock?.release();
    await fs.rm(this.#folder, { recursive: true, force: true });
  }
}

/** The statements of the README, for a role and a database of one name. */
async function makeLookup(
  server: PostgresBench,
  role: string,
  password: string,
): Promise<void> {
  await server.sql(`CREATE ROLE ${role} LOGIN PASSWORD ${literal(password)}`);
  await server.sql(`CREATE DATABASE ${role}`);
  await server.sql(
    `REVOKE ALL ON DATABASE ${role} FROM PUBLIC;
     GRANT CONNECT ON DATABASE ${role} TO ${role};
     CREATE FUNCTION public.lookup(login name, OUT name name, OUT verifier text)
       LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
         SELECT rolname, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END
         FROM pg_authid WHERE rolname = login AND rolcanlogin AND NOT rolsuper $$;
     REVOKE ALL ON FUNCTION public.lookup(name) FROM PUBLIC;
     GRANT EXECUTE ON FUNCTION public.lookup(name) TO ${role}`,
    { database: role },
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
