import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(60_000);

describe('feed', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({ knex });
  });
  afterAll(async () => portal.stop());

  const read = async (query = '') =>
    (await portal.get('service', `/feed${query}`)).body;

  it('should be for services only', async () => {
    expect((await portal.get('payments-dev', '/feed')).status).toBe(403);
    expect((await portal.get('service', '/feed')).status).toBe(200);
    expect((await portal.get('service', '/requests')).status).toBe(403);
  });

  it('should list of each resource its latest change, and the instances', async () => {
    const resourceId = await portal.readyBox('fed');
    const page = await eventually(
      () => read(),
      ({ items }) =>
        items.some((item: any) => item.resource?.phase === 'ready'),
    );
    expect(
      page.items.filter((item: any) => item.resourceId === resourceId),
    ).toMatchObject([
      {
        type: 'memory-box',
        deleted: false,
        resource: {
          name: 'fed',
          entityRef: 'resource:default/box-dev.fed',
          principals: [
            { principal: 'component:default/payments-api', role: 'reader' },
          ],
        },
      },
    ]);
    expect(page.instances.map(({ name }: any) => name)).toEqual([
      'box-dev',
      'box-prod',
    ]);
    const last = page.items.at(-1).position;
    expect((await read(`?after=${last}`)).items).toEqual([]);
  });

  it.each(['9007199254740992', '555248178424114147582168530944', '-1', 'x'])(
    'should refuse the position %s',
    async after => {
      const { status, body } = await portal.get(
        'service',
        `/feed?after=${after}`,
      );
      expect(status).toBe(400);
      expect(body.error.message).toContain('after');
    },
  );

  it('should tell of a deletion', async () => {
    const resourceId = await portal.readyBox('gone');
    await portal.remove(resourceId);
    const of = (items: any[]) =>
      items.find((item: any) => item.resourceId === resourceId);
    const kept = await eventually(
      () => read(),
      ({ items }) => of(items)?.resource.phase === 'quarantined',
    );
    expect(of(kept.items)).toMatchObject({
      deleted: false,
      resource: { purgeAt: expect.any(String) },
    });
    await portal.remove(resourceId);
    const page = await eventually(
      () => read(),
      ({ items }) => items.some((item: any) => item.deleted),
    );
    expect(
      page.items.filter((item: any) => item.resourceId === resourceId),
    ).toEqual([
      {
        position: expect.any(Number),
        type: 'memory-box',
        resourceId,
        deleted: true,
      },
    ]);
  });

  it('should number everything without gaps or doubles, in pages that join', async () => {
    const asked = await Promise.all(
      Array.from({ length: 12 }, (_, n) => portal.ask(`many-${n}`)),
    );
    // What is still being executed would move on between the pages.
    for (const { body } of asked) {
      await portal.until(body.id, 'completed');
    }
    await eventually(
      async () =>
        Number((await knex('outbox').whereNull('position').count())[0].count),
      count => count === 0,
    );
    const { rows } = await knex.raw(
      'SELECT count(*)::int AS n, max(position)::int AS top FROM outbox',
    );
    expect(rows[0].n).toBe(rows[0].top);
    const whole = (await read()).items.map((item: any) => item.position);
    const paged: number[] = [];
    let after = 0;
    for (;;) {
      const page = await read(`?after=${after}&limit=3`);
      paged.push(...page.items.map((item: any) => item.position));
      if (!page.pageInfo.nextCursor) {
        break;
      }
      after = Number(page.pageInfo.nextCursor);
    }
    expect(paged).toEqual(whole);
    expect(paged).toEqual([...paged].sort((a, b) => a - b));
  });
});
