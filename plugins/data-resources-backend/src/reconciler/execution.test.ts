import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(90_000);

describe('execution', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({ knex });
  });
  afterAll(async () => portal.stop());
  afterEach(() => {
    portal.dev.down = false;
    portal.dev.refusesLogin = false;
    portal.dev.faults.clear();
    portal.dev.beforeAct = async () => {};
  });

  const approve = (caller: string, request: any) =>
    portal.post(caller, `/requests/${request.id}/approve`, {
      planHash: request.plan.hash,
    });

  it('should wait for an instance that is down, say so, and complete by itself', async () => {
    const request = (await portal.ask('patient', { spec: { size: 50 } })).body;
    portal.dev.down = true;
    await approve('platform-lead', request);
    const waiting = await eventually(
      async () => (await portal.get('auditor', `/requests/${request.id}`)).body,
      body => Boolean(body.waiting),
    );
    expect(waiting).toMatchObject({
      state: 'approved',
      waiting: { reason: 'Unreachable', message: 'The memory server is down' },
    });
    const refused = await portal.ask('impatient');
    expect(refused.status).toBe(503);
    const elsewhere = await portal.ask('elsewhere', { instance: 'box-prod' });
    expect(elsewhere.status).toBe(201);
    await approve('platform-lead', elsewhere.body);
    await portal.until(elsewhere.body.id, 'completed');
    portal.dev.down = false;
    const done = await portal.until(request.id, 'completed');
    expect(done.waiting).toBeUndefined();
  });

  it('should wait for a login of its own that is refused, and turn nothing down for it', async () => {
    const request = (await portal.ask('locked', { spec: { size: 50 } })).body;
    portal.dev.refusesLogin = true;
    await approve('platform-lead', request);
    const waiting = await eventually(
      async () => (await portal.get('auditor', `/requests/${request.id}`)).body,
      body => Boolean(body.waiting) || body.state !== 'approved',
    );
    expect(waiting).toMatchObject({
      state: 'approved',
      waiting: {
        reason: 'Unauthorized',
        message: 'The memory server knows another password',
      },
    });
    portal.dev.refusesLogin = false;
    await portal.until(request.id, 'completed');
  });

  it('should go on after the server went away in the middle', async () => {
    portal.dev.beforeAct = async kind => {
      portal.dev.down = kind === 'grant';
    };
    const asked = await portal.ask('interrupted', {
      grants: [{ principal: 'component:default/payments-api', role: 'reader' }],
    });
    await eventually(
      async () =>
        (
          await portal.get('auditor', `/requests/${asked.body.id}`)
        ).body,
      body => body.state === 'executing' && Boolean(body.waiting),
    );
    portal.dev.beforeAct = async () => {};
    portal.dev.down = false;
    await portal.until(asked.body.id, 'completed');
    expect(
      portal.dev.acted.filter(kind => kind === 'create').length,
    ).toBeGreaterThan(0);
    expect(portal.dev.boxes.get('interrupted')?.access.size).toBe(1);
  });

  it('should tell a release which roles the other grants of its login have', async () => {
    const principal = 'component:default/payments-worker';
    const made = new Map<string, string>();
    for (const [name, role] of [
      ['released', 'reader'],
      ['released-2', 'writer'],
      ['released-3', 'writer'],
    ]) {
      const asked = await portal.ask(name, { grants: [{ principal, role }] });
      const { resourceId } = await portal.until(asked.body.id, 'completed');
      made.set(name, resourceId);
    }
    const [base] = [...portal.dev.boxes.get('released')!.access][0].split(':');
    const revoke = async (name: string) => {
      const grants = await portal.get(
        'payments-dev',
        `/resources/${made.get(name)}/grants`,
      );
      const asked = await portal.post('payments-dev', '/requests', {
        action: 'revoke',
        grantId: grants.body.items[0].id,
      });
      await portal.until(asked.body.id, 'completed');
      return portal.dev.releases.get(base);
    };

    expect(await revoke('released-2')).toEqual(['reader', 'writer']);
    expect(await revoke('released')).toEqual(['writer']);
    expect(portal.dev.logins.has(`${base}_a`)).toBe(true);
    expect(await revoke('released-3')).toEqual([]);
    expect(portal.dev.logins.has(`${base}_a`)).toBe(false);
  });

  it('should find out what a lost answer meant instead of doing it twice', async () => {
    portal.dev.acted.length = 0;
    portal.dev.faults.set('create', {
      error: new ProviderError('Unknown', 'The answer was lost'),
      afterEffect: true,
      times: 1,
    });
    const asked = await portal.ask('lost-answer');
    await portal.until(asked.body.id, 'completed');
    expect(portal.dev.acted.filter(kind => kind === 'create')).toHaveLength(1);
  });

  it('should show how far a long step is, and complete by itself when it is done', async () => {
    portal.dev.faults.set('create', {
      error: new ProviderError('Unknown', '3 of 12 partitions are there'),
      times: 2,
    });
    const asked = await portal.ask('long-step');
    const waiting = await eventually(
      async () =>
        (
          await portal.get('auditor', `/requests/${asked.body.id}`)
        ).body,
      body => Boolean(body.waiting),
    );
    expect(waiting).toMatchObject({
      state: 'executing',
      waiting: { reason: 'Unknown', message: '3 of 12 partitions are there' },
    });
    const done = await portal.until(asked.body.id, 'completed');
    expect(done.waiting).toBeUndefined();
  });

  it('should fail plainly where the engine says no, and continue after a retry', async () => {
    portal.dev.faults.set('grant', {
      error: new ProviderError('Rejected', 'No more readers in this box'),
      times: 1,
    });
    const asked = await portal.ask('refused', {
      grants: [{ principal: 'component:default/payments-api', role: 'reader' }],
    });
    const failed = await portal.until(asked.body.id, 'failed');
    expect(failed.execution.map((step: any) => step.state)).toEqual([
      'done',
      'done',
      'failed',
    ]);
    expect(failed.execution[2].error).toEqual({
      reason: 'Rejected',
      message: 'No more readers in this box',
      retryable: false,
    });
    expect(failed.can).toEqual(['retry']);
    const resource = await portal.get(
      'auditor',
      `/resources/${failed.resourceId}`,
    );
    expect(resource.body.phase).toBe('failed');
    expect((await portal.ask('refused')).status).toBe(409);
    const stranger = await portal.post(
      'logistics-dev',
      `/requests/${failed.id}/retry`,
    );
    expect(stranger.status).toBe(403);
    portal.dev.acted.length = 0;
    const retried = await portal.post(
      'payments-lead',
      `/requests/${failed.id}/retry`,
    );
    expect(retried.body.state).toBe('executing');
    await portal.until(failed.id, 'completed');
    expect(portal.dev.acted).toEqual(['grant']);
  });

  it('should let a failed create be deleted, and free its name', async () => {
    portal.dev.faults.set('ensure', {
      error: new ProviderError('Rejected', 'No logins today'),
      times: 1,
    });
    const asked = await portal.ask('half', {
      grants: [
        { principal: 'component:default/payments-worker', role: 'reader' },
      ],
    });
    const failed = await portal.until(asked.body.id, 'failed');
    const deletion = await portal.post('payments-dev', '/requests', {
      action: 'delete',
      resourceId: failed.resourceId,
    });
    expect(deletion.body.state).toBe('pending');
    await approve('platform-lead', deletion.body);
    await portal.until(deletion.body.id, 'completed');
    expect(portal.dev.boxes.has('half')).toBe(false);
    const retry = await portal.post(
      'payments-dev',
      `/requests/${failed.id}/retry`,
    );
    expect(retry.status).toBe(409);
    expect((await portal.ask('half')).status).toBe(201);
  });

  it('should know a plan again whatever order the database gives a spec back in', async () => {
    const request = (
      await portal.ask('painted', { spec: { colour: 'red', size: 50 } })
    ).body;
    await approve('platform-lead', request);
    const done = await portal.until(request.id, 'completed', 'pending');
    expect(done).toMatchObject({ state: 'completed', previousPlans: [] });
  });

  it('should not count who has left the group since the decision', async () => {
    const request = (await portal.ask('left', { spec: { size: 50 } })).body;
    portal.dev.down = true;
    await approve('platform-engineer', request);
    const platform = portal.entities.get('group:default/platform')!;
    const before = platform.relations;
    platform.relations = before!.filter(
      ({ targetRef }) => targetRef !== 'user:default/platform-engineer',
    );
    portal.dev.down = false;
    try {
      const back = await eventually(
        async () =>
          (
            await portal.get('auditor', `/requests/${request.id}`)
          ).body,
        body => body.state === 'pending',
      );
      expect(back.plan.revision).toBe(2);
    } finally {
      platform.relations = before;
    }
  });

  it('should turn down what has become impossible', async () => {
    const request = (await portal.ask('too-late', { spec: { size: 50 } })).body;
    portal.dev.create('too-late', { size: 1 });
    await approve('platform-lead', request);
    const rejected = await portal.until(request.id, 'rejected');
    expect(rejected.decisions.at(-1)).toMatchObject({
      effect: 'reject',
      by: 'policy:no-longer-possible',
      comment: expect.stringContaining('adopt'),
    });
    expect(portal.dev.boxes.get('too-late')?.spec).toEqual({ size: 1 });
  });

  it('should leave alone what took the place of ours', async () => {
    const resourceId = await portal.readyBox('replaced');
    portal.dev.boxes.delete('replaced');
    portal.dev.create('replaced', { size: 99 });
    const grant = await portal.post('payments-dev', '/requests', {
      action: 'grant',
      resourceId,
      principal: 'component:default/payments-worker',
      role: 'reader',
    });
    expect(grant.status).toBe(409);
    const deletion = await portal.post('payments-dev', '/requests', {
      action: 'delete',
      resourceId,
    });
    await approve('platform-lead', deletion.body);
    await portal.until(deletion.body.id, 'completed');
    expect(portal.dev.boxes.get('replaced')?.spec).toEqual({ size: 99 });
  });

  it('should execute each of many requests exactly once with two replicas', async () => {
    const other = await TestPortal.start({ knex });
    // Both replicas see one cluster.
    for (const [name, server] of portal.servers) {
      Object.assign(other.servers.get(name)!, {
        boxes: server.boxes,
        logins: server.logins,
        acted: server.acted,
        create: server.create.bind(server),
      });
    }
    portal.dev.acted.length = 0;
    try {
      const asked = await Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          (n % 2 ? portal : other).ask(`both-${n}`),
        ),
      );
      for (const { body } of asked) {
        await portal.until(body.id, 'completed');
      }
      expect(portal.dev.acted).toEqual(Array(30).fill('create'));
    } finally {
      await other.stop();
    }
  });

  it('should wait for nobody who only refers to what it changes', async () => {
    const resourceId = await portal.readyBox('referred-to');
    const { body: request } = await portal.post('payments-dev', '/requests', {
      action: 'update',
      resourceId,
      spec: { size: 4 },
    });
    // As the database does for whoever stores something that points at them.
    const other = await knex.transaction();
    await other('requests').where({ id: request.id }).forKeyShare();
    await other('resources').where({ id: resourceId }).forKeyShare();
    try {
      await approve('platform-lead', request);
      const done = await portal.until(request.id, 'completed');
      expect(done.plan.revision).toBe(1);
    } finally {
      await other.rollback();
    }
  });

  it('should take up what a killed replica left, once its lease has ended', async () => {
    const asked = await portal.ask('orphan', { spec: { size: 50 } });
    const request = asked.body;
    portal.dev.down = true;
    await approve('platform-lead', request);
    await eventually(
      async () => (await portal.get('auditor', `/requests/${request.id}`)).body,
      body => Boolean(body.waiting),
    );
    // As a replica leaves it that was killed after it had claimed the request.
    await knex('requests')
      .where({ id: request.id })
      .update({
        lease_ticket: '00000000-0000-7000-8000-000000000000',
        lease_until: knex.raw("now() + interval '3 seconds'"),
      });
    portal.dev.down = false;
    await portal.until(request.id, 'completed');
    expect(portal.dev.boxes.get('orphan')?.spec).toEqual({ size: 50 });
  });
});
