import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { apiError } from '../__testUtils__/apiError';
import {
  aGrant,
  aResource,
  someExports,
  someGrants,
} from '../__testUtils__/fixtures';
import { fakeApi, renderPortal } from '../__testUtils__/renderPortal';

const PASSWORD = 'correct-horse-9';

function openPortal(
  issueCredentials: Parameters<typeof fakeApi>[0]['issueCredentials'],
) {
  const can = ['credentials'];
  const api = fakeApi({
    getResource: async () => aResource(),
    getRequests: async () => ({ items: [], pageInfo: {} }),
    getResourceGrants: async () =>
      someGrants([
        aGrant({ can }),
        aGrant({ id: 'grant-2', role: 'producer', can }),
        aGrant({ id: 'grant-3', principal: 'component:default/other' }),
      ]),
    getResourceExports: async () => someExports(),
    issueCredentials,
  });
  renderPortal('/data-resources/resource-1', api);
  return api;
}

const issued = async () => ({
  principal: 'component:default/payments-api',
  username: 'payments_api_0a1b2c3d4e_b',
  password: PASSWORD,
  version: 2,
  previous: { version: 1, endsAt: '2126-03-03T10:00:00.000Z' },
  connection: {
    ...aResource().connection,
    groupPrefix: 'payments_api_0a1b2c3d4e.',
  },
});

async function openDialog() {
  await userEvent.click(
    await screen.findByRole('button', {
      name: 'Get credentials for payments-api',
    }),
  );
  return screen.findByRole('dialog');
}

describe('CredentialsDialog', () => {
  it('should be offered once per principal, where the grant allows it', async () => {
    openPortal(issued);

    await screen.findByRole('table', { name: 'Grants' });
    expect(
      await screen.findAllByRole('button', { name: /Get credentials/ }),
    ).toHaveLength(1);
  });

  it('should show the password once, with a configuration to paste and the end of the old one', async () => {
    const api = openPortal(issued);

    const dialog = await openDialog();
    expect(api.issueCredentials).not.toHaveBeenCalled();
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Issue credentials' }),
    );

    expect(await within(dialog).findByText(PASSWORD)).toBeInTheDocument();
    expect(dialog).toHaveTextContent(
      'The previous credential (version 1) ends 3 Mar 2126',
    );
    expect(
      await within(dialog).findByRole('figure', {
        name: /^Environment of the client/,
      }),
    ).toHaveTextContent(
      `export KAFKA_USERNAME='payments_api_0a1b2c3d4e_b' export KAFKA_PASSWORD='${PASSWORD}'`,
    );
    expect(
      within(dialog).getByRole('figure', { name: /^client.properties/ }),
    ).toHaveTextContent('group.id=payments_api_0a1b2c3d4e');
    expect(api.getResourceExports).toHaveBeenCalledWith('resource-1', {
      principal: 'component:default/payments-api',
    });
    expect(api.issueCredentials).toHaveBeenCalledWith('resource-1', {
      principal: 'component:default/payments-api',
    });

    await userEvent.click(
      within(dialog).getByRole('checkbox', {
        name: 'I have saved the password',
      }),
    );
    await userEvent.click(within(dialog).getByRole('button', { name: 'Done' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(document.body).not.toHaveTextContent(PASSWORD);

    await openDialog();
    expect(document.body).not.toHaveTextContent(PASSWORD);
    expect(api.issueCredentials).toHaveBeenCalledTimes(1);
  });

  it('should show the password also when the configurations cannot be loaded', async () => {
    const api = openPortal(issued);
    api.getResourceExports.mockRejectedValueOnce(
      new TypeError('Failed to fetch'),
    );
    const dialog = await openDialog();
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Issue credentials' }),
    );

    expect(await within(dialog).findByText(PASSWORD)).toBeInTheDocument();
    await userEvent.click(
      await within(dialog).findByRole('button', { name: 'Retry' }),
    );
    expect(
      await within(dialog).findByText(/KAFKA_PASSWORD/),
    ).toBeInTheDocument();
    expect(api.issueCredentials).toHaveBeenCalledTimes(1);
  });

  it('should not lose an unsaved password by accident', async () => {
    openPortal(issued);
    const dialog = await openDialog();
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Issue credentials' }),
    );
    await within(dialog).findByText(PASSWORD);
    expect(within(dialog).getByRole('button', { name: 'Done' })).toBeDisabled();

    await userEvent.keyboard('{Escape}');
    expect(within(dialog).getByText(PASSWORD)).toBeInTheDocument();

    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Close' }),
    );
    expect(await within(dialog).findByRole('alert')).toHaveTextContent(
      'The password is lost when this closes',
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Keep it open' }),
    );
    expect(within(dialog).getByText(PASSWORD)).toBeInTheDocument();
  });

  it('should replace the older credential only when told to', async () => {
    const api = openPortal(async (_, { replace }) => {
      if (!replace) {
        throw await apiError(409, {
          name: 'ConflictError',
          message: 'Both logins of payments-api are in use.',
          path: 'replace',
        });
      }
      return issued();
    });
    const dialog = await openDialog();
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Issue credentials' }),
    );
    expect(await within(dialog).findByRole('alert')).toHaveTextContent(
      'Both logins of payments-api are in use.',
    );

    await userEvent.click(
      within(dialog).getByRole('button', {
        name: 'End the older one and issue',
      }),
    );
    expect(await within(dialog).findByText(PASSWORD)).toBeInTheDocument();
    expect(api.issueCredentials).toHaveBeenLastCalledWith('resource-1', {
      principal: 'component:default/payments-api',
      replace: true,
    });
  });

  it('should say why there is none, and offer to try again', async () => {
    let isUnknown = true;
    openPortal(async () => {
      if (isUnknown) {
        throw await apiError(503, {
          name: 'ServiceUnavailableError',
          message: 'kafka-dev did not answer in time; version 2 is void.',
        });
      }
      return issued();
    });
    const dialog = await openDialog();
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Issue credentials' }),
    );
    expect(await within(dialog).findByRole('alert')).toHaveTextContent(
      'version 2 is void',
    );

    isUnknown = false;
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Retry' }),
    );
    expect(await within(dialog).findByText(PASSWORD)).toBeInTheDocument();
  });
});
