import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';
import { sampleConfig } from '../__testUtils__/sampleConfig';

jest.setTimeout(60_000);

const FOREIGN = { login: 'legacy', rights: ['reader'], via: 'box' };

describe('adopt', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({
      knex,
      config: {
        policies: [
          ...sampleConfig.policies,
          {
            name: 'no-big-boxes',
            when: 'spec.size > 50',
            effect: 'deny',
            message: 'spec.size is over 50',
            path: 'spec.size',
          },
        ],
      },
    });
  });
  afterAll(async () => portal.stop());
  afterEach(() => {
    portal.dev.faults.clear();
  });

  const input = (name: string, more: object = {}) => ({
    action: 'adopt',
    type: 'memory-box',
    instance: 'box-dev',
    name,
    owner: 'group:default/payments',
    ...more,
  });
  const adopt = (name: string, more: object = {}, caller = 'platform-lead') =>
    portal.post(caller, '/requests', input(name, more));
  const approve = (asked: any, caller = 'payments-lead') =>
    portal.post(caller, `/requests/${asked.id}/approve`, {
      planHash: asked.plan.hash,
    });
  const resource = async (id: string) =>
    (await portal.get('payments-dev', `/resources/${id}`)).body;
  const adopted = async (name: string): Promise<string> => {
    const { body } = await adopt(name);
    await approve(body);
    return (await portal.until(body.id, 'completed')).resourceId;
  };

  it('should take over what is there, as it is', async () => {
    const box = portal.dev.create('legacy-orders', { size: 7, colour: 'red' });
    box.foreign.push(FOREIGN, {
      login: 'root',
      rights: ['all'],
      via: 'server',
      internal: true,
    });
    const before = portal.dev.acted.length;
    const asked = await adopt('legacy-orders', {
      system: 'system:default/payments',
    });
    expect(asked.body).toMatchObject({
      action: 'adopt',
      state: 'pending',
      plan: {
        spec: { size: 7, colour: 'red' },
        approval: {
          mode: 'manual',
          required: [{ group: 'group:default/payments', count: 1 }],
        },
        findings: [
          {
            policy: 'adopt/access',
            effect: 'info',
            message: expect.stringContaining('legacy'),
          },
        ],
      },
    });
    expect((await approve(asked.body)).body.state).toBe('approved');
    const done = await portal.until(asked.body.id, 'completed', 'failed');
    expect(await resource(done.resourceId)).toMatchObject({
      name: 'legacy-orders',
      owner: 'group:default/payments',
      system: 'system:default/payments',
      phase: 'ready',
      generation: 1,
      observedGeneration: 1,
      spec: { size: 7, colour: 'red' },
      observed: { size: 7, colour: 'red' },
      entityRef: 'resource:default/box-dev.legacy-orders',
    });
    const row = await knex('resources').where({ id: done.resourceId }).first();
    expect(row).toMatchObject({
      identity: { id: box.id },
      usage: { boxes: 1, volume: 7 },
      access_baseline: [FOREIGN],
    });
    expect(portal.dev.acted.slice(before)).toEqual(['mark']);
    expect(portal.dev.boxes.get('legacy-orders')).toBe(box);
    const grants = await portal.get(
      'payments-dev',
      `/resources/${done.resourceId}/grants`,
    );
    expect(grants.body.effectiveAccess.items[0]).toEqual({
      ...FOREIGN,
      baseline: true,
    });
    const feed = await eventually(
      async () => (await portal.get('service', '/feed')).body,
      ({ items }) =>
        items.some((item: any) => item.resourceId === done.resourceId),
    );
    expect(
      feed.items.find((item: any) => item.resourceId === done.resourceId)
        .resource,
    ).toMatchObject({ phase: 'ready', name: 'legacy-orders' });
  });

  it('should let the adopted resource live on like any other', async () => {
    portal.dev.create('lives-on', { size: 2 });
    const id = await adopted('lives-on');
    const ask = async (body: object) => {
      const asked = await portal.post('payments-dev', '/requests', body);
      const done =
        asked.body.state === 'pending'
          ? await portal.carryOut(asked.body)
          : await portal.until(asked.body.id, 'completed', 'failed');
      expect(done.state).toBe('completed');
    };
    const box = portal.dev.boxes.get('lives-on')!;
    await ask({ action: 'update', resourceId: id, spec: { size: 4 } });
    expect(box.spec).toEqual({ size: 4 });
    await ask({
      action: 'grant',
      resourceId: id,
      principal: 'component:default/payments-api',
      role: 'reader',
    });
    expect(box.access.size).toBe(1);
    await ask({ action: 'delete', resourceId: id });
    expect(await resource(id)).toMatchObject({ phase: 'quarantined' });
    expect(box.access.size).toBe(0);
    await ask({ action: 'restore', resourceId: id });
    expect(box.access.size).toBe(1);
    const grants = await portal.get('payments-dev', `/resources/${id}/grants`);
    await ask({ action: 'revoke', grantId: grants.body.items[0].id });
    expect(box.access.size).toBe(0);
    await ask({ action: 'delete', resourceId: id });
    await ask({ action: 'delete', resourceId: id });
    expect(portal.dev.boxes.has('lives-on')).toBe(false);
    expect(await resource(id)).toMatchObject({ phase: 'deleted' });
  });

  it('should be asked for by platform alone', async () => {
    portal.dev.create('not-mine', { size: 2 });
    const asked = await adopt('not-mine', {}, 'payments-lead');
    expect(asked.status).toBe(403);
    expect(asked.body.error.message).toContain('group:default/platform');
  });

  it('should be decided by nobody who asked for it', async () => {
    portal.dev.create('for-platform', { size: 2 });
    const asked = await adopt('for-platform', {
      owner: 'group:default/platform',
    });
    expect((await approve(asked.body, 'platform-lead')).status).toBe(403);
    expect((await approve(asked.body, 'payments-lead')).status).toBe(403);
    expect((await approve(asked.body, 'platform-engineer')).status).toBe(200);
    await portal.until(asked.body.id, 'completed');
  });

  it('should be decided by platform where the new owners have nobody else', async () => {
    portal.entities.set('group:default/alone', {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Group',
      metadata: { name: 'alone', namespace: 'default', uid: 'uid-alone' },
      relations: [
        { type: 'hasMember', targetRef: 'user:default/platform-lead' },
      ],
    });
    portal.dev.create('for-one', { size: 2 });
    const asked = await adopt('for-one', { owner: 'group:default/alone' });
    expect(asked.body.plan.approval.required).toMatchObject([
      { group: 'group:default/platform' },
    ]);
  });

  it('should say that there is nothing to adopt', async () => {
    const asked = await adopt('nowhere');
    expect(asked.status).toBe(400);
    expect(asked.body.error).toMatchObject({
      path: 'name',
      message: expect.stringContaining('has no memory-box of that name'),
    });
  });

  it('should refuse what is managed, or asked for, already', async () => {
    await portal.readyBox('ours.already');
    portal.dev.create('asked-for', { size: 2 });
    await adopt('asked-for');
    for (const name of ['ours.already', 'ours_already', 'asked-for']) {
      const asked = await adopt(name);
      expect(asked.status).toBe(409);
      expect(asked.body.error.message).toContain('managed or asked for');
    }
  });

  it('should warn of old sins, and refuse what cannot be adopted', async () => {
    portal.dev.create('too-big', { size: 500 });
    const warned = await adopt('too-big');
    expect(warned.status).toBe(201);
    expect(warned.body.plan.findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ policy: 'no-big-boxes', effect: 'warn' }),
        expect.objectContaining({ policy: 'memory/size', effect: 'warn' }),
      ]),
    );
    portal.dev.create('reserved', { size: 2 });
    const refused = await adopt('reserved');
    expect(refused.status).toBe(400);
    expect(refused.body.error.findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          policy: 'memory/reserved-name',
          effect: 'deny',
        }),
      ]),
    );
  });

  it('should say which of its settings cannot be declared', async () => {
    portal.dev.create('odd', { size: 2, shape: 'round' });
    const plan = await portal.post('platform-lead', '/plans', input('odd'));
    expect(plan.body.findings).toMatchObject([
      {
        policy: 'adopt/spec',
        effect: 'deny',
        message: expect.stringContaining('shape'),
      },
    ]);
    expect((await adopt('odd')).status).toBe(400);
  });

  it('should be decided anew when the object has changed since', async () => {
    const box = portal.dev.create('moving', { size: 2 });
    const asked = await adopt('moving');
    box.spec = { size: 3 };
    await approve(asked.body);
    const back = await portal.until(asked.body.id, 'pending', 'completed');
    expect(back).toMatchObject({
      state: 'pending',
      plan: { revision: 2, spec: { size: 3 } },
    });
    await approve(back);
    const { resourceId } = await portal.until(back.id, 'completed');
    expect(await resource(resourceId)).toMatchObject({ spec: { size: 3 } });
  });

  it('should adopt no other object of the same name', async () => {
    portal.dev.create('swapped', { size: 2 });
    const asked = await adopt('swapped');
    portal.dev.boxes.delete('swapped');
    portal.dev.create('swapped', { size: 2 });
    await approve(asked.body);
    expect(
      await portal.until(asked.body.id, 'pending', 'completed'),
    ).toMatchObject({ state: 'pending', plan: { revision: 2 } });
  });

  it('should let go of the name where it is gone before it is adopted', async () => {
    portal.dev.create('vanishes', { size: 2 });
    const asked = await adopt('vanishes');
    portal.dev.boxes.delete('vanishes');
    await approve(asked.body);
    await portal.until(asked.body.id, 'rejected');
    expect((await portal.ask('vanishes')).status).toBe(201);
  });

  it('should record who reached it when it was adopted, not when it was asked', async () => {
    const box = portal.dev.create('busy', { size: 2 });
    const asked = await adopt('busy');
    box.foreign.push(FOREIGN);
    box.access.add('unknown_base:reader');
    await approve(asked.body);
    const { resourceId } = await portal.until(asked.body.id, 'completed');
    const row = await knex('resources').where({ id: resourceId }).first();
    expect(row.access_baseline.map(({ login }: any) => login)).toEqual([
      'unknown_base_a',
      'legacy',
    ]);
  });

  it('should leave the logins of the portal out of the baseline', async () => {
    await portal.readyBox('has-login');
    const [own] = portal.dev.boxes.get('has-login')!.access;
    const box = portal.dev.create('reached', { size: 2 });
    box.access.add(own);
    const id = await adopted('reached');
    const row = await knex('resources').where({ id }).first();
    expect(row.access_baseline).toEqual([]);
  });

  it('should continue a failed adoption, or forget it and leave the object alone', async () => {
    const box = portal.dev.create('half-done', { size: 2 });
    const refuse = () =>
      portal.dev.faults.set('mark', {
        error: new ProviderError('Rejected', 'No marks today'),
        times: 1,
      });
    refuse();
    const asked = await adopt('half-done');
    await approve(asked.body);
    const failed = await portal.until(asked.body.id, 'failed');
    const again = await portal.post(
      'platform-lead',
      `/requests/${failed.id}/retry`,
    );
    expect(again.status).toBe(200);
    await portal.until(failed.id, 'completed');

    portal.dev.create('given-up', { size: 2 });
    refuse();
    const other = await adopt('given-up');
    await approve(other.body);
    const { resourceId } = await portal.until(other.body.id, 'failed');
    const forgotten = await portal.post('payments-dev', '/requests', {
      action: 'delete',
      resourceId,
    });
    expect(forgotten.body.plan).toMatchObject({
      risk: 'low',
      steps: [],
      changes: [{ path: 'managed', kind: 'in-place' }],
    });
    expect((await portal.carryOut(forgotten.body)).state).toBe('completed');
    expect(await resource(resourceId)).toMatchObject({ phase: 'deleted' });
    expect(portal.dev.boxes.has('given-up')).toBe(true);
    expect(portal.dev.boxes.get('half-done')).toBe(box);
    expect((await adopt('given-up')).status).toBe(201);
  });

  it('should wait for an instance that does not answer', async () => {
    portal.dev.create('patient', { size: 2 });
    const asked = await adopt('patient');
    portal.dev.down = true;
    await approve(asked.body);
    await eventually(
      async () => (await portal.until(asked.body.id, 'approved')).waiting,
      waiting => waiting?.reason === 'Unreachable',
    );
    portal.dev.down = false;
    const done = await portal.until(asked.body.id, 'completed', 'rejected');
    expect(done.state).toBe('completed');
  });
});
