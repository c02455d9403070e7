import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type {
  RequestState,
  ResourcePhase,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(120_000);

/** What has failed a few times is tried again after longer and longer pauses. */
const UNTIL_TRIED_AGAIN_MS = 45_000;

const WORKER = 'component:default/payments-worker';

/** Who may do it, what is sent, and in which states it is not refused for the state. */
const DECISIONS: Record<
  string,
  {
    caller: string;
    body(request: any): object;
    from: readonly RequestState[];
  }
> = {
  approve: {
    caller: 'platform-lead',
    body: request => ({ planHash: request.plan.hash }),
    from: ['pending'],
  },
  reject: {
    caller: 'platform-lead',
    body: () => ({ comment: 'No' }),
    from: ['pending'],
  },
  withdraw: { caller: 'payments-dev', body: () => ({}), from: ['pending'] },
  retry: { caller: 'payments-dev', body: () => ({}), from: ['failed'] },
};

const REQUEST_STATES: RequestState[] = [
  'pending',
  'approved',
  'executing',
  'completed',
  'failed',
  'rejected',
  'withdrawn',
  'expired',
];

/** What can be asked for of a resource, and in which phases. */
const ACTIONS: Record<string, readonly ResourcePhase[]> = {
  update: ['ready', 'degraded'],
  delete: ['ready', 'degraded', 'quarantined', 'failed', 'deleting'],
  restore: ['quarantined'],
  grant: ['ready', 'degraded'],
  revoke: ['ready', 'degraded'],
  credentials: ['ready', 'degraded'],
};

const PHASES: ResourcePhase[] = [
  'provisioning',
  'ready',
  'degraded',
  'quarantined',
  'deleting',
  'deleted',
  'failed',
];

describe('what a state forbids', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({
      knex,
      config: { requests: { expireAfter: { days: 14 } } },
    });
  });
  afterEach(async () => {
    portal.dev.faults.clear();
    portal.dev.beforeAct = async () => {};
    portal.dev.down = false;
    // The next test's server does what the next test asks for, and nothing that was left over.
    await eventually(
      async () => knex('requests').whereIn('state', ['approved', 'executing']),
      working => working.length === 0,
      UNTIL_TRIED_AGAIN_MS,
    );
  }, UNTIL_TRIED_AGAIN_MS);
  afterAll(async () => portal.stop());

  const get = async (id: string) =>
    (await portal.get('payments-dev', `/requests/${id}`)).body;
  const post = (caller: string, request: any, action: string, body: object) =>
    portal.post(caller, `/requests/${request.id}/${action}`, body);
  const approve = (request: any) =>
    post('platform-lead', request, 'approve', { planHash: request.plan.hash });

  /** A request that is in a state and stays there while the test looks. */
  async function requestIn(state: RequestState): Promise<any> {
    const asked = (await portal.ask(`box-${state}`, { spec: { size: 50 } }))
      .body;
    switch (state) {
      case 'pending':
        break;
      case 'approved':
        portal.dev.down = true;
        await approve(asked);
        break;
      case 'executing':
        portal.dev.beforeAct = async () => {
          portal.dev.down = true;
        };
        await approve(asked);
        break;
      case 'completed':
        await approve(asked);
        break;
      case 'failed':
        portal.dev.faults.set('create', {
          error: new ProviderError('Rejected', 'No'),
          times: 1,
        });
        await approve(asked);
        break;
      case 'expired':
        await knex('requests')
          .where({ id: asked.id })
          .update({ expires_at: knex.raw("now() - interval '1 second'") });
        break;
      default: {
        const action = state === 'rejected' ? 'reject' : 'withdraw';
        const { caller, body } = DECISIONS[action];
        await post(caller, asked, action, body(asked));
      }
    }
    return eventually(
      () => get(asked.id),
      body => body.state === state,
      UNTIL_TRIED_AGAIN_MS,
    );
  }

  describe.each(REQUEST_STATES)('a request that is %s', state => {
    it('should answer 409 to what the state machine has no way for, and stay as it is', async () => {
      const request = await requestIn(state);
      for (const [action, { caller, body, from }] of Object.entries(
        DECISIONS,
      )) {
        if (from.includes(state)) {
          continue;
        }
        const answer = await post(caller, request, action, body(request));
        expect({ action, status: answer.status }).toEqual({
          action,
          status: 409,
        });
        expect(answer.body.error).toMatchObject({
          name: 'ConflictError',
          message: expect.stringContaining(`is ${state}`),
        });
      }
      const after = await get(request.id);
      expect(after.state).toBe(state);
      expect(after.decisions).toEqual(request.decisions);
    });
  });

  describe.each(PHASES)('a resource that is %s', phase => {
    let resourceId: string;
    let grantId: string;

    beforeAll(async () => {
      resourceId = await portal.readyBox(`phase-${phase}`);
      const { body } = await portal.get(
        'payments-dev',
        `/resources/${resourceId}/grants`,
      );
      grantId = body.items[0].id;
      await knex('resources').where({ id: resourceId }).update({ phase });
    });

    const send = (action: string) => {
      const inputs: Record<string, object> = {
        update: { resourceId, spec: { size: 4 } },
        delete: { resourceId },
        restore: { resourceId },
        grant: { resourceId, principal: WORKER, role: 'reader' },
        revoke: { grantId },
      };
      return action === 'credentials'
        ? portal.post('payments-dev', `/resources/${resourceId}/credentials`, {
            principal: 'component:default/payments-api',
          })
        : portal.post('payments-dev', '/plans', { action, ...inputs[action] });
    };

    const expected = (action: string, phases: readonly ResourcePhase[]) => {
      if (phases.includes(phase)) {
        return { status: 200, message: undefined };
      }
      // Named in a body, what is deleted is no resource that could be asked about.
      return phase === 'deleted' && action !== 'credentials'
        ? {
            status: 400,
            message: expect.stringMatching(/there is no such|has ended/),
          }
        : { status: 409, message: expect.stringContaining(`is ${phase}`) };
    };

    it.each(Object.entries(ACTIONS))(
      'should let %s be asked for in its phases alone',
      async (action, phases) => {
        const { status, body } = await send(action);
        expect({
          status,
          message: body.error?.message,
        }).toEqual(expected(action, phases));
      },
    );
  });
});
