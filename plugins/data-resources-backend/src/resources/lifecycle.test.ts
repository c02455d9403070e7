import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(60_000);

describe('the life of a resource', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({
      knex,
      config: { drift: { interval: '1 second' } },
    });
  });
  afterAll(async () => portal.stop());
  afterEach(() => {
    portal.dev.down = false;
    portal.dev.beforeAct = async () => {};
  });

  const ask = async (resourceId: string, action: string, more: object = {}) =>
    portal.post('payments-dev', '/requests', { action, resourceId, ...more });
  const resource = async (id: string) =>
    (await portal.get('payments-dev', `/resources/${id}`)).body;
  const drifted = (id: string, status: string) =>
    eventually(
      () => resource(id),
      body =>
        body.conditions.some(
          (each: any) => each.type === 'Drifted' && each.status === status,
        ),
    );

  describe('update', () => {
    it('should change what was asked, after an approval, and nothing else', async () => {
      const id = await portal.readyBox('grows');
      const asked = await ask(id, 'update', { spec: { size: 60 } });
      expect(asked.body).toMatchObject({
        state: 'pending',
        plan: {
          changes: [{ path: 'size', from: 3, to: 60, kind: 'in-place' }],
          steps: [{ id: 'change' }],
        },
      });
      expect(await portal.carryOut(asked.body)).toMatchObject({
        state: 'completed',
      });
      expect(await resource(id)).toMatchObject({
        spec: { size: 60 },
        observed: { size: 60 },
        phase: 'ready',
        generation: 2,
        observedGeneration: 2,
      });
      expect(portal.dev.boxes.get('grows')?.access.size).toBe(1);
    });

    it('should say before it is sent that nothing would change', async () => {
      const id = await portal.readyBox('same');
      const asked = await ask(id, 'update', { spec: { size: 3 } });
      expect(asked.status).toBe(400);
      expect(asked.body.error).toMatchObject({
        path: 'spec',
        findings: [{ policy: 'request/no-change', effect: 'deny' }],
      });
    });

    it('should name the field that is wrong', async () => {
      const id = await portal.readyBox('typo');
      const asked = await ask(id, 'update', { spec: { size: 3, sise: 4 } });
      expect(asked.status).toBe(400);
      expect(asked.body.error).toMatchObject({
        path: 'spec.sise',
        message: expect.stringContaining('did you mean "size"'),
      });
    });

    it('should be sent back when the object changed between approval and execution', async () => {
      const id = await portal.readyBox('moves');
      const { body } = await ask(id, 'update', { spec: { size: 60 } });
      portal.dev.boxes.get('moves')!.spec = { size: 10 };
      await portal.post('platform-lead', `/requests/${body.id}/approve`, {
        planHash: body.plan.hash,
      });
      const back = await eventually(
        async () => (await portal.get('auditor', `/requests/${body.id}`)).body,
        request => request.plan.revision === 2,
      );
      expect(back).toMatchObject({
        state: 'pending',
        plan: { changes: [{ path: 'size', from: 10, to: 60 }] },
      });
    });

    it('should be refused to those it does not belong to', async () => {
      const id = await portal.readyBox('theirs');
      const asked = await portal.post('logistics-dev', '/requests', {
        action: 'update',
        resourceId: id,
        spec: { size: 4 },
      });
      expect(asked.status).toBe(403);
    });
  });

  describe('delete', () => {
    it('should take access at first, keep the object, and tell until when', async () => {
      const id = await portal.readyBox('wanted');
      const { access } = portal.dev.boxes.get('wanted')!;
      const asked = await ask(id, 'delete');
      expect(asked.body.plan.changes).toContainEqual({
        path: 'deletion',
        from: 'wanted',
        to: '1 day after this, unless it is restored before',
        kind: 'destructive',
      });
      await portal.carryOut(asked.body);
      const kept = await resource(id);
      expect(kept).toMatchObject({
        phase: 'quarantined',
        can: ['restore', 'delete'],
      });
      const hours = (Date.parse(kept.purgeAt) - Date.now()) / (60 * 60 * 1000);
      expect(hours).toBeGreaterThan(23.9);
      expect(hours).toBeLessThan(24.1);
      expect(access.size).toBe(0);
      expect(portal.dev.boxes.has('wanted')).toBe(true);
      expect(portal.dev.logins.size).toBeGreaterThan(0);

      for (const refused of [
        await ask(id, 'update', { spec: { size: 9 } }),
        await ask(id, 'grant', {
          principal: 'component:default/payments-worker',
          role: 'reader',
        }),
        await portal.post('payments-dev', `/resources/${id}/credentials`, {
          principal: 'component:default/payments-api',
        }),
        await portal.ask('wanted'),
      ]) {
        expect([refused.status, refused.body.error?.message]).toEqual([
          409,
          expect.any(String),
        ]);
      }
    });

    it('should be undone by a restore, with everybody back who was there', async () => {
      const id = await portal.readyBox('back');
      const before = [...portal.dev.boxes.get('back')!.access];
      await portal.remove(id);
      expect(portal.dev.boxes.get('back')!.access.size).toBe(0);

      const asked = await ask(id, 'restore');
      await portal.carryOut(asked.body);
      expect([...portal.dev.boxes.get('back')!.access]).toEqual(before);
      expect(await resource(id)).toMatchObject({ phase: 'ready' });
      expect((await resource(id)).purgeAt).toBeUndefined();
      const { body } = await portal.get(
        'payments-dev',
        `/resources/${id}/grants`,
      );
      expect(body.items).toMatchObject([{ state: 'active', role: 'reader' }]);
      expect((await ask(id, 'restore')).status).toBe(409);
    });

    it('should remove the object when the quarantine has ended, once, and free the name', async () => {
      const id = await portal.readyBox('ends');
      await portal.remove(id);
      portal.dev.acted.length = 0;
      await knex('resources').where({ id }).update({ purge_at: knex.fn.now() });
      await eventually(
        () => resource(id),
        body => body.phase === 'deleted',
      );
      expect(portal.dev.boxes.has('ends')).toBe(false);
      expect(portal.dev.acted.filter(kind => kind === 'drop')).toHaveLength(1);
      const { body } = await portal.get(
        'payments-dev',
        `/requests?resourceId=${id}&action=delete`,
      );
      expect(body.items).toMatchObject([
        {
          state: 'completed',
          requestedBy: 'system:quarantine',
          decisions: [{ by: 'policy:quarantine-has-ended' }],
        },
        { state: 'completed', requestedBy: 'user:default/payments-dev' },
      ]);
      expect((await portal.ask('ends')).status).toBe(201);
    });

    it('should wait with the removal for an engine that is down', async () => {
      const id = await portal.readyBox('later');
      await portal.remove(id);
      portal.dev.down = true;
      await knex('resources').where({ id }).update({ purge_at: knex.fn.now() });
      await new Promise(resolve => setTimeout(resolve, 2_500));
      expect(await resource(id)).toMatchObject({ phase: 'quarantined' });
      portal.dev.down = false;
      await eventually(
        () => resource(id),
        body => body.phase === 'deleted',
      );
    });

    it('should remove nothing that took the place of ours meanwhile', async () => {
      const id = await portal.readyBox('swapped');
      await portal.remove(id);
      portal.dev.boxes.delete('swapped');
      portal.dev.create('swapped', { size: 99 });
      await knex('resources').where({ id }).update({ purge_at: knex.fn.now() });
      await eventually(
        () => resource(id),
        body => body.phase === 'deleted',
      );
      expect(portal.dev.boxes.get('swapped')?.spec).toEqual({ size: 99 });
    });

    it('should skip the quarantine of what is gone already', async () => {
      const id = await portal.readyBox('vanished');
      portal.dev.boxes.delete('vanished');
      await portal.remove(id);
      expect(await resource(id)).toMatchObject({ phase: 'deleted' });
    });
  });

  describe('drift', () => {
    it('should be shown with the exact difference, and put back by an update', async () => {
      const id = await portal.readyBox('crooked');
      portal.dev.boxes.get('crooked')!.spec = { size: 5 };
      expect(await drifted(id, 'true')).toMatchObject({
        phase: 'ready',
        observed: { size: 5 },
        drift: [{ path: 'size', from: 5, to: 3 }],
      });
      expect(portal.dev.boxes.get('crooked')!.spec).toEqual({ size: 5 });

      const asked = await ask(id, 'update', { spec: { size: 3 } });
      await portal.carryOut(asked.body);
      const straight = await resource(id);
      expect(straight.drift).toBeUndefined();
      expect(portal.dev.boxes.get('crooked')!.spec).toEqual({ size: 3 });
    });

    it('should be taken over as the new spec by an update that touches no engine', async () => {
      const id = await portal.readyBox('accepted');
      portal.dev.boxes.get('accepted')!.spec = { size: 5 };
      await drifted(id, 'true');
      portal.dev.acted.length = 0;
      const asked = await ask(id, 'update', { spec: { size: 5 } });
      expect(asked.body.plan).toMatchObject({
        changes: [{ path: 'declared.size', from: 3, to: 5 }],
        steps: [],
      });
      await portal.carryOut(asked.body);
      expect(portal.dev.acted).toEqual([]);
      const taken = await resource(id);
      expect(taken).toMatchObject({ spec: { size: 5 } });
      expect(taken.drift).toBeUndefined();
    });

    it('should end by itself when somebody mends it by hand', async () => {
      const id = await portal.readyBox('mended');
      portal.dev.boxes.get('mended')!.spec = { size: 5 };
      await drifted(id, 'true');
      portal.dev.boxes.get('mended')!.spec = { size: 3 };
      await drifted(id, 'false');
      const events = await knex('audit')
        .where({ resource_id: id })
        .whereLike('event', 'drift.%')
        .orderBy('at')
        .pluck('event');
      expect(events.filter(event => event === 'drift.found')).toHaveLength(1);
      expect(events.at(-1)).toBe('drift.ended');
    });

    it('should tell an object that is gone from one that was replaced', async () => {
      const gone = await portal.readyBox('lost');
      const other = await portal.readyBox('other');
      portal.dev.boxes.delete('lost');
      portal.dev.boxes.delete('other');
      portal.dev.create('other', { size: 3 });
      expect(await drifted(gone, 'true')).toMatchObject({
        phase: 'degraded',
        conditions: expect.arrayContaining([
          expect.objectContaining({ type: 'Drifted', reason: 'Gone' }),
        ]),
      });
      expect(await drifted(other, 'true')).toMatchObject({
        phase: 'degraded',
        conditions: expect.arrayContaining([
          expect.objectContaining({ type: 'Drifted', reason: 'Replaced' }),
        ]),
      });
    });
  });
});
