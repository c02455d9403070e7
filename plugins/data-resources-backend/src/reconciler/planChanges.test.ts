import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { JsonObject } from '@backstage/types';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';
import { component } from '../__testUtils__/sampleEntities';

jest.setTimeout(90_000);

/** Longer than an instance's look at its cluster is believed. */
const PROBED_ANEW_MS = 2_100;

/** What has failed a few times is tried again after longer and longer pauses. */
const UNTIL_TRIED_AGAIN_MS = 45_000;

const BIG = { spec: { size: 50 } };
const SHIPPING = 'component:default/shipping-worker';

describe('between an approval and the execution', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({ knex });
  });
  afterEach(async () => portal.stop());

  const get = async (request: any) =>
    (await portal.get('auditor', `/requests/${request.id}`)).body;
  const approve = async (caller: string, request: any) => {
    const answer = await portal.post(
      caller,
      `/requests/${request.id}/approve`,
      { planHash: request.plan.hash },
    );
    expect(answer.status).toBe(200);
  };
  /** Asks for something of a resource as payments. */
  const ask = async (input: object) => {
    const { status, body } = await portal.post(
      'payments-dev',
      '/requests',
      input,
    );
    expect({ status, error: body.error }).toEqual({ status: 201 });
    return body;
  };
  /** Another process on the same database and servers, as after a restart with other settings. */
  const restart = async (config?: JsonObject) => {
    await portal.stop();
    const { servers, entities } = portal;
    portal = await TestPortal.start({ knex, config, servers });
    entities.forEach((entity, ref) => portal.entities.set(ref, entity));
  };
  const sentBack = (request: any) =>
    eventually(
      () => get(request),
      ({ state, plan }) => state === 'pending' && plan.revision === 2,
      UNTIL_TRIED_AGAIN_MS,
    );
  /** Until what was approved was tried, and waits for the engine: the catalog is read again after it. */
  const waits = (request: any) =>
    eventually(
      () => get(request),
      ({ waiting }) => waiting?.reason === 'Unreachable',
      UNTIL_TRIED_AGAIN_MS,
    );
  const completed = (request: any) =>
    eventually(
      () => get(request),
      ({ state }) => ['completed', 'failed', 'rejected'].includes(state),
      UNTIL_TRIED_AGAIN_MS,
    );

  describe('another plan is not what was approved', () => {
    const expectBothPlans = (back: any, before: any) => {
      expect(back.previousPlans).toMatchObject([{ hash: before.plan.hash }]);
      expect(back.plan.hash).not.toBe(before.plan.hash);
      expect(back.decisions).toMatchObject([{ revision: 1 }]);
      expect(back.execution).toEqual([]);
    };

    it('should go back where somebody changed the object', async () => {
      const resourceId = await portal.readyBox('touched');
      const request = await ask({
        action: 'update',
        resourceId,
        spec: { size: 5 },
      });
      portal.dev.down = true;
      await approve('platform-lead', request);
      portal.dev.boxes.get('touched')!.spec = { size: 4 };
      portal.dev.down = false;
      const back = await sentBack(request);
      expectBothPlans(back, request);
      expect(back.plan.changes).toEqual([
        { path: 'size', from: 4, to: 5, kind: 'in-place' },
      ]);
      expect(portal.dev.boxes.get('touched')!.spec).toEqual({ size: 4 });
    });

    it('should go back where more reaches the object than was agreed to', async () => {
      await restart({ drift: { interval: '1 second' } });
      const resourceId = await portal.readyBox('visited');
      // What is there at the first look is not news.
      await eventually(
        async () =>
          knex('resources').where({ id: resourceId }).first('access_baseline'),
        ({ access_baseline: baseline }) => baseline !== null,
      );
      const mirror = { login: 'mirror', rights: ['PEEK'], via: 'a rule' };
      portal.dev.boxes.get('visited')!.foreign = [mirror];
      const request = await ask({
        action: 'update',
        resourceId,
        spec: { size: 3 },
        access: 'keep',
      });
      portal.dev.down = true;
      await approve('platform-lead', request);
      portal.dev.boxes.get('visited')!.foreign = [
        { ...mirror, rights: ['PEEK', 'POKE'] },
      ];
      portal.dev.down = false;
      const back = await sentBack(request);
      expectBothPlans(back, request);
      expect(back.plan.changes).toMatchObject([
        { path: 'access.mirror.PEEK' },
        { path: 'access.mirror.POKE' },
      ]);
    });

    it('should go back where another object took its place, and offer no approval', async () => {
      const resourceId = await portal.readyBox('swapped');
      const request = await ask({
        action: 'update',
        resourceId,
        spec: { size: 5 },
      });
      portal.dev.down = true;
      await approve('platform-lead', request);
      portal.dev.boxes.delete('swapped');
      portal.dev.create('swapped', { size: 3 });
      portal.dev.down = false;
      const back = await sentBack(request);
      expect(back.plan.findings).toContainEqual(
        expect.objectContaining({ policy: 'memory/gone', effect: 'deny' }),
      );
      const seen = await portal.get('platform-lead', `/requests/${request.id}`);
      expect(seen.body.can).toEqual(['reject']);
      expect(portal.dev.boxes.get('swapped')!.spec).toEqual({ size: 3 });
    });

    it('should go back where a generation lies between', async () => {
      const resourceId = await portal.readyBox('aged');
      const first = await ask({
        action: 'update',
        resourceId,
        spec: { size: 5 },
      });
      const second = await ask({
        action: 'update',
        resourceId,
        spec: { size: 6 },
      });
      await approve('platform-lead', first);
      await completed(first);
      await approve('platform-lead', second);
      const back = await sentBack(second);
      expectBothPlans(back, second);
      expect(back.plan.changes).toEqual([
        { path: 'size', from: 5, to: 6, kind: 'in-place' },
      ]);
    });

    it('should go back where what had failed was tried again and done meanwhile', async () => {
      const resourceId = await portal.readyBox('overtaken');
      portal.dev.faults.set('change', {
        error: new ProviderError('Rejected', 'Not today'),
        times: 1,
      });
      const first = await ask({
        action: 'update',
        resourceId,
        spec: { size: 5 },
      });
      await approve('platform-lead', first);
      expect((await completed(first)).state).toBe('failed');
      const second = await ask({
        action: 'update',
        resourceId,
        spec: { size: 6 },
      });
      // While one replica plans the second once more, another one goes on with the first.
      const other = await TestPortal.start({ knex, servers: portal.servers });
      let goOn = () => {};
      const seen = new Promise<void>(looked => {
        portal.dev.afterLook = async names => {
          if (names.includes('overtaken')) {
            portal.dev.afterLook = async () => {};
            looked();
            await new Promise<void>(resolve => {
              goOn = resolve;
            });
          }
        };
      });
      try {
        await approve('platform-lead', second);
        await seen;
        await portal.post('payments-dev', `/requests/${first.id}/retry`);
        expect((await completed(first)).state).toBe('completed');
        goOn();
        const back = await sentBack(second);
        expectBothPlans(back, second);
        expect(back.plan.changes).toEqual([
          { path: 'size', from: 5, to: 6, kind: 'in-place' },
        ]);
        expect(portal.dev.boxes.get('overtaken')!.spec).toEqual({ size: 5 });
      } finally {
        goOn();
        await other.stop();
      }
    });

    it('should go back to the new owner where the component to be granted was given away', async () => {
      const resourceId = await portal.readyBox('handed-over');
      const request = await ask({
        action: 'grant',
        resourceId,
        principal: SHIPPING,
        role: 'reader',
      });
      portal.dev.down = true;
      await approve('logistics-dev', request);
      await waits(request);
      portal.entities.set(...component('shipping-worker', 'platform'));
      portal.dev.down = false;
      const back = await sentBack(request);
      expectBothPlans(back, request);
      expect(back.plan.approval.required).toMatchObject([
        { group: 'group:default/platform', given: 0 },
      ]);
      expect(portal.dev.boxes.get('handed-over')!.access.size).toBe(1);
    });

    it('should go back where the component to be granted is another of the same name', async () => {
      const resourceId = await portal.readyBox('renamed');
      const request = await ask({
        action: 'grant',
        resourceId,
        principal: SHIPPING,
        role: 'reader',
      });
      portal.dev.down = true;
      await approve('logistics-dev', request);
      await waits(request);
      portal.entities.set(
        ...component('shipping-worker', 'logistics', 'uid-of-another'),
      );
      portal.dev.down = false;
      const back = await sentBack(request);
      expectBothPlans(back, request);
      expect(back.plan.approval.required).toMatchObject([
        { group: 'group:default/logistics', given: 0 },
      ]);
    });

    it('should go back where a policy denies it by now', async () => {
      const request = (await portal.ask('forbidden', BIG)).body;
      portal.dev.down = true;
      await approve('platform-lead', request);
      await restart({
        policies: [
          {
            name: 'no-more-big-boxes',
            when: 'spec.size > 40',
            effect: 'deny',
            message: 'Boxes of at most 40, please',
          },
        ],
      });
      portal.dev.down = false;
      const back = await sentBack(request);
      expect(back.plan.findings).toMatchObject([
        { policy: 'no-more-big-boxes', effect: 'deny' },
      ]);
      expect(back.plan.hash).toBe(request.plan.hash);
      expect(portal.dev.boxes.has('forbidden')).toBe(false);
      const refused = await portal.post(
        'platform-lead',
        `/requests/${request.id}/approve`,
        { planHash: back.plan.hash },
      );
      expect(refused.status).toBe(409);
    });

    it('should be turned down where the requester may not ask any more, or the owner is gone', async () => {
      const left = (await portal.ask('left-behind', BIG)).body;
      const orphan = (await portal.ask('orphaned', BIG, 'payments-lead')).body;
      portal.dev.down = true;
      await approve('platform-lead', left);
      await approve('platform-lead', orphan);
      const person = portal.entities.get('user:default/payments-dev')!;
      portal.entities.set('user:default/payments-dev', {
        ...person,
        relations: [],
      });
      portal.dev.down = false;
      const first = await completed(left);
      expect(first).toMatchObject({
        state: 'rejected',
        decisions: [
          { effect: 'approve' },
          { effect: 'reject', by: 'policy:no-longer-possible' },
        ],
      });
      expect((await completed(orphan)).state).toBe('completed');
      expect(portal.dev.boxes.has('left-behind')).toBe(false);
    });
  });

  describe('what must not count as another plan', () => {
    it('should wait while the instance is not fit for it, and run as it was approved after that', async () => {
      const request = (await portal.ask('patient', BIG)).body;
      portal.dev.conditions = [
        {
          type: 'Privileges',
          status: 'error',
          message: 'The login lacks the right to create boxes',
        },
      ];
      await new Promise(resolve => {
        setTimeout(resolve, PROBED_ANEW_MS);
      });
      try {
        await approve('platform-lead', request);
        const waiting = await eventually(
          async () =>
            (
              await portal.get('payments-dev', `/requests/${request.id}`)
            ).body,
          ({ waiting: why }) => why?.reason === 'Unavailable',
        );
        expect(waiting).toMatchObject({
          state: 'approved',
          waiting: { message: 'The login lacks the right to create boxes' },
        });
        expect(portal.dev.boxes.has('patient')).toBe(false);
      } finally {
        portal.dev.conditions = [];
      }
      const done = await completed(request);
      expect(done.state).toBe('completed');
      expect(done.plan.hash).toBe(request.plan.hash);
      expect(portal.dev.boxes.has('patient')).toBe(true);
    });

    it.each([
      [true, 'approved', 'completed'],
      [false, 'pending', 'pending'],
    ])(
      'should wait where the engine says that its denial may pass (%s), else be decided again',
      async (retryable, meanwhile, atLast) => {
        const name = retryable ? 'lost-right' : 'lost-name';
        const request = (await portal.ask(name, BIG)).body;
        portal.dev.findings = [
          {
            policy: 'memory/rights',
            effect: 'deny',
            message: `The portal may not touch ${name}`,
            retryable,
          },
        ];
        const now = async () =>
          (await portal.get('payments-dev', `/requests/${request.id}`)).body;
        try {
          await approve('platform-lead', request);
          const told = await eventually(
            now,
            ({ waiting, plan }) =>
              waiting?.reason === 'Unavailable' || plan.revision > 1,
          );
          expect(told.state).toBe(meanwhile);
          expect(JSON.stringify(told)).toContain(
            `The portal may not touch ${name}`,
          );
          expect(JSON.stringify(told)).not.toContain('retryable');
        } finally {
          portal.dev.findings = [];
        }
        const last = await eventually(now, ({ state }) => state === atLast);
        expect(last.plan.hash).toBe(request.plan.hash);
        expect(portal.dev.boxes.has(name)).toBe(retryable);
      },
    );

    it('should run after a restart, with findings, approvals and logins that are others by now', async () => {
      const request = (
        await portal.ask('unmoved', {
          ...BIG,
          grants: [
            { principal: 'component:default/payments-api', role: 'reader' },
          ],
        })
      ).body;
      // The login of the grant is made by another resource in the meantime.
      portal.dev.down = true;
      await approve('platform-lead', request);
      await restart({
        policies: [
          {
            name: 'big-boxes-are-dear',
            when: 'spec.size > 40',
            effect: 'warn',
            message: 'Dear',
          },
          {
            name: 'two-of-platform',
            when: 'spec.size > 40',
            approve: { group: 'group:default/platform', count: 2 },
          },
          { name: 'others', approve: 'automatically' },
        ],
      });
      portal.dev.down = false;
      await portal.readyBox('neighbour');
      const done = await completed(request);
      expect(done).toMatchObject({ state: 'completed', previousPlans: [] });
      expect(portal.dev.acted.filter(kind => kind === 'create')).toHaveLength(
        2,
      );
    });

    it.each(['create', 'ensure', 'grant'])(
      'should finish the stored steps, whatever has changed, after it stopped at "%s"',
      async kind => {
        const request = (
          await portal.ask('half-done', {
            ...BIG,
            grants: [
              { principal: 'component:default/payments-api', role: 'reader' },
            ],
          })
        ).body;
        portal.dev.faults.set(kind, {
          error: new ProviderError('Unknown', 'The answer was lost'),
          afterEffect: kind !== 'grant',
          times: 1,
        });
        // It ends in the middle, as if the process were killed: the server is gone as well.
        const gone = new Promise<void>(resolve => {
          portal.dev.beforeAct = async acting => {
            if (acting === kind) {
              portal.dev.beforeAct = async () => {};
              setImmediate(() => {
                portal.dev.down = true;
                resolve();
              });
            }
          };
        });
        await approve('platform-lead', request);
        await gone;
        await restart({
          policies: [
            { name: 'nothing-at-all', effect: 'deny', message: 'No more' },
          ],
        });
        portal.dev.down = false;
        const done = await completed(request);
        expect(done).toMatchObject({ state: 'completed', previousPlans: [] });
        expect(
          portal.dev.acted.filter(acted => acted === 'create'),
        ).toHaveLength(1);
      },
    );

    it('should drop what was approved to be dropped after a crash in the middle of the drop', async () => {
      const resourceId = await portal.readyBox('dropped');
      const quarantine = await ask({ action: 'delete', resourceId });
      await approve('platform-lead', quarantine);
      await completed(quarantine);
      const request = await ask({ action: 'delete', resourceId });
      portal.dev.faults.set('drop', {
        error: new ProviderError('Unknown', 'The answer was lost'),
        afterEffect: true,
        times: 1,
      });
      await approve('platform-lead', request);
      await restart();
      const done = await completed(request);
      expect(done).toMatchObject({ state: 'completed', previousPlans: [] });
      expect(portal.dev.acted.filter(kind => kind === 'drop')).toHaveLength(1);
      expect(portal.dev.logins.size).toBe(0);
    });
  });
});
