import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { apiError } from '../__testUtils__/apiError';
import { aPlan, aRequest } from '../__testUtils__/fixtures';
import { fakeApi, renderPortal } from '../__testUtils__/renderPortal';
import { replicationPlan } from '../__testUtils__/replicationPlan';

const PATH = '/data-resources/requests/request-1';
const toDecide = { can: ['approve', 'reject'] };

/** The page looks again by itself: from a decision on, it must find what became of the request. */
function becoming(before: DataRequest, after: DataRequest) {
  let now = before;
  return {
    look: async () => now,
    become: async () => {
      now = after;
      return now;
    },
  };
}

describe('RequestPage', () => {
  it('should show the verdict, the plan with what is lost first, and the findings', async () => {
    const request = aRequest({
      reason: 'The sale begins on Monday.',
      plan: aPlan({
        risk: 'medium',
        changes: [
          { path: 'partitions', kind: 'in-place', from: 6, to: 12 },
          { path: 'grants.old', kind: 'destructive', from: 'consumer' },
        ],
        findings: [
          {
            policy: 'small-topics',
            effect: 'warn',
            message: '12 partitions are more than 6.',
            path: 'spec.partitions',
          },
        ],
      }),
    });
    renderPortal(PATH, fakeApi({ getRequest: async () => request }));

    expect(await screen.findByText('Waits for a decision')).toBeInTheDocument();
    expect(screen.getAllByText(/1 person of/)[0]).toHaveTextContent('platform');
    expect(screen.getByText('The sale begins on Monday.')).toBeInTheDocument();
    expect(screen.getByText('CreateTopics orders')).toBeInTheDocument();
    expect(
      screen.getByText(/12 partitions are more than 6/),
    ).toBeInTheDocument();

    const rows = within(
      screen.getByRole('table', { name: 'Changes' }),
    ).getAllByRole('row');
    expect(rows[1]).toHaveTextContent('grants.old');
    expect(rows[1]).toHaveTextContent('Removes');
    expect(rows[2]).toHaveTextContent(/partitions.*6.*12.*Changes/);
    expect(document.title).toBe('Create orders | Portal');
  });

  it('should tell what another replication asks of operators before what it means for reads', async () => {
    renderPortal(
      PATH,
      fakeApi({
        getRequest: async () =>
          aRequest({ action: 'update', plan: replicationPlan }),
      }),
    );

    const findings = within(
      await screen.findByRole('region', { name: 'Findings' }),
    ).getAllByRole('listitem');
    expect(findings.map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/^Warn.*nodetool repair -full orders/),
      expect.stringMatching(/^Warn.*nodetool rebuild -ks orders -- dc1/),
      expect.stringMatching(
        /^Info.*\nin "dc1" .*\nin "dc2" .*\nof all 3 replicas/,
      ),
    ]);
    const changes = screen.getByRole('table', { name: 'Changes' });
    expect(
      within(changes).getByRole('row', { name: /replication\.dc1/ }),
    ).toHaveTextContent(/1.*2.*Changes/);
    expect(
      within(changes).getByRole('row', { name: /replication\.dc2/ }),
    ).toHaveTextContent(/—.*1.*Changes/);
  });

  it('should say of a step what came of it', async () => {
    const note = 'The last dump is /dumps/orders.dump, 12 bytes';
    renderPortal(
      PATH,
      fakeApi({
        getRequest: async () =>
          aRequest({
            action: 'delete',
            state: 'completed',
            execution: [{ stepId: 's1', state: 'done', attempt: 1, note }],
          }),
      }),
    );
    expect(
      await screen.findByRole('region', { name: 'Execution' }),
    ).toHaveTextContent(note);
  });

  it('should offer no decision that the API does not allow', async () => {
    renderPortal(PATH, fakeApi({ getRequest: async () => aRequest() }));

    await screen.findByText('Waits for a decision');
    expect(
      screen.queryByRole('region', { name: 'Decision' }),
    ).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Approve/ })).toBeNull();
  });

  it('should approve the plan that is shown, with a comment, and show what follows', async () => {
    const request = becoming(
      aRequest(toDecide),
      aRequest({
        state: 'executing',
        execution: [{ stepId: 's1', state: 'running', attempt: 1 }],
      }),
    );
    const api = fakeApi({
      getRequest: request.look,
      approveRequest: request.become,
    });
    renderPortal(PATH, api);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Approve and apply…' }),
    );
    await userEvent.type(screen.getByLabelText(/Comment/), 'Go.');
    await userEvent.click(
      screen.getByRole('button', { name: 'Approve and apply' }),
    );

    expect(
      await screen.findByText('Is being carried out: 0 of 1 steps are done'),
    ).toBeInTheDocument();
    expect(api.approveRequest).toHaveBeenCalledTimes(1);
    expect(api.approveRequest).toHaveBeenCalledWith('request-1', {
      planHash: 'hash-1',
      comment: 'Go.',
    });
    expect(screen.queryByRole('button', { name: /Approve/ })).toBeNull();
  });

  it('should say how many approvals are missing after this one', async () => {
    const request = aRequest({
      ...toDecide,
      plan: aPlan({
        approval: {
          mode: 'manual',
          required: [{ group: 'group:default/platform', count: 3, given: 1 }],
        },
      }),
    });
    renderPortal(PATH, fakeApi({ getRequest: async () => request }));

    expect(
      await screen.findByRole('button', { name: 'Approve (1 more needed)…' }),
    ).toBeInTheDocument();
  });

  it('should want a tick and the typed name before a deletion is approved', async () => {
    const request = becoming(
      aRequest({ ...toDecide, action: 'delete' }),
      aRequest({ state: 'approved' }),
    );
    const api = fakeApi({
      getRequest: request.look,
      approveRequest: request.become,
    });
    renderPortal(PATH, api);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Approve and delete…' }),
    );
    const approve = screen.getByRole('button', { name: 'Approve and delete' });
    expect(approve).toBeDisabled();

    await userEvent.click(screen.getByRole('checkbox'));
    await userEvent.type(screen.getByLabelText(/Type orders/), 'order');
    expect(approve).toBeDisabled();
    await userEvent.type(screen.getByLabelText(/Type orders/), 's');
    await userEvent.click(approve);

    expect(
      await screen.findByText('Approved: it is carried out next'),
    ).toBeInTheDocument();
  });

  it('should reject only with a reason', async () => {
    const request = becoming(
      aRequest(toDecide),
      aRequest({
        state: 'rejected',
        decisions: [
          {
            id: 'd',
            effect: 'reject',
            by: 'user:default/platform-lead',
            revision: 1,
            planHash: 'hash-1',
            comment: 'Use fewer partitions.',
            at: '2026-03-02T10:00:00.000Z',
          },
        ],
      }),
    );
    const api = fakeApi({
      getRequest: request.look,
      rejectRequest: request.become,
    });
    renderPortal(PATH, api);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Reject…' }),
    );
    const reject = screen.getByRole('button', { name: 'Reject' });
    expect(reject).toBeDisabled();
    await userEvent.type(screen.getByLabelText(/Reason/), '   ');
    expect(reject).toBeDisabled();
    await userEvent.type(
      screen.getByLabelText(/Reason/),
      'Use fewer partitions.',
    );
    await userEvent.click(reject);

    expect(
      (await screen.findAllByText('Use fewer partitions.')).length,
    ).toBeGreaterThan(0);
    expect(api.rejectRequest).toHaveBeenCalledWith('request-1', {
      comment: 'Use fewer partitions.',
    });
  });

  it('should keep what was typed when the API refuses', async () => {
    const api = fakeApi({
      getRequest: async () => aRequest(toDecide),
      approveRequest: async () => {
        throw await apiError(409, {
          name: 'ConflictError',
          message: 'The plan is another one: read revision 2.',
        });
      },
    });
    renderPortal(PATH, api);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Approve and apply…' }),
    );
    await userEvent.type(screen.getByLabelText(/Comment/), 'Go.');
    await userEvent.click(
      screen.getByRole('button', { name: 'Approve and apply' }),
    );

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The plan is another one: read revision 2.',
    );
    expect(screen.getByLabelText(/Comment/)).toHaveValue('Go.');
  });

  it('should show a failed step, why, and retry it', async () => {
    const request = becoming(
      aRequest({
        state: 'failed',
        can: ['retry'],
        execution: [
          {
            stepId: 's1',
            state: 'failed',
            attempt: 3,
            error: {
              reason: 'Unauthorized',
              message: 'The provisioner may not create topics.',
              retryable: false,
            },
          },
        ],
      }),
      aRequest({ state: 'executing' }),
    );
    const api = fakeApi({
      getRequest: request.look,
      retryRequest: request.become,
    });
    renderPortal(PATH, api);

    const steps = await screen.findByRole('list', { name: 'Execution steps' });
    expect(steps).toHaveTextContent('Create the topic');
    expect(steps).toHaveTextContent('Attempt 3');
    expect(steps).toHaveTextContent(
      'Unauthorized: The provisioner may not create topics.',
    );

    await userEvent.click(
      screen.getByRole('button', { name: 'Retry what failed' }),
    );
    expect(await screen.findByText(/Is being carried out/)).toBeInTheDocument();
  });

  it("should say what it waits for, and the API's message where there is none", async () => {
    renderPortal(
      PATH,
      fakeApi({
        getRequest: async () =>
          aRequest({
            state: 'executing',
            waiting: {
              reason: 'Unreachable',
              message: 'kafka-dev does not answer.',
              nextAttemptAt: new Date(Date.now() + 90_000).toISOString(),
            },
          }),
      }),
    );

    expect(
      await screen.findByText(/kafka-dev does not answer/),
    ).toHaveTextContent('Next attempt in 1 minute');
  });

  it('should say that there is no such request', async () => {
    renderPortal(
      PATH,
      fakeApi({
        getRequest: async () => {
          throw await apiError(404, {
            name: 'NotFoundError',
            message: 'There is no request request-1 that you may see.',
          });
        },
      }),
    );

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'There is no request request-1 that you may see.',
    );
  });
});
