import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  isProviderError,
  type PlanInput,
} from '@data-resources/plugin-data-resources-node';
import { ContractBench } from '@data-resources/plugin-data-resources-node/testUtils';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';

jest.setTimeout(180_000);

/** What the actions of a single statement send at least. */
const FEWEST_PIECES: { [action: string]: number } = { quarantine: 4 };

/** Each is tried with a cut at any of its pieces; on the oldest version what makes, and what drops, roles. */
const ACTIONS: {
  [server in (typeof TESTED_SERVERS)[number]]: PlanInput['action'][];
} = {
  'postgres-dev': ['create', 'update', 'quarantine', 'restore', 'delete'],
  'postgres-15': ['create', 'delete'],
};

/** What goes wrong on the way to the server, and on it. */
describe.each(TESTED_SERVERS)('a broken line to %s', serverName => {
  let server: PostgresBench;
  let bench: ContractBench;

  beforeAll(async () => {
    server = await PostgresBench.create(serverName);
    bench = new ContractBench(
      databaseFixture(
        server,
        { extensions: ['pgcrypto'] },
        { extensions: ['citext'], connectionLimit: 30 },
      ),
    );
  });
  afterEach(() => bench.cleanUp());
  afterAll(() => server.close());

  it.each(ACTIONS[serverName])(
    'should end a %s after being cut at any piece that was sent',
    async action => {
      let cuts = 0;
      for (let pieces = 1; ; pieces++) {
        const grants = [bench.grant('owner')];
        const subject =
          action === 'create' ? bench.subject() : await bench.create(...grants);
        if (action === 'restore') {
          const closing = await bench.plan(subject, 'quarantine');
          await bench.execute(closing);
        }
        const operation = await bench.plan(
          subject,
          action,
          ['create', 'restore'].includes(action)
            ? { add: grants }
            : { remove: grants },
          action === 'update' ? bench.changedSpec : bench.spec,
        );
        const instance = bench.freshInstance();
        server.proxy.cutAfter(pieces);
        const first = await bench.execute(operation, { instance });
        const cut = server.proxy.isCut;
        server.proxy.restore();
        expect(first).toMatchObject(
          cut
            ? { state: 'failed', error: { retryable: true } }
            : { state: 'done' },
        );
        // The server may still be at work on the last piece: then the next try is told so.
        let result = first;
        for (let tries = 0; result.state !== 'done' && tries < 5; tries++) {
          result = await bench.execute(operation, {
            instance: bench.freshInstance(),
          });
        }

        expect({ pieces, result }).toEqual({
          pieces,
          result: { state: 'done' },
        });
        const left = await bench.leftovers(subject);
        expect({
          exists: (await server.fingerprint(subject.name)) !== undefined,
          roles: left.filter(entry => entry.startsWith('role')).length,
          memberships: left.filter(entry => entry.startsWith('membership')),
        }).toEqual({
          exists: action !== 'delete',
          // Four groups, and two slots of one principal.
          roles: action === 'delete' ? 0 : 6,
          memberships: [],
        });
        await bench.cleanUp();
        if (!cut) {
          break;
        }
        cuts += 1;
      }
      expect(cuts).toBeGreaterThan(FEWEST_PIECES[action] ?? 10);
    },
  );

  it('should never say that a password is set when its statement was cut off', async () => {
    const grant = bench.grant('reader');
    await bench.create(grant);
    const outcomes: string[] = [];
    let password = '';
    let works = false;
    for (let pieces = 1; outcomes.at(-1) !== 'set'; pieces++) {
      password = `cut-after-${pieces}`;
      server.proxy.cutAfter(pieces);
      const outcome: string = await bench
        .freshInstance()
        .logins.enable({ username: grant.login.a, password }, bench.context())
        .then(
          () => 'set',
          error => (isProviderError(error) ? error.reason : String(error)),
        );
      server.proxy.restore();
      works = await server.canLogin(grant.login.a, password);
      outcomes.push(outcome === 'Unreachable' && works ? 'a lie' : outcome);
    }

    expect(works).toBe(true);
    expect(outcomes.length).toBeGreaterThan(5);
    expect(new Set(outcomes)).toEqual(
      new Set(['Unreachable', 'Unknown', 'set']),
    );
  });

  it('should say Unreachable in time when the server hangs, and close all the same', async () => {
    const subject = await bench.create();
    const warm = bench.instance;
    const cold = server.openInstance({ admin: { callTimeoutMs: 1_000 } });
    const used = server.openInstance({ admin: { callTimeoutMs: 1_000 } });
    await used.probe(bench.context());
    server.proxy.freeze();
    for (const instance of [cold, used]) {
      const begin = Date.now();
      await expect(instance.probe(bench.context())).rejects.toMatchObject({
        reason: 'Unreachable',
      });
      expect(Date.now() - begin).toBeLessThan(2_000);
      const closing = Date.now();
      await instance.close();
      expect(Date.now() - closing).toBeLessThan(2_000);
    }
    server.proxy.restore();
    expect((await warm.probe(bench.context())).conditions).not.toEqual([]);
    expect(
      (await bench.provider.observe([subject], bench.context())).get(
        subject.name,
      ),
    ).toMatchObject({ ours: true });
  });

  it('should name the cause', async () => {
    const context = bench.context();
    const wrong = server.openInstance({ admin: { password: 'wrong' } });
    await expect(wrong.probe(context)).rejects.toMatchObject({
      reason: 'Unauthorized',
      message: expect.stringMatching(/28P01.*password authentication failed/),
    });
    const closed = server.openInstance({
      admin: { host: 'localhost', port: 1 },
    });
    await expect(closed.probe(context)).rejects.toMatchObject({
      reason: 'Unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    const plain = server.openInstance({ admin: { sslmode: 'verify-full' } });
    await expect(plain.probe(context)).rejects.toMatchObject({
      reason: 'Unreachable',
      message: expect.stringContaining('does not support SSL'),
    });
    const missing = server.openInstance({ admin: { database: 'no_such_db' } });
    await expect(missing.probe(context)).rejects.toMatchObject({
      message: expect.stringContaining('"no_such_db" does not exist'),
    });
    for (const instance of [wrong, closed, plain, missing]) {
      await instance.close();
    }
  });

  it('should not begin what is aborted', async () => {
    const operation = await bench.plan(bench.subject(), 'create');
    const abort = new AbortController();
    abort.abort();

    await expect(
      bench.provider.check([], bench.context(abort.signal)),
    ).rejects.toMatchObject({ reason: 'Unreachable' });
    expect(
      await bench.execute(operation, { signal: abort.signal }),
    ).toMatchObject({ state: 'lost' });
  });

  it('should notice a GRANT that was refused with a warning only', async () => {
    const subject = bench.subject();
    const operation = await bench.plan(subject, 'create');
    const result = await bench.execute(operation, {
      onMoment: async ({ at, keys }) => {
        if (at === 'before-act' && keys[0].endsWith('prepare-database')) {
          // The schema is somebody else's now, who lets the provisioner grant nothing.
          await server.sql(
            `ALTER SCHEMA public OWNER TO postgres; GRANT USAGE ON SCHEMA public TO ${subject.name}_dba`,
            { database: subject.name },
          );
        }
      },
    });

    expect(result).toMatchObject({
      state: 'failed',
      stepKey: expect.stringContaining('prepare-database'),
      error: {
        reason: 'Unauthorized',
        message: expect.stringContaining('no privileges'),
      },
    });
  });

  it('should let members in beside the making of the database, and become its owner’s again where that was taken', async () => {
    const subject = bench.subject();
    const grant = bench.grant('reader');
    const { user } = server.server.provisioner;
    const operation = await bench.plan(subject, 'create', { add: [grant] });
    let granted = () => {};
    const isGranted = new Promise<void>(resolve => {
      granted = resolve;
    });
    const result = await bench.execute(operation, {
      onMoment: async ({ at, keys: [key] }) => {
        if (at === 'acted' && key.endsWith('create-group-roles')) {
          await server.sql(
            `REVOKE ${subject.name}_dba FROM ${user} GRANTED BY ${user}`,
          );
        }
        if (at === 'before-act' && key.endsWith('create-database')) {
          await isGranted;
        }
        if (at === 'acted' && key.includes('grant-reader')) {
          granted();
        }
      },
    });

    expect(result).toEqual({ state: 'done' });
    expect(
      await server.sql(
        `SELECT pg_has_role($1, '${subject.name}_ro', 'USAGE') AS reader,
           pg_has_role('${user}', '${subject.name}_dba', 'USAGE') AS provisioner`,
        { values: [grant.login.a] },
      ),
    ).toEqual([{ reader: true, provisioner: false }]);
  });

  it('should take up a plan that prepares the database in two steps, as before', async () => {
    const subject = bench.subject();
    const operation = await bench.plan(subject, 'create');
    const { steps } = operation;
    const at = steps.findIndex(({ step }) => step.kind === 'prepare-database');
    const { step, key } = steps[at];
    const { roles, parameters, extensions } = step.args;
    steps.splice(
      at,
      1,
      {
        key: `${key}-outside`,
        step: { kind: 'configure-database', args: { roles, parameters } },
      },
      {
        key: `${key}-inside`,
        step: {
          kind: 'prepare-schema',
          args: { roles, extensions, routines: true },
        },
      },
    );

    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    expect(
      (await bench.provider.observe([subject], bench.context())).get(
        subject.name,
      ),
    ).toMatchObject({ ours: true, spec: { extensions: ['pgcrypto'] } });
  });

  it('should not mind others who change the same roles at once', async () => {
    const grants = Array.from({ length: 4 }, () => bench.grant('owner'));
    const subjects = [];
    for (let i = 0; i < 6; i++) {
      subjects.push(bench.subject());
    }
    const operations = [];
    for (const subject of subjects) {
      operations.push(await bench.plan(subject, 'create', { add: grants }));
    }
    // Apart, as two replicas would: the journal serialises the logins only within one.
    const [left, right] = await Promise.all([
      bench.executeAll(operations.slice(0, 3), {
        instance: bench.freshInstance(),
      }),
      bench.executeAll(operations.slice(3), {
        instance: bench.freshInstance(),
      }),
    ]);

    expect([...left, ...right]).toEqual(
      subjects.map(() => ({ state: 'done' })),
    );
  });

  it('should leave no password in the server’s log', async () => {
    const { provisioner, logFile } = server.server;
    const password = 'Canary-of-the-log-4711';
    const grant = bench.grant('reader');
    await bench.create(grant);
    await server.sql(
      `ALTER ROLE ${provisioner.user} SET log_statement = 'all'`,
    );
    try {
      const instance = bench.freshInstance();
      await instance.logins.enable(
        { username: grant.login.a, password },
        bench.context(),
      );
      await instance.close();
    } finally {
      await server.sql(`ALTER ROLE ${provisioner.user} RESET log_statement`);
    }
    await sleep(200);
    const log = await readFile(logFile, 'utf8');

    expect(log).toContain(`ALTER ROLE "${grant.login.a}" LOGIN PASSWORD`);
    expect(log).not.toContain(password);
    expect(await server.canLogin(grant.login.a, password)).toBe(true);
  });
});
