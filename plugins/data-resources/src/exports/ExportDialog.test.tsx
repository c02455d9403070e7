import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { apiError } from '../__testUtils__/apiError';
import { aResource, someExports, someGrants } from '../__testUtils__/fixtures';
import { fakeApi, renderPortal } from '../__testUtils__/renderPortal';

const API = 'component:default/payments-api';

function openPortal(
  getResourceExports: Parameters<
    typeof fakeApi
  >[0]['getResourceExports'] = async () => someExports(),
) {
  const api = fakeApi({
    getResource: async () => aResource(),
    getRequests: async () => ({ items: [], pageInfo: {} }),
    getResourceGrants: async () => someGrants([]),
    getResourceExports,
  });
  renderPortal('/data-resources/resource-1', api);
  return api;
}

async function openDialog() {
  await userEvent.click(await screen.findByRole('button', { name: 'Export…' }));
  return screen.findByRole('dialog', { name: 'Export orders' });
}

async function choose(dialog: HTMLElement, label: RegExp, option: string) {
  await userEvent.click(within(dialog).getByRole('button', { name: label }));
  await userEvent.click(await screen.findByRole('option', { name: option }));
}

describe('ExportDialog', () => {
  it('should show a client configuration first, for the first who has a grant', async () => {
    const api = openPortal();
    const dialog = await openDialog();

    expect(
      await within(dialog).findByRole('figure', { name: /^client.properties/ }),
    ).toHaveTextContent('group.id=payments_api_0a1b2c3d4e');
    expect(dialog).toHaveTextContent('Properties of the Java clients');
    expect(dialog).toHaveTextContent(
      'KAFKA_USERNAME and KAFKA_PASSWORD: Get credentials, under Access',
    );
    await waitFor(() =>
      expect(api.getResourceExports).toHaveBeenLastCalledWith('resource-1', {
        principal: API,
      }),
    );
  });

  it('should ask again for another workload, and not for another format', async () => {
    const api = openPortal();
    const dialog = await openDialog();
    await within(dialog).findByRole('figure');
    await waitFor(() =>
      expect(api.getResourceExports).toHaveBeenCalledTimes(2),
    );

    await choose(dialog, /For$/, 'other (producer)');
    await waitFor(() =>
      expect(api.getResourceExports).toHaveBeenLastCalledWith('resource-1', {
        principal: 'component:default/other',
      }),
    );
    await choose(dialog, /Format$/, 'Strimzi');
    expect(
      within(dialog).getByRole('figure', { name: /^orders.yaml/ }),
    ).toHaveTextContent('kind: KafkaTopic');
    expect(within(dialog).queryByRole('button', { name: /For$/ })).toBeNull();
    expect(api.getResourceExports).toHaveBeenCalledTimes(3);
  });

  it('should download what is shown', async () => {
    const blobs: Blob[] = [];
    const saved: string[] = [];
    URL.createObjectURL = jest.fn(blob => {
      blobs.push(blob as Blob);
      return 'blob:1';
    });
    URL.revokeObjectURL = jest.fn();
    jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(function click(this: HTMLAnchorElement) {
        saved.push(this.download);
      });
    openPortal();
    const dialog = await openDialog();
    const button = await within(dialog).findByRole('button', {
      name: 'Download client.properties',
    });
    await waitFor(() => expect(button).toBeEnabled());
    await userEvent.click(button);

    expect(saved).toEqual(['client.properties']);
    expect(blobs[0].size).toBe('group.id=payments_api_0a1b2c3d4e\n'.length);
    jest.restoreAllMocks();
  });

  it('should say which export failed, and let others be read', async () => {
    openPortal();
    const dialog = await openDialog();
    await within(dialog).findByRole('figure');

    await choose(dialog, /Format$/, 'kcat');
    expect(await within(dialog).findByRole('alert')).toHaveTextContent(
      'This export failed',
    );
    expect(
      within(dialog).getByRole('button', { name: 'Download' }),
    ).toBeDisabled();
  });

  it('should say what failed, and try again', async () => {
    let isDown = true;
    openPortal(async () => {
      if (isDown) {
        throw await apiError(503, {
          name: 'ServiceUnavailableError',
          message: 'The database is away.',
        });
      }
      return someExports();
    });
    const dialog = await openDialog();
    expect(await within(dialog).findByRole('alert')).toHaveTextContent(
      'The database is away.',
    );

    isDown = false;
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Retry' }),
    );
    expect(await within(dialog).findByRole('figure')).toBeInTheDocument();
  });

  it('should say why there is none', async () => {
    openPortal(async () =>
      someExports({
        items: [],
        principals: [],
        message: 'Instance kafka-dev is not configured any more.',
      }),
    );
    const dialog = await openDialog();

    expect(
      await within(dialog).findByText(/not configured any more/),
    ).toBeInTheDocument();
  });

  it('should do without a workload where nobody has a grant', async () => {
    const api = openPortal(async () => someExports({ principals: [] }));
    const dialog = await openDialog();

    expect(
      await within(dialog).findByText(/Nobody has been granted access yet/),
    ).toBeInTheDocument();
    expect(within(dialog).queryByRole('button', { name: /For$/ })).toBeNull();
    expect(api.getResourceExports).toHaveBeenCalledTimes(1);
  });
});
