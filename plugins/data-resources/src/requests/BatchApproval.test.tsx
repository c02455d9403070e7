import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aPlan, aRequest } from '../__testUtils__/fixtures';
import { fakeApi, renderPortal } from '../__testUtils__/renderPortal';

const PATH = '/data-resources/requests?view=all&batch=batch-1';

describe('BatchApproval', () => {
  it('should approve what is plain, and leave the rest to be read', async () => {
    const requests = [
      aRequest({ id: 'plain', name: 'a', can: ['approve', 'reject'] }),
      aRequest({
        id: 'risky',
        name: 'b',
        can: ['approve', 'reject'],
        plan: aPlan({ risk: 'high' }),
      }),
      aRequest({
        id: 'warned',
        name: 'c',
        can: ['approve', 'reject'],
        plan: aPlan({
          findings: [{ policy: 'p', effect: 'warn', message: 'Odd' }],
        }),
      }),
    ];
    const api = fakeApi({
      getRequests: async () => ({ items: requests, pageInfo: {} }),
      approveRequestBatch: async () => ({
        items: [
          {
            requestId: 'plain',
            status: 409,
            error: { name: 'ConflictError', message: 'Another plan now' },
          },
        ],
      }),
    });
    renderPortal(PATH, api);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Approve 1' }),
    );

    const refused = await screen.findByRole('table', { name: 'Not approved' });
    expect(
      within(refused).getByRole('link', { name: 'Create a' }),
    ).toHaveAttribute('href', '/data-resources/requests/plain');
    expect(refused).toHaveTextContent('Another plan now');
    expect(api.approveRequestBatch).toHaveBeenCalledWith('batch-1', {
      planHashes: { plain: 'hash-1' },
    });
    expect(screen.getByText(/2 to be read one by one/)).toBeInTheDocument();
  });

  it('should offer nothing where nothing waits for the reader', async () => {
    const api = fakeApi({
      getRequests: async ({ approvableBy }) => ({
        items: approvableBy ? [] : [aRequest()],
        pageInfo: {},
      }),
    });
    renderPortal(PATH, api);

    await screen.findByText('Create orders');
    expect(screen.queryByRole('region', { name: 'This batch' })).toBeNull();
  });
});
