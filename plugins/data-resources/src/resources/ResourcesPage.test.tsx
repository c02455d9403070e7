import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { apiError } from '../__testUtils__/apiError';
import { aResource, kafkaDev } from '../__testUtils__/fixtures';
import { fakeApi, renderPortal } from '../__testUtils__/renderPortal';

const PATH = '/data-resources';

describe('ResourcesPage', () => {
  it('should lead to the entity, or to our page where the catalog has none', async () => {
    renderPortal(
      PATH,
      fakeApi({
        getResources: async () => ({
          items: [
            aResource(),
            aResource({ id: 'r2', name: 'clicks', phase: 'provisioning' }),
          ],
          pageInfo: {},
        }),
      }),
    );

    expect(await screen.findByRole('link', { name: 'orders' })).toHaveAttribute(
      'href',
      '/catalog/default/resource/kafka-dev.orders',
    );
    expect(screen.getByRole('link', { name: 'clicks' })).toHaveAttribute(
      'href',
      '/data-resources/r2',
    );
    const row = screen.getByRole('row', { name: /clicks/ });
    expect(within(row).getByText('Provisioning')).toBeInTheDocument();
    expect(document.title).toBe('Data resources | Portal');
  });

  it('should search while one types, and keep it in the address', async () => {
    const api = fakeApi({
      getResources: async ({ q }) => ({
        items: q === 'clicks' ? [aResource({ name: 'clicks' })] : [],
        pageInfo: {},
      }),
    });
    renderPortal(PATH, api);

    await userEvent.type(await screen.findByLabelText('Search'), 'clicks');

    expect(
      await screen.findByRole('link', { name: 'clicks' }),
    ).toBeInTheDocument();
    expect(api.getResources).toHaveBeenLastCalledWith(
      expect.objectContaining({ q: 'clicks' }),
    );
  });

  it('should tell no match, nothing there and nothing visible apart', async () => {
    const nothing = async () => ({ items: [], pageInfo: {} });

    const hidden = renderPortal(PATH, fakeApi({ getResources: nothing }));
    await screen.findByText('Nothing here that you may see');
    hidden.unmount();

    const empty = renderPortal(
      PATH,
      fakeApi({
        getResources: nothing,
        getInstances: async () => [{ ...kafkaDev, usage: {} }],
      }),
    );
    await screen.findByText('No data resources yet');
    expect(
      screen.getAllByRole('link', { name: 'Ask for a data resource' })[0],
    ).toHaveAttribute('href', '/create');
    empty.unmount();

    renderPortal(
      `${PATH}?phase=failed&owner=group:default/payments`,
      fakeApi({ getResources: nothing }),
    );
    expect(
      await screen.findByText('No data resource matches'),
    ).toBeInTheDocument();
  });

  it("should show the API's message and load again on Retry", async () => {
    let isDown = true;
    renderPortal(
      PATH,
      fakeApi({
        getResources: async () => {
          if (isDown) {
            throw await apiError(503, {
              name: 'ServiceUnavailableError',
              message: 'The database does not answer.',
            });
          }
          return { items: [aResource()], pageInfo: {} };
        },
      }),
    );

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The database does not answer.',
    );
    isDown = false;
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(
      await screen.findByRole('link', { name: 'orders' }),
    ).toBeInTheDocument();
  });
});
