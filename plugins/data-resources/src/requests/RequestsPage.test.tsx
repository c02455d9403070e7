import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { apiError } from '../__testUtils__/apiError';
import { aPlan, aRequest } from '../__testUtils__/fixtures';
import { fakeApi, renderPortal } from '../__testUtils__/renderPortal';

const PATH = '/data-resources/requests';

describe('RequestsPage', () => {
  it('should say of every request what it is, how it stands and what it changes', async () => {
    const api = fakeApi({
      getRequests: async () => ({
        items: [
          aRequest({
            state: 'failed',
            plan: aPlan({
              risk: 'high',
              changes: [
                { path: 'topic', kind: 'create' },
                { path: 'a', kind: 'in-place' },
                { path: 'b', kind: 'in-place' },
              ],
            }),
          }),
        ],
        pageInfo: {},
      }),
    });
    renderPortal(PATH, api);

    const row = await screen.findByRole('row', { name: /Create orders/ });
    expect(
      within(row).getByRole('link', { name: 'Create orders' }),
    ).toHaveAttribute('href', '/data-resources/requests/request-1');
    expect(row).toHaveTextContent('kafka-dev');
    expect(row).toHaveTextContent('payments-dev');
    expect(row).toHaveTextContent('High risk');
    expect(row).toHaveTextContent('Failed');
    expect(row).toHaveTextContent('1 added, 2 changed, 0 removed');
    await waitFor(() => expect(row).toHaveTextContent('Kafka topic'));
    expect(document.title).toBe('Requests: mine | Portal');
    expect(api.getRequests).toHaveBeenCalledWith(
      expect.objectContaining({ requestedBy: 'me' }),
    );
  });

  it('should ask the API who may decide, under "Waiting for me"', async () => {
    const api = fakeApi({
      getRequests: async query => ({
        items: query.approvableBy ? [aRequest({ name: 'theirs' })] : [],
        pageInfo: {},
      }),
    });
    renderPortal(PATH, api);

    await screen.findByText('You have not asked for anything yet');
    await userEvent.click(screen.getByRole('link', { name: 'Waiting for me' }));

    expect(await screen.findByText('Create theirs')).toBeInTheDocument();
    expect(api.getRequests).toHaveBeenLastCalledWith(
      expect.objectContaining({ approvableBy: 'me', state: 'pending' }),
    );
    expect(api.getRequests.mock.lastCall?.[0].requestedBy).toBeUndefined();
  });

  it('should take the filters from the address and offer to clear them', async () => {
    const api = fakeApi({
      getRequests: async query => ({
        items: query.state ? [] : [aRequest()],
        pageInfo: {},
      }),
    });
    renderPortal(`${PATH}?view=all&state=failed&instance=kafka-dev`, api);

    expect(
      await screen.findByText('No request matches these filters'),
    ).toBeInTheDocument();
    expect(api.getRequests).toHaveBeenCalledWith(
      expect.objectContaining({ state: 'failed', instance: 'kafka-dev' }),
    );

    await userEvent.click(
      screen.getAllByRole('button', { name: 'Clear filters' })[0],
    );
    expect(await screen.findByText('Create orders')).toBeInTheDocument();
  });

  it('should set a filter that is picked', async () => {
    const api = fakeApi({
      getRequests: async query => ({
        items: [aRequest({ name: query.state ?? 'any' })],
        pageInfo: {},
      }),
    });
    renderPortal(`${PATH}?view=all`, api);

    await screen.findByText('Create any');
    await userEvent.click(screen.getByRole('button', { name: /State/ }));
    await userEvent.click(
      await screen.findByRole('option', { name: 'Rejected' }),
    );

    expect(await screen.findByText('Create rejected')).toBeInTheDocument();
  });

  it('should load the next page below the first', async () => {
    const api = fakeApi({
      getRequests: async ({ cursor }) =>
        cursor === 'next'
          ? { items: [aRequest({ id: 'r2', name: 'two' })], pageInfo: {} }
          : {
              items: [aRequest({ id: 'r1', name: 'one' })],
              pageInfo: { nextCursor: 'next' },
            },
    });
    renderPortal(PATH, api);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Load more' }),
    );

    expect(await screen.findByText('Create two')).toBeInTheDocument();
    expect(screen.getByText('Create one')).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: 'Load more' }),
    ).not.toBeInTheDocument();
  });

  it("should show the API's message and load again on Retry", async () => {
    let isDown = true;
    const api = fakeApi({
      getRequests: async () => {
        if (isDown) {
          throw await apiError(503, {
            name: 'ServiceUnavailableError',
            message: 'The database does not answer; try again in a minute.',
          });
        }
        return { items: [aRequest()], pageInfo: {} };
      },
    });
    renderPortal(PATH, api);

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The database does not answer; try again in a minute.',
    );
    isDown = false;
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));

    expect(await screen.findByText('Create orders')).toBeInTheDocument();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });
});
