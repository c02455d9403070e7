import type { Entity } from '@backstage/catalog-model';
import type { OwnerHint } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(60_000);

const ACL = 'ACL that lets it write';

describe('discoveries', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({
      knex,
      config: { discovery: { interval: '1 second' } },
    });
  });
  afterAll(async () => portal.stop());
  afterEach(() => {
    portal.dev.down = false;
  });

  const list = async (caller = 'platform-lead', query = '') =>
    (await portal.get(caller, `/discoveries${query}`)).body;
  const find = async (name: string, caller?: string, query?: string) =>
    (await list(caller, query)).items.find((item: any) => item.name === name);
  const found = (name: string, caller?: string, query?: string) =>
    eventually(() => find(name, caller, query), Boolean);
  const gone = (name: string) =>
    eventually(
      () => find(name),
      item => item === undefined,
    );
  const place = (name: string, hints: OwnerHint[], internal?: string) =>
    Object.assign(portal.dev.create(name, { size: 2 }), { hints, internal });

  it('should list what nobody manages, and leave out what somebody does', async () => {
    await portal.readyBox('managed');
    place('left.alone', []);
    expect(await found('left.alone')).toMatchObject({
      instance: 'box-dev',
      environment: 'dev',
      type: 'memory-box',
      spec: { size: 2 },
      firstSeenAt: expect.any(String),
    });
    expect(await find('managed')).toBeUndefined();
    expect((await list()).instances).toMatchObject([
      { instance: 'box-dev', lookedAt: expect.any(String) },
      { instance: 'box-prod' },
    ]);
  });

  it('should know its own under another name', async () => {
    await portal.readyBox('renamed');
    const box = portal.dev.boxes.get('renamed')!;
    portal.dev.boxes.delete('renamed');
    portal.dev.boxes.set('called-otherwise', box);
    place('seen-with-it', []);
    await found('seen-with-it');
    expect(await find('called-otherwise')).toBeUndefined();
  });

  it.each<[string, OwnerHint[], string, string]>([
    [
      'a component',
      [{ value: 'payments-api', source: ACL }],
      'group:default/payments',
      `${ACL} names payments-api, which belongs to group:default/payments`,
    ],
    [
      'a component with something behind its name',
      [{ value: 'User:shipping-worker-consumer', source: ACL }],
      'group:default/logistics',
      `${ACL} names User:shipping-worker-consumer, probably component:default/shipping-worker, which belongs to group:default/logistics`,
    ],
    [
      'a group',
      [{ value: 'logistics', source: 'owner of the box' }],
      'group:default/logistics',
      'owner of the box names logistics, which is group:default/logistics',
    ],
    [
      'the first of them that the catalog knows',
      [
        { value: 'stranger', source: ACL },
        { value: 'shipping-worker', source: ACL },
        { value: 'payments-api', source: ACL },
      ],
      'group:default/logistics',
      `${ACL} names shipping-worker, which belongs to group:default/logistics`,
    ],
  ])('should suggest an owner by %s', async (title, hints, owner, why) => {
    const name = `zz-${title.replace(/ /g, '-')}`;
    place(name, hints);
    expect(await found(name)).toMatchObject({ suggestedOwner: owner, why });
  });

  it('should suggest the owner of a login of ours', async () => {
    await portal.readyBox('with-login');
    const [login] = [...portal.dev.logins.keys()];
    place('zz-by-login', [{ value: login, source: ACL }]);
    expect(await found('zz-by-login')).toMatchObject({
      suggestedOwner: 'group:default/payments',
      why: `${ACL} names ${login}, a login of component:default/payments-api, which belongs to group:default/payments`,
    });
  });

  it('should suggest an owner and a system by how the name begins', async () => {
    const system: Entity = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'System',
      metadata: { name: 'billing', namespace: 'default' },
      relations: [{ type: 'ownedBy', targetRef: 'group:default/payments' }],
    };
    portal.entities.set('system:default/billing', system);
    place('billing.invoices', [
      { value: 'billing', source: 'what the name begins with' },
    ]);
    expect(await found('billing.invoices')).toMatchObject({
      suggestedOwner: 'group:default/payments',
      suggestedSystem: 'system:default/billing',
      why: 'Its name begins with billing, which belongs to group:default/payments',
    });
  });

  it('should show people what may be theirs, and platform everything', async () => {
    place('zz-for-payments', [{ value: 'payments', source: ACL }]);
    place('zz-for-nobody', []);
    await found('zz-for-payments', 'payments-dev');
    expect(await find('zz-for-payments', 'logistics-dev')).toBeUndefined();
    expect(await find('zz-for-nobody', 'payments-dev')).toBeUndefined();
    await found('zz-for-nobody');
    const narrowed = await list(
      'platform-lead',
      '?owner=group:default/payments&instance=box-dev&type=memory-box',
    );
    expect(narrowed.items).not.toEqual([]);
    expect(
      new Set(narrowed.items.map((item: any) => item.suggestedOwner)),
    ).toEqual(new Set(['group:default/payments']));
    expect((await list('platform-lead', '?instance=box-prod')).items).toEqual(
      [],
    );
  });

  it('should show what a tool keeps for itself only when asked', async () => {
    place('zz-offsets', [], 'A tool keeps its offsets here');
    expect(
      await found('zz-offsets', 'platform-lead', '?internal=true'),
    ).toMatchObject({ internal: 'A tool keeps its offsets here' });
    expect(await find('zz-offsets')).toBeUndefined();
  });

  it('should forget what is gone, and what is asked for at once', async () => {
    place('zz-removed', []);
    place('zz-asked', []);
    await found('zz-removed');
    await found('zz-asked');
    const asked = await portal.post('platform-lead', '/requests', {
      action: 'adopt',
      type: 'memory-box',
      instance: 'box-dev',
      name: 'zz-asked',
      owner: 'group:default/payments',
    });
    expect(asked.status).toBe(201);
    expect(await find('zz-asked')).toBeUndefined();
    portal.dev.boxes.delete('zz-removed');
    await gone('zz-removed');
    await portal.post('platform-lead', `/requests/${asked.body.id}/withdraw`);
    await found('zz-asked');
  });

  it('should remember what it saw of an instance that does not answer, and go on with others', async () => {
    place('zz-before', []);
    await found('zz-before');
    portal.dev.down = true;
    portal.servers.get('box-prod')!.create('zz-elsewhere', { size: 2 });
    await found('zz-elsewhere');
    const { instances } = await eventually(
      () => list(),
      body => Boolean(body.instances[0].message),
    );
    expect(instances[0].message).toContain('down');
    await found('zz-before');
    portal.dev.down = false;
    await eventually(
      () => list(),
      body => body.instances[0].message === undefined,
    );
  });

  it('should page through many', async () => {
    const names = Array.from({ length: 1200 }, (_, n) => `zz-page-${n}`);
    names.forEach(name => place(name, []));
    await eventually(
      async () =>
        Number(
          (
            await knex('discoveries').whereLike('name', 'zz-page-%').count()
          )[0].count,
        ),
      count => count === names.length,
      30_000,
    );
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await list(
        'platform-lead',
        `?limit=200${cursor ? `&cursor=${cursor}` : ''}`,
      );
      page.items.forEach((item: any) => seen.add(item.name));
      cursor = page.pageInfo.nextCursor;
    } while (cursor);
    expect(names.filter(name => !seen.has(name))).toEqual([]);
    names.forEach(name => portal.dev.boxes.delete(name));
  });
});
