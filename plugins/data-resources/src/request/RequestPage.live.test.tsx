import type { SignalApi } from '@backstage/plugin-signals-react';
import type { ChangeSignal } from '@data-resources/plugin-data-resources-common';
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aPlan, aRequest } from '../__testUtils__/fixtures';
import { fakeApi, renderPortal } from '../__testUtils__/renderPortal';

const PATH = '/data-resources/requests/request-1';

/** Signals that a test sends itself. */
function fakeSignals() {
  const listeners = new Set<(message: any) => void>();
  const signals: SignalApi = {
    subscribe(channel, onMessage) {
      expect(channel).toBe('data-resources');
      listeners.add(onMessage);
      return { unsubscribe: () => listeners.delete(onMessage) };
    },
  };
  return {
    signals,
    signal: (message: ChangeSignal) =>
      listeners.forEach(listener => listener(message)),
  };
}

function setVisibility(state: 'visible' | 'hidden') {
  jest.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  act(() => {
    document.dispatchEvent(new Event('visibilitychange'));
  });
}

describe('RequestPage, while it is looked at', () => {
  afterEach(() => jest.restoreAllMocks());

  it('should follow the request by itself until it is final', async () => {
    const states = ['approved', 'executing', 'completed'] as const;
    let looks = 0;
    const api = fakeApi({
      getRequest: async () =>
        aRequest({ state: states[Math.min(looks++, states.length - 1)] }),
    });
    renderPortal(PATH, api);

    await screen.findByText('Approved: it is carried out next');
    await screen.findByText('Completed: everything was carried out');
    const looksWhenDone = looks;
    await act(() => new Promise(resolve => setTimeout(resolve, 2_500)));

    expect(looks).toBe(looksWhenDone);
  });

  it('should look again at once when the backend signals a change, and only then', async () => {
    let state: 'pending' | 'withdrawn' = 'pending';
    const api = fakeApi({ getRequest: async () => aRequest({ state }) });
    const { signals, signal } = fakeSignals();
    renderPortal(PATH, api, [], signals);
    await screen.findByText('Waits for a decision');
    const looks = api.getRequest.mock.calls.length;

    act(() => signal({ kind: 'request', id: 'request-2' }));
    await act(() => new Promise(resolve => setTimeout(resolve, 300)));
    expect(api.getRequest.mock.calls.length).toBe(looks);

    state = 'withdrawn';
    act(() => {
      signal({ kind: 'request', id: 'request-1' });
      signal({ kind: 'request', id: 'request-1' });
    });
    await screen.findByText('Withdrawn: nothing was changed', undefined, {
      timeout: 900,
    });
    expect(api.getRequest.mock.calls.length).toBe(looks + 1);
  });

  it('should not ask while nobody sees the tab, and at once when somebody does', async () => {
    let state: 'executing' | 'completed' = 'executing';
    const api = fakeApi({ getRequest: async () => aRequest({ state }) });
    renderPortal(PATH, api);
    await screen.findByText(/Is being carried out/);

    setVisibility('hidden');
    const looks = api.getRequest.mock.calls.length;
    state = 'completed';
    await act(() => new Promise(resolve => setTimeout(resolve, 2_500)));
    expect(api.getRequest.mock.calls.length).toBe(looks);

    setVisibility('visible');
    expect(
      await screen.findByText('Completed: everything was carried out'),
    ).toBeInTheDocument();
  });

  it('should not swap the plan under its reader, nor let them approve an older one', async () => {
    const before = aPlan();
    const after = aPlan({
      revision: 2,
      hash: 'hash-2',
      changes: [
        { path: 'topic', kind: 'create', to: 'orders' },
        { path: 'partitions', kind: 'create', to: 24 },
      ],
    });
    const toDecide = { can: ['approve', 'reject'] };
    let now = aRequest({ ...toDecide, plan: before });
    const api = fakeApi({
      getRequest: async () => now,
      approveRequest: async () => {
        now = aRequest({ state: 'approved', plan: after });
        return now;
      },
    });
    renderPortal(PATH, api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Approve and apply…' }),
    );
    await userEvent.type(screen.getByLabelText(/Comment/), 'Fine');

    now = aRequest({ ...toDecide, plan: after, previousPlans: [before] });
    const show = await screen.findByRole('button', {
      name: 'Show the new plan',
    });
    expect(screen.getByRole('table', { name: 'Changes' })).toHaveTextContent(
      '12',
    );
    expect(
      screen.getByRole('button', { name: 'Approve and apply' }),
    ).toBeDisabled();

    await userEvent.click(show);
    expect(screen.getByRole('table', { name: 'Changes' })).toHaveTextContent(
      '24',
    );
    expect(
      screen.getByRole('table', { name: 'Plan 1 beside plan 2' }),
    ).toHaveTextContent(/partitions.*12.*24/);
    expect(screen.getByLabelText(/Comment/)).toHaveValue('Fine');

    await userEvent.click(
      screen.getByRole('button', { name: 'Approve and apply' }),
    );
    await screen.findByText('Approved: it is carried out next');
    expect(api.approveRequest).toHaveBeenCalledWith('request-1', {
      planHash: 'hash-2',
      comment: 'Fine',
    });
  });
});
