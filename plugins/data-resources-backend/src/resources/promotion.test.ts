import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { dataResourcesResourceReadPermission } from '@data-resources/plugin-data-resources-common';
import { testDatabases } from '../__testUtils__/database';
import { TestPolicy } from '../__testUtils__/TestPolicy';
import { boxInput, TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(60_000);

describe('promotion', () => {
  const databases = testDatabases();
  const policy = new TestPolicy();
  let portal: TestPortal;

  beforeAll(async () => {
    portal = await TestPortal.start({
      knex: await databases.init('POSTGRES_18'),
      permissions: policy,
    });
  });
  afterAll(async () => portal.stop());
  afterEach(() => policy.reset());

  const resource = async (id: string, caller = 'payments-dev') =>
    (await portal.get(caller, `/resources/${id}`)).body;
  const promote = (promotedFrom: string, more: object = {}) =>
    portal.post(
      'payments-dev',
      '/requests',
      boxInput('promoted', { instance: 'box-prod', promotedFrom, ...more }),
    );

  it('should ask for a resource again on the next stage, and link the two', async () => {
    const origin = await portal.readyBox('orders');
    expect(await resource(origin)).toMatchObject({
      promotions: [],
      promotionTargets: [
        {
          instance: 'box-prod',
          environment: 'prod',
          title: 'Boxes that matter',
        },
      ],
    });
    expect((await resource(origin, 'logistics-dev')).promotionTargets).toEqual(
      [],
    );
    const asked = await promote(origin, {
      name: 'orders',
      spec: { size: 50, colour: 'red' },
    });
    expect(asked.body).toMatchObject({
      state: 'pending',
      plan: {
        origin: {
          resourceId: origin,
          name: 'orders',
          instance: 'box-dev',
          environment: 'dev',
          differences: [
            { path: 'spec.size', from: 3, to: 50 },
            { path: 'spec.colour', to: 'red' },
          ],
        },
        findings: [
          {
            policy: 'promotion/difference',
            effect: 'info',
            path: 'spec.size',
            message: 'spec.size is 3 on box-dev, and 50 here',
          },
          { message: 'spec.colour is not set on box-dev, and "red" here' },
        ],
      },
    });
    const done = await portal.carryOut(asked.body);
    expect(await resource(done.resourceId)).toMatchObject({
      spec: { size: 50, colour: 'red' },
      promotedFrom: { id: origin, instance: 'box-dev' },
      promotions: [],
      promotionTargets: [],
    });
    expect((await resource(origin)).promotions).toMatchObject([
      { id: done.resourceId, instance: 'box-prod', phase: 'ready' },
    ]);
  });

  it('should say when nothing differs', async () => {
    const origin = await portal.readyBox('same');
    const { body } = await portal.post(
      'payments-dev',
      '/plans',
      boxInput('same', { instance: 'box-prod', promotedFrom: origin }),
    );
    expect(body).toMatchObject({
      origin: { differences: [] },
      findings: [{ policy: 'promotion/same', effect: 'info' }],
    });
  });

  it('should go forward only', async () => {
    const origin = await portal.readyBox('forward');
    const asked = await promote(origin, { instance: 'box-dev' });
    expect(asked.status).toBe(400);
    expect(asked.body.error).toMatchObject({
      path: 'instance',
      message: expect.stringContaining('later one of dev, prod'),
    });
  });

  it('should tell what the caller may not see as what is not there', async () => {
    const origin = await portal.readyBox('hidden');
    const unknown = await promote('01a00000-0000-7000-8000-000000000000');
    expect(unknown.status).toBe(400);
    const asked = await promote(origin, { name: 'seen' });
    policy.decide(dataResourcesResourceReadPermission, () => ({
      result: AuthorizeResult.DENY,
    }));
    const refused = await promote(origin);
    expect(refused.status).toBe(400);
    expect(refused.body.error.path).toBe('promotedFrom');
    expect(refused.body.error.message.replace(origin, 'X')).toBe(
      unknown.body.error.message.replace(
        '01a00000-0000-7000-8000-000000000000',
        'X',
      ),
    );
    const { body } = await portal.get(
      'payments-dev',
      `/requests/${asked.body.id}`,
    );
    expect(body.plan.origin).toBeUndefined();
    expect(JSON.stringify(body)).not.toContain(origin);
    expect(JSON.stringify(body.plan)).not.toContain('box-dev');
  });
});
