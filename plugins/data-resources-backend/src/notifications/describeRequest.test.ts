import type {
  DataRequest,
  RequestState,
} from '@data-resources/plugin-data-resources-common';
import { describeRequest } from './describeRequest';

const AT = '2026-01-01T00:00:00.000Z';
const ID = '0198c0de-0000-7000-8000-000000000001';

function request(overrides: Partial<DataRequest> = {}): DataRequest {
  return {
    id: ID,
    action: 'create',
    state: 'pending',
    input: { action: 'create' },
    type: 'kafka-topic',
    instance: 'kafka-dev',
    environment: 'dev',
    name: 'payments.settled',
    owner: 'group:default/payments',
    requestedBy: 'user:default/payments-dev',
    plan: {
      revision: 1,
      hash: 'abc',
      risk: 'low',
      changes: [],
      steps: [
        { id: 'create-topic', title: 'Create the topic', call: 'createTopics' },
      ],
      findings: [],
      approval: {
        mode: 'manual',
        required: [{ group: 'group:default/platform', count: 1, given: 0 }],
      },
      observedAt: AT,
    },
    previousPlans: [],
    decisions: [],
    execution: [],
    createdAt: AT,
    updatedAt: AT,
    expiresAt: AT,
    can: [],
    ...overrides,
  };
}

const decision = (
  effect: 'approve' | 'reject',
  by: string,
  comment?: string,
): DataRequest['decisions'][number] => ({
  id: ID,
  effect,
  by,
  revision: 1,
  planHash: 'abc',
  comment,
  at: AT,
});

const STATES: RequestState[] = [
  'pending',
  'approved',
  'executing',
  'completed',
  'failed',
  'rejected',
  'withdrawn',
  'expired',
];

describe('describeRequest', () => {
  it.each(STATES)('should tell both sides that a request is %s', state => {
    for (const audience of ['approver', 'requester'] as const) {
      const payload = describeRequest(request({ state }), audience);
      expect(payload.title).toMatch(
        /^[A-Z].*new kafka-topic payments\.settled$/,
      );
      expect(payload.description).toMatch(/^[A-Za-z].*[.!?]$/);
      expect(payload.description).not.toMatch(/undefined|null|\s{2}/);
      expect(payload.link).toBe(`/data-resources/requests/${ID}`);
      // One scope for all of them: a newer one takes the place of the older.
      expect(payload.scope).toBe(`data-resources:request:${ID}`);
      expect(payload.topic).toBe(
        audience === 'approver'
          ? 'data-resources:approvals'
          : 'data-resources:requests',
      );
    }
  });

  it('should ask approvers with who, what, where and why', () => {
    expect(
      describeRequest(
        request({ reason: 'For the ledger\nand more' }),
        'approver',
      ),
    ).toMatchObject({
      title: 'Please decide: new kafka-topic payments.settled',
      description:
        'payments-dev asks for it on kafka-dev (dev), for payments. Reason: For the ledger and more.',
      severity: 'normal',
    });
  });

  it('should press where the risk is high', () => {
    const high = request({ action: 'delete' });
    high.plan.risk = 'high';
    expect(describeRequest(high, 'approver')).toMatchObject({
      title: 'Please decide: deletion of kafka-topic payments.settled',
      description:
        'payments-dev asks for it on kafka-dev (dev), for payments. The plan is of high risk.',
      severity: 'high',
    });
  });

  it('should tell the requester whose approval is missing', () => {
    const waiting = request();
    waiting.plan.approval.required = [
      { group: 'group:default/platform', count: 1, given: 1 },
      { group: 'group:default/dba', count: 3, given: 1 },
      { group: 'group:default/logistics', count: 1, given: 0 },
    ];
    expect(describeRequest(waiting, 'requester')).toMatchObject({
      title: 'Waiting for approval: new kafka-topic payments.settled',
      description:
        'It needs the approval of 2 people of dba and one person of logistics.',
      severity: 'low',
    });
  });

  it('should tell who approved, be it a person or a policy', () => {
    const approved = (by: string, comment?: string) =>
      describeRequest(
        request({
          state: 'approved',
          decisions: [decision('approve', by, comment)],
        }),
        'requester',
      ).description;
    expect(approved('user:default/platform-lead', 'Fine')).toBe(
      'platform-lead approved it. Comment: Fine. It is being carried out on kafka-dev (dev) now.',
    );
    expect(approved('policy:small-topics-in-dev')).toBe(
      'The policy small-topics-in-dev approved it. It is being carried out on kafka-dev (dev) now.',
    );
  });

  it('should say what an approved request waits for', () => {
    for (const audience of ['approver', 'requester'] as const) {
      expect(
        describeRequest(
          request({
            state: 'approved',
            waiting: {
              reason: 'Unreachable',
              message: 'kafka-dev does not answer',
              nextAttemptAt: AT,
            },
          }),
          audience,
        ).description,
      ).toBe('It waits: kafka-dev does not answer. It goes on by itself.');
    }
  });

  it('should say what failed and what to do', () => {
    const failed = request({
      state: 'failed',
      execution: [
        {
          stepId: 'create-topic',
          state: 'failed',
          attempt: 1,
          error: {
            reason: 'Rejected',
            message: 'Not enough brokers',
            retryable: false,
          },
        },
      ],
    });
    expect(describeRequest(failed, 'requester')).toMatchObject({
      title: 'Failed: new kafka-topic payments.settled',
      description:
        '"Create the topic" failed: Not enough brokers. You can try again from the request.',
      severity: 'high',
    });
    expect(describeRequest(failed, 'approver').description).toBe(
      'It was approved, and could not be carried out on kafka-dev (dev). "Create the topic" failed: Not enough brokers.',
    );
  });

  it('should tell who rejected it and why, shortened', () => {
    const rejected = (comment: string) =>
      describeRequest(
        request({
          state: 'rejected',
          decisions: [
            decision('reject', 'user:default/platform-lead', comment),
          ],
        }),
        'requester',
      );
    expect(rejected('Use payments.done!')).toMatchObject({
      description: 'platform-lead rejected it. Reason: Use payments.done!',
      severity: 'high',
    });
    expect(rejected('x'.repeat(5000)).description).toHaveLength(
      'platform-lead rejected it. Reason: '.length + 201,
    );
  });

  it.each<[DataRequest['action'], Partial<DataRequest>, string]>([
    ['create', {}, 'Done: new kafka-topic payments.settled'],
    ['delete', {}, 'Done: deletion of kafka-topic payments.settled'],
    ['revoke', {}, 'Done: end of access to kafka-topic payments.settled'],
    [
      'grant',
      {
        input: {
          action: 'grant',
          role: 'consumer',
          principal: 'component:default/shipping-worker',
        },
      },
      'Done: consumer on kafka-topic payments.settled for shipping-worker',
    ],
  ])('should name what a %s asks for', (action, overrides, title) => {
    expect(
      describeRequest(
        request({ action, state: 'completed', ...overrides }),
        'requester',
      ).title,
    ).toBe(title);
  });
});
