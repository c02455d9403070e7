import { ContractBench } from '@data-resources/plugin-data-resources-node/testUtils';
import type { Client } from 'pg';
import { databaseFixture } from '../__testUtils__/databaseFixture';
import { PostgresBench } from '../__testUtils__/PostgresBench';

jest.setTimeout(60_000);

const DAY = 86_400;

/** Logins of an instance that holds them to a number of connections and to a time. */
describe('logins that are limited', () => {
  let server: PostgresBench;
  let free: ContractBench;
  let bench: ContractBench;
  const clients: Client[] = [];

  beforeAll(async () => {
    server = await PostgresBench.create();
    const fixture = databaseFixture(server, {});
    free = new ContractBench(fixture);
    bench = new ContractBench({
      ...fixture,
      createInstance: () =>
        server.openInstance({
          limits: { loginConnections: 2, loginValidity: { days: 30 } },
        }),
    });
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map(client => client.end()));
    await bench.cleanUp();
    await free.cleanUp();
  });
  afterAll(() => server.close());

  async function limits(name: string) {
    const [row] = await server.sql<{ most: number; until: string }>(
      `SELECT rolconnlimit AS most, CASE WHEN isfinite(rolvaliduntil)
         THEN round(extract(epoch FROM rolvaliduntil - now()) / ${DAY})::text
         ELSE rolvaliduntil::text END AS until
       FROM pg_roles WHERE rolname = $1`,
      { values: [name] },
    );
    return row;
  }

  it('should hold each login to its connections, and each password to its time', async () => {
    const grant = bench.grant('reader');
    const subject = await bench.create(grant);
    const { a, b } = grant.login;
    const issued = await bench.instance.logins.enable(
      { username: a, password: 'first' },
      bench.context(),
    );
    expect(
      (Date.parse(issued?.validUntil ?? '') - Date.now()) / (1_000 * DAY),
    ).toBeCloseTo(30, 1);
    const noteOf = async (login: string) => {
      const found = await bench.provider.access(
        [{ ...subject, inFull: true }],
        bench.context(),
      );
      return found.get(subject.name)?.find(each => each.login === login)?.note;
    };
    expect(await noteOf(a)).toMatch(/^its password is good until \d{4}-/);
    expect(await noteOf(b)).toBeUndefined();
    expect(await limits(a)).toEqual({ most: 2, until: '30' });
    expect(await limits(b)).toEqual({ most: 2, until: '-infinity' });

    const connect = () => server.login(a, 'first', subject.name);
    clients.push(await connect(), await connect());
    await expect(connect()).rejects.toMatchObject({ code: '53300' });

    await server.sql(`ALTER ROLE "${a}" VALID UNTIL '2020-01-01'`);
    expect(await server.canLogin(a, 'first')).toBe(false);
    expect(await noteOf(a)).toBe(
      'its password ran out on 2020-01-01 00:00 UTC; a new credential lets it in again',
    );
    const seen = await bench.instance.logins.observe([a], bench.context());
    expect(seen.get(a)).toMatchObject({ exists: true, enabled: false });
    await bench.instance.logins.enable(
      { username: a, password: 'second' },
      bench.context(),
    );
    expect(await limits(a)).toEqual({ most: 2, until: '30' });
  });

  it('should tell logins that are held to less as drift, and mend them', async () => {
    const grant = bench.grant('reader');
    const subject = await free.create(grant);
    const { a, b } = grant.login;
    await free.instance.logins.enable(
      { username: a, password: 'for ever' },
      free.context(),
    );
    expect(await limits(a)).toEqual({ most: -1, until: 'infinity' });
    subject.logins.add(a).add(b);

    const [step] = (await bench.plan(subject, 'grant', { add: [grant] })).plan
      .steps;
    const call = {
      key: 'k',
      object: subject,
      kind: step.kind,
      args: step.args,
    };
    const check = async () =>
      (await bench.provider.check([call], bench.context())).get('k');
    expect(await check()).toMatchObject({
      state: 'pending',
      changes: [
        {
          path: `access.${grant.principal}.connectionLimit`,
          from: -1,
          to: 2,
          kind: 'in-place',
        },
        {
          path: `access.${grant.principal}.validUntil`,
          from: 'infinity',
          to: 'in 30 days at most',
          kind: 'in-place',
        },
      ],
    });
    const mend = await bench.plan(subject, 'grant', { add: [grant] });
    expect(await bench.execute(mend)).toEqual({ state: 'done' });
    expect(await check()).toMatchObject({ state: 'satisfied' });
    expect(await limits(a)).toEqual({ most: 2, until: '30' });
    // An idle slot has run out, and stays so.
    expect(await limits(b)).toEqual({ most: 2, until: '-infinity' });
    expect(await server.canLogin(a, 'for ever')).toBe(true);
  });
});
