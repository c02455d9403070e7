import { describeBatch } from './describeBatch';
import type { BatchOfReader } from './readBatches';

const batch = (
  states: BatchOfReader['states'],
  reader = 'group:default/platform',
): BatchOfReader => ({
  batchId: '0198c0de-0000-7000-8000-000000000001',
  reader,
  requestedBy: 'user:default/payments-dev',
  states,
  actions: ['create'],
  instances: ['kafka-dev'],
});

describe('describeBatch', () => {
  it('should ask approvers once for all, with a link to what is theirs to read', () => {
    expect(describeBatch(batch({ pending: 40 }))).toEqual({
      title: 'Please decide: 40 requests on kafka-dev',
      description:
        'payments-dev asks for them together (create). 40 wait for a decision.',
      severity: 'normal',
      link: '/data-resources/requests?view=all&batch=0198c0de-0000-7000-8000-000000000001',
      scope: 'data-resources:batch:0198c0de-0000-7000-8000-000000000001',
      topic: 'data-resources:approvals',
    });
  });

  it('should tell the requester how far they are, what failed first', () => {
    const told = (states: BatchOfReader['states']) =>
      describeBatch(batch(states, 'user:default/payments-dev'));
    expect(told({ pending: 2 })).toMatchObject({
      title: 'Waiting for approval: 2 requests on kafka-dev',
      severity: 'low',
      topic: 'data-resources:requests',
    });
    expect(told({ executing: 1, completed: 4, failed: 1 })).toMatchObject({
      title: 'Being carried out: 6 requests on kafka-dev',
      description:
        'You asked for them together (create). 1 failed, 1 is being carried out, 4 are done.',
      severity: 'high',
    });
    expect(told({ completed: 5, failed: 1 })).toMatchObject({
      title: 'Failed in part: 6 requests on kafka-dev',
    });
    expect(told({ completed: 6 })).toMatchObject({
      title: 'Done: 6 requests on kafka-dev',
      severity: 'normal',
    });
  });
});
