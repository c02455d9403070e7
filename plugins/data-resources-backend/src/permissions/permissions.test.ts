import {
  dataResourcesRequestCreatePermission,
  dataResourcesRequestDecidePermission,
  dataResourcesRequestReadPermission,
  dataResourcesRequestWithdrawPermission,
  dataResourcesResourceCredentialsPermission,
  dataResourcesResourceDeletePermission,
  dataResourcesResourceReadPermission,
  dataResourcesResourceUpdatePermission,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { boxInput, eventually, TestPortal } from '../__testUtils__/Portal';
import { ALLOW, TestPolicy } from '../__testUtils__/TestPolicy';
import {
  createDataResourcesRequestConditionalDecision as requestsWhere,
  createDataResourcesResourceConditionalDecision as resourcesWhere,
  dataResourcesRequestConditions as ofRequests,
  dataResourcesResourceConditions as ofResources,
} from './conditionExports';

jest.setTimeout(60_000);

const PAYMENTS = { claims: ['group:default/payments'] };
const API = 'component:default/payments-api';
const NOWHERE = '019a0000-0000-7000-8000-000000000000';

describe('a permission policy', () => {
  const databases = testDatabases();
  const policy = new TestPolicy();
  let knex: Knex;
  let portal: TestPortal;
  /** A ready box of payments with a grant for payments-api. */
  let box: string;
  let grant: any;
  /** Boxes that wait for platform, of two people. */
  let pending: any;
  let others: any;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({ knex, permissions: policy });
    box = await portal.readyBox('box');
    const grants = await portal.get('payments-dev', `/resources/${box}/grants`);
    [grant] = grants.body.items;
    pending = (await portal.ask('pending', { spec: { size: 50 } })).body;
    others = (
      await portal.ask(
        'others',
        { owner: 'group:default/logistics', instance: 'box-prod' },
        'logistics-dev',
      )
    ).body;
  });
  afterAll(async () => portal.stop());
  afterEach(async () => {
    policy.reset();
    await eventually(
      async () => knex('requests').whereIn('state', ['approved', 'executing']),
      working => working.length === 0,
    );
  });

  const names = async (who: string, path: string) =>
    (await portal.get(who, path)).body.items.map(({ name }: any) => name);
  const refused = (answer: any, permission: { name: string }) => {
    expect([answer.status, answer.body.error.name]).toEqual([
      403,
      'NotAllowedError',
    ]);
    expect(answer.body.error.message).toContain(permission.name);
    expect(answer.body.error.message).toContain('group:default/platform');
  };
  const askToGrant = (resourceId: string) =>
    portal.post('payments-dev', '/plans', {
      action: 'grant',
      resourceId,
      principal: 'component:default/payments-worker',
      role: 'reader',
    });
  const askToDelete = (resourceId: string) =>
    portal.post('payments-dev', '/requests', { action: 'delete', resourceId });
  const askToRevoke = (grantId: string) =>
    portal.post('payments-dev', '/requests', { action: 'revoke', grantId });
  const canOf = async (who: string, path: string) =>
    (await portal.get(who, path)).body.can;
  const takeCredentials = () =>
    portal.post('payments-dev', `/resources/${box}/credentials`, {
      principal: API,
    });

  describe('on data-resources.request.create', () => {
    it('should keep people from asking and from planning, and change nothing', async () => {
      policy.deny(dataResourcesRequestCreatePermission);
      const [{ count }] = await knex('requests').count();
      for (const path of ['/plans', '/requests']) {
        refused(
          await portal.post('payments-dev', path, boxInput('new')),
          dataResourcesRequestCreatePermission,
        );
      }
      refused(await askToDelete(box), dataResourcesRequestCreatePermission);
      refused(
        await askToRevoke(grant.id),
        dataResourcesRequestCreatePermission,
      );
      expect(await knex('requests').count()).toEqual([{ count }]);
      expect(await canOf('payments-dev', `/resources/${box}`)).toEqual([
        'credentials',
      ]);
    });
  });

  describe('on data-resources.request.read', () => {
    it('should hide every request when it denies', async () => {
      policy.deny(dataResourcesRequestReadPermission);
      expect(await names('payments-dev', '/requests')).toEqual([]);
      expect(await names('platform-lead', '/requests?approvableBy=me')).toEqual(
        [],
      );
      const missing = await portal.get('payments-dev', `/requests/${NOWHERE}`);
      const hidden = await portal.get(
        'payments-dev',
        `/requests/${pending.id}`,
      );
      expect([missing.status, hidden.status]).toEqual([404, 404]);
      expect(hidden.body.error.message).toEqual(
        missing.body.error.message.replace(NOWHERE, pending.id),
      );
      for (const [who, action, body] of [
        ['platform-lead', 'approve', { planHash: pending.plan.hash }],
        ['platform-lead', 'reject', { comment: 'no' }],
        ['payments-dev', 'withdraw', {}],
        ['payments-dev', 'retry', {}],
      ] as const) {
        const answer = await portal.post(
          who,
          `/requests/${pending.id}/${action}`,
          body,
        );
        expect([action, answer.status]).toEqual([action, 404]);
      }
    });

    it('should show those that its condition names, page by page', async () => {
      policy.decide(dataResourcesRequestReadPermission, userRef =>
        requestsWhere(dataResourcesRequestReadPermission, {
          anyOf: [
            ofRequests.isRequester({ userRef }),
            ofRequests.isApprover({ claims: ['group:default/platform'] }),
          ],
        }),
      );
      await Promise.all(
        ['page-1', 'page-2', 'page-3'].map(name =>
          portal.ask(name, {}, 'payments-lead'),
        ),
      );
      const own = await names('payments-lead', '/requests');
      expect(own).toEqual(
        expect.arrayContaining(['page-1', 'page-2', 'page-3', 'pending']),
      );
      // Approved by a policy, and asked by somebody else.
      expect(own).not.toContain('box');
      const paged: string[] = [];
      let cursor = '';
      do {
        const { body } = await portal.get(
          'payments-lead',
          `/requests?limit=2${cursor && `&cursor=${cursor}`}`,
        );
        expect(body.items.length).toBeGreaterThan(0);
        paged.push(...body.items.map(({ name }: any) => name));
        cursor = body.pageInfo.nextCursor;
      } while (cursor);
      expect(paged).toEqual(own);
      expect(await names('hermit', '/requests')).toEqual(
        expect.arrayContaining(['pending', 'others']),
      );
    });

    it('should leave hidden requests out of the history of a resource', async () => {
      const events = async () =>
        (
          await portal.get('payments-dev', `/resources/${box}/history`)
        ).body.items.map(({ event }: any) => event);
      expect(await events()).toContain('request.created');
      policy.deny(dataResourcesRequestReadPermission);
      expect(await events()).toEqual([]);
      policy.decide(dataResourcesRequestReadPermission, userRef =>
        requestsWhere(
          dataResourcesRequestReadPermission,
          ofRequests.isRequester({ userRef }),
        ),
      );
      expect(await events()).toContain('request.created');
    });

    it('should not show what became of a request to who may not read it, sent twice or not', async () => {
      policy.deny(dataResourcesRequestReadPermission);
      const send = () =>
        portal
          .post('payments-dev', '/requests', boxInput('twice'))
          .set('Idempotency-Key', 'twice');
      expect((await send()).status).toBe(201);
      expect((await send()).status).toBe(404);
    });
  });

  describe('on data-resources.request.decide', () => {
    const approve = (request: any) =>
      portal.post('platform-lead', `/requests/${request.id}/approve`, {
        planHash: request.plan.hash,
      });

    it('should keep approvers from deciding when it denies', async () => {
      policy.deny(dataResourcesRequestDecidePermission);
      refused(await approve(pending), dataResourcesRequestDecidePermission);
      refused(
        await portal.post('platform-lead', `/requests/${pending.id}/reject`, {
          comment: 'no',
        }),
        dataResourcesRequestDecidePermission,
      );
      expect(await canOf('platform-lead', `/requests/${pending.id}`)).toEqual(
        [],
      );
      expect(await names('platform-lead', '/requests?approvableBy=me')).toEqual(
        [],
      );
    });

    it('should leave the requests that its condition names', async () => {
      policy.decide(dataResourcesRequestDecidePermission, () =>
        requestsWhere(dataResourcesRequestDecidePermission, {
          not: ofRequests.inEnvironment({ environments: ['prod'] }),
        }),
      );
      refused(await approve(others), dataResourcesRequestDecidePermission);
      expect(await canOf('platform-lead', `/requests/${others.id}`)).toEqual(
        [],
      );
      expect(await canOf('platform-lead', `/requests/${pending.id}`)).toEqual([
        'approve',
        'reject',
      ]);
      const waiting = await names('platform-lead', '/requests?approvableBy=me');
      expect(waiting).toContain('pending');
      expect(waiting).not.toContain('others');
    });

    it('should never make an approver of somebody who is none', async () => {
      policy.decide(dataResourcesRequestDecidePermission, () => ALLOW);
      for (const who of ['payments-dev', 'logistics-dev', 'auditor']) {
        const answer = await portal.post(
          who,
          `/requests/${pending.id}/approve`,
          { planHash: pending.plan.hash },
        );
        expect([who, answer.status]).toEqual([who, 403]);
        expect(answer.body.error.message).not.toContain('data-resources.');
      }
    });
  });

  describe('on data-resources.request.withdraw', () => {
    it('should keep requesters from taking back when it denies', async () => {
      policy.deny(dataResourcesRequestWithdrawPermission);
      for (const action of ['withdraw', 'retry']) {
        refused(
          await portal.post(
            'payments-dev',
            `/requests/${pending.id}/${action}`,
          ),
          dataResourcesRequestWithdrawPermission,
        );
      }
      expect(await canOf('payments-dev', `/requests/${pending.id}`)).toEqual(
        [],
      );
    });

    it('should leave the requests that its condition names', async () => {
      policy.decide(dataResourcesRequestWithdrawPermission, userRef =>
        requestsWhere(
          dataResourcesRequestWithdrawPermission,
          ofRequests.isRequester({ userRef }),
        ),
      );
      const { body: taken } = await portal.ask('taken-back', {
        spec: { size: 50 },
      });
      const withdraw = (who: string) =>
        portal.post(who, `/requests/${taken.id}/withdraw`);
      expect(await canOf('payments-lead', `/requests/${taken.id}`)).toEqual([]);
      refused(
        await withdraw('payments-lead'),
        dataResourcesRequestWithdrawPermission,
      );
      expect(await canOf('payments-dev', `/requests/${taken.id}`)).toEqual([
        'withdraw',
      ]);
      expect((await withdraw('payments-dev')).status).toBe(200);
    });
  });

  describe('on data-resources.resource.read', () => {
    const inProd = () =>
      policy.decide(dataResourcesResourceReadPermission, () =>
        resourcesWhere(
          dataResourcesResourceReadPermission,
          ofResources.inEnvironment({ environments: ['prod'] }),
        ),
      );

    it.each([
      ['denies', () => policy.deny(dataResourcesResourceReadPermission)],
      ['has a condition', inProd],
    ])('should hide resources when it %s', async (_, narrow) => {
      narrow();
      expect(await names('payments-dev', '/resources')).toEqual([]);
      expect(await names('payments-dev', '/resources?q=box')).toEqual([]);
      for (const path of [`/resources/${box}`, `/resources/${box}/grants`]) {
        const hidden = await portal.get('payments-dev', path);
        const missing = await portal.get(
          'payments-dev',
          path.replace(box, NOWHERE),
        );
        expect([path, hidden.status]).toEqual([path, 404]);
        expect(hidden.body.error.message).toEqual(
          missing.body.error.message.replace(NOWHERE, box),
        );
      }
      expect((await takeCredentials()).status).toBe(404);
    });

    it('should answer requests about hidden resources as about none', async () => {
      inProd();
      for (const [hidden, missing, id] of [
        [await askToDelete(box), await askToDelete(NOWHERE), box],
        [await askToGrant(box), await askToGrant(NOWHERE), box],
        [await askToRevoke(grant.id), await askToRevoke(NOWHERE), grant.id],
      ]) {
        expect([hidden.status, missing.status]).toEqual([400, 400]);
        expect(hidden.body.error).toEqual({
          ...missing.body.error,
          message: missing.body.error.message.replace(NOWHERE, id),
        });
      }
    });

    it('should take away the links to hidden resources', async () => {
      const path = `/requests/${grant.requestId}`;
      expect((await portal.get('payments-dev', path)).body.resourceId).toBe(
        box,
      );
      const ofBox = `/requests?resourceId=${box}`;
      expect(await names('payments-dev', ofBox)).toEqual(['box']);
      inProd();
      const seen = (await portal.get('payments-dev', path)).body;
      expect(seen).toMatchObject({ name: 'box', state: 'completed' });
      expect(seen.resourceId).toBeUndefined();
      expect(await names('payments-dev', ofBox)).toEqual([]);
      const { body } = await portal.get('payments-dev', '/requests?limit=200');
      expect(JSON.stringify(body)).not.toContain(box);
    });

    it('should take away the links from grants to hidden requests', async () => {
      expect(grant.requestId).toBeDefined();
      policy.decide(dataResourcesRequestReadPermission, () =>
        requestsWhere(
          dataResourcesRequestReadPermission,
          ofRequests.hasType({ types: ['other'] }),
        ),
      );
      const { body } = await portal.get(
        'payments-dev',
        `/resources/${box}/grants`,
      );
      expect(body.items).toHaveLength(1);
      expect(body.items[0].requestId).toBeUndefined();
    });

    it('should name logins on the engine by grants on what is visible only', async () => {
      const logistics = await portal.ask(
        'of-logistics',
        {
          owner: 'group:default/logistics',
          grants: [
            {
              principal: 'component:default/shipping-worker',
              role: 'reader',
            },
          ],
        },
        'logistics-dev',
      );
      await portal.until(logistics.body.id, 'completed');
      const [theirs] = portal.dev.boxes.get('of-logistics')!.access;
      // Somebody gave it by hand.
      portal.dev.boxes.get('box')!.access.add(theirs);
      const principals = async () =>
        (
          await portal.get('payments-dev', `/resources/${box}/grants`)
        ).body.effectiveAccess.items.map(({ principal }: any) => principal);
      expect(await principals()).toContain('component:default/shipping-worker');
      policy.decide(dataResourcesResourceReadPermission, () =>
        resourcesWhere(
          dataResourcesResourceReadPermission,
          ofResources.isOwner(PAYMENTS),
        ),
      );
      const named = await principals();
      expect(named).toContain(API);
      expect(named).not.toContain('component:default/shipping-worker');
      portal.dev.boxes.get('box')!.access.delete(theirs);
    });

    it('should show those that its condition names', async () => {
      policy.decide(dataResourcesResourceReadPermission, () =>
        resourcesWhere(dataResourcesResourceReadPermission, {
          allOf: [
            ofResources.isOwner(PAYMENTS),
            ofResources.hasType({ types: ['memory-box'] }),
          ],
        }),
      );
      const visible = await names('logistics-dev', '/resources');
      expect(visible).toContain('box');
      expect(visible).not.toContain('of-logistics');
    });
  });

  describe.each([
    [
      'data-resources.resource.update',
      dataResourcesResourceUpdatePermission,
      ['delete', 'credentials'],
      () => [() => askToGrant(box), () => askToRevoke(grant.id)],
    ],
    [
      'data-resources.resource.delete',
      dataResourcesResourceDeletePermission,
      ['grant', 'update', 'credentials'],
      () => [() => askToDelete(box)],
    ],
    [
      'data-resources.resource.credentials',
      dataResourcesResourceCredentialsPermission,
      ['grant', 'update', 'delete'],
      () => [takeCredentials],
    ],
  ] as const)('on %s', (name, permission, left, calls) => {
    const unless = (claims: string[]) =>
      policy.decide(permission, () =>
        resourcesWhere(permission, { not: ofResources.isOwner({ claims }) }),
      );

    it.each([
      ['denies', () => policy.deny(permission)],
      ['has a condition', () => unless(PAYMENTS.claims)],
    ])(
      'should refuse when it %s, and offer nothing else',
      async (_, narrow) => {
        narrow();
        for (const call of calls()) {
          refused(await call(), { name });
        }
        expect(await canOf('payments-dev', `/resources/${box}`)).toEqual(left);
        const { body } = await portal.get(
          'payments-dev',
          `/resources/${box}/grants`,
        );
        expect(body.items[0].can).toEqual(
          ['credentials', 'revoke'].filter(action =>
            action === 'credentials'
              ? permission !== dataResourcesResourceCredentialsPermission
              : permission !== dataResourcesResourceUpdatePermission,
          ),
        );
      },
    );

    it('should change nothing for resources that its condition leaves', async () => {
      unless(['group:default/logistics']);
      expect(await canOf('payments-dev', `/resources/${box}`)).toEqual([
        'grant',
        'update',
        'delete',
        'credentials',
      ]);
    });
  });

  it('should let through what it leaves', async () => {
    expect((await takeCredentials()).status).toBe(200);
    expect((await askToGrant(box)).status).toBe(200);
  });

  it('should be asked a fixed number of times, however many rows there are', async () => {
    await Promise.all(
      Array.from({ length: 8 }, (_, n) => portal.ask(`many-${n}`)),
    );
    for (const path of ['/requests', '/resources']) {
      policy.calls.length = 0;
      const few = await portal.get('payments-dev', `${path}?limit=1`);
      expect(few.body.items).toHaveLength(1);
      const calls = policy.calls.length;
      expect(calls).toBeLessThanOrEqual(2);
      policy.calls.length = 0;
      const many = await portal.get('payments-dev', `${path}?limit=200`);
      expect(many.body.items.length).toBeGreaterThan(3);
      expect(policy.calls).toHaveLength(calls);
    }
  });

  it('should allow nothing while it cannot be asked, and tell nothing of the inside', async () => {
    policy.down = true;
    for (const answer of [
      await portal.get('payments-dev', '/requests'),
      await portal.get('payments-dev', `/resources/${box}`),
      await portal.ask('while-down'),
    ]) {
      expect(answer.status).toBe(503);
      expect(JSON.stringify(answer.body)).not.toContain('10.0.0.7');
    }
    expect((await portal.get('payments-dev', '/types')).status).toBe(200);
    expect((await portal.get('service', '/feed')).status).toBe(200);
  });
});
