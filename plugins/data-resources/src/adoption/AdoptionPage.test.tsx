import type { Discovery } from '@data-resources/plugin-data-resources-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aRequest } from '../__testUtils__/fixtures';
import { fakeApi, renderPortal } from '../__testUtils__/renderPortal';

const PATH = '/data-resources/adoption';
const AT = '2026-03-02T10:00:00.000Z';

function aDiscovery(name: string, overrides: Partial<Discovery> = {}) {
  return {
    id: name,
    instance: 'kafka-dev',
    environment: 'dev',
    type: 'kafka-topic',
    name,
    spec: { partitions: 3 },
    hints: [],
    suggestedOwner: 'group:default/payments',
    why: 'ACL that lets it write names payments-api, which belongs to group:default/payments',
    firstSeenAt: AT,
    seenAt: AT,
    ...overrides,
  };
}

const listing = (items: Discovery[], can = ['adopt']) => ({
  items,
  pageInfo: {},
  instances: [{ instance: 'kafka-dev', lookedAt: AT }],
  can,
});

describe('AdoptionPage', () => {
  it('should show what nobody manages, with who should own it and why', async () => {
    renderPortal(
      PATH,
      fakeApi({ getDiscoveries: async () => listing([aDiscovery('orders')]) }),
    );

    const row = await screen.findByRole('row', { name: /orders/ });
    expect(row).toHaveTextContent('kafka-dev');
    expect(row).toHaveTextContent('payments');
    expect(row).toHaveTextContent('ACL that lets it write names payments-api');
    expect(row).toHaveTextContent('partitions: 3');
    expect(screen.getByText(/kafka-dev looked through/)).toBeInTheDocument();
  });

  it('should say which instance could not be looked through', async () => {
    renderPortal(
      PATH,
      fakeApi({
        getDiscoveries: async () => ({
          ...listing([]),
          instances: [{ instance: 'kafka-dev', message: 'No broker answers' }],
        }),
      }),
    );

    expect(
      await screen.findByText('kafka-dev could not be looked through'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/^No broker answers\. What is listed/),
    ).toBeInTheDocument();
  });

  it('should send what is selected in one batch and show what became of each', async () => {
    const api = fakeApi({
      getDiscoveries: async () =>
        listing([aDiscovery('orders'), aDiscovery('returns')]),
      createRequestBatch: async () => ({
        id: 'batch-1',
        items: [
          {
            index: 0,
            status: 201,
            request: aRequest({ action: 'adopt', name: 'orders' }),
          },
          {
            index: 1,
            status: 409,
            error: { name: 'ConflictError', message: 'returns is managed' },
          },
        ],
      }),
    });
    renderPortal(PATH, api);

    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Select all 2 that are shown',
      }),
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Request 2 adoptions' }),
    );

    const results = await screen.findByRole('table', { name: 'Results' });
    expect(
      within(results).getByRole('link', { name: 'Adopt orders' }),
    ).toHaveAttribute('href', '/data-resources/requests/request-1');
    expect(results).toHaveTextContent('returns is managed');
    expect(api.createRequestBatch).toHaveBeenCalledWith(
      [
        expect.objectContaining({
          action: 'adopt',
          name: 'orders',
          owner: 'group:default/payments',
        }),
        expect.objectContaining({ name: 'returns' }),
      ],
      { idempotencyKey: expect.any(String) },
    );
    // What was refused may be tried again.
    expect(
      screen.getByRole('checkbox', { name: /Select returns/ }),
    ).toBeChecked();
    expect(
      screen.getByRole('checkbox', { name: /Select orders/ }),
    ).not.toBeChecked();
  });

  it('should let the owners decide about a single one', async () => {
    const api = fakeApi({
      getDiscoveries: async () => listing([aDiscovery('orders')]),
      createRequest: async () => aRequest({ action: 'adopt' }),
    });
    renderPortal(PATH, api);

    await userEvent.click(
      await screen.findByRole('checkbox', { name: /Select orders/ }),
    );
    expect(screen.getByText(/Its new owners decide/)).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: 'Request adoption' }),
    );
    await waitFor(() => expect(api.createRequest).toHaveBeenCalledTimes(1));
  });

  it('should not send what nobody is to own', async () => {
    renderPortal(
      PATH,
      fakeApi({
        getDiscoveries: async () =>
          listing([
            aDiscovery('orphan', { suggestedOwner: undefined, why: undefined }),
          ]),
      }),
    );

    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Select the one that is shown',
      }),
    );
    expect(
      screen.getByRole('button', { name: 'Request adoption' }),
    ).toBeDisabled();
    expect(
      screen.getByText('Nobody is suggested as its owner: choose one.'),
    ).toBeInTheDocument();
  });

  it('should offer nothing to who may only look', async () => {
    renderPortal(
      PATH,
      fakeApi({
        getDiscoveries: async () => listing([aDiscovery('orders')], []),
      }),
    );

    await screen.findByRole('row', { name: /orders/ });
    expect(
      screen.queryByRole('checkbox', { name: /Select orders/ }),
    ).toBeNull();
    expect(screen.queryByRole('button', { name: /Select all/ })).toBeNull();
  });

  it('should take the filters from the address', async () => {
    const api = fakeApi({ getDiscoveries: async () => listing([]) });
    renderPortal(`${PATH}?instance=kafka-dev&internal=true`, api);

    expect(
      await screen.findByText('Nothing matches these filters'),
    ).toBeInTheDocument();
    expect(api.getDiscoveries).toHaveBeenCalledWith(
      expect.objectContaining({ instance: 'kafka-dev', internal: true }),
    );
  });
});
