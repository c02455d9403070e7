import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { apiError } from '../__testUtils__/apiError';
import {
  aGrant,
  aRequest,
  aResource,
  someGrants,
  someUse,
} from '../__testUtils__/fixtures';
import { fakeApi, renderPortal } from '../__testUtils__/renderPortal';

const PATH = '/data-resources/resource-1';
const nothingOpen = async () => ({ items: [], pageInfo: {} });

const component = (name: string, owner: string) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, namespace: 'default' },
  spec: { type: 'service', owner },
  relations: [{ type: 'ownedBy', targetRef: owner }],
});

describe('ResourceContent', () => {
  it('should show phase, conditions, settings as declared and observed, and who has access', async () => {
    renderPortal(
      PATH,
      fakeApi({
        getResource: async () => aResource(),
        getRequests: nothingOpen,
        getResourceGrants: async () => someGrants([aGrant()]),
      }),
    );

    expect(
      await screen.findByRole('region', { name: 'State' }),
    ).toHaveTextContent(/^StateReady/);
    expect(screen.getByRole('list', { name: 'Conditions' })).toHaveTextContent(
      /Ready.*True.*Every partition has a leader/,
    );
    expect(screen.getByText('broker:9092')).toBeInTheDocument();

    const settings = screen.getByRole('table', { name: /Settings/ });
    expect(
      within(settings).getByRole('row', { name: /partitions/ }),
    ).toHaveTextContent(/12.*6.*Differs/);
    expect(
      within(settings).getByRole('row', { name: /retention/ }),
    ).not.toHaveTextContent('Differs');

    const grants = await screen.findByRole('table', { name: 'Grants' });
    expect(grants).toHaveTextContent(/payments-api.*consumer/);
    expect(
      screen.getByRole('table', { name: 'Effective access' }),
    ).toHaveTextContent(/mirror-maker.*no Component.*Read/);
  });

  it('should show who uses it, how much, and what cannot be seen', async () => {
    renderPortal(
      PATH,
      fakeApi({
        getResource: async () => aResource(),
        getRequests: nothingOpen,
        getResourceGrants: async () => someGrants([]),
        getResourceUse: async () =>
          someUse({
            users: [
              {
                name: 'billing',
                kind: 'consumer group',
                count: 3,
                detail: 'lag 12',
                principal: 'component:default/billing-worker',
              },
            ],
            lastUsedAt: new Date(Date.now() - 7_200_000).toISOString(),
            measures: [
              {
                name: 'size',
                title: 'Size on disk',
                value: 2048,
                unit: 'bytes',
              },
            ],
            unseen: ['Producers: needs the metrics of the brokers'],
          }),
      }),
    );

    const section = await screen.findByRole('region', { name: 'Live use' });
    expect(
      await within(section).findByRole('row', { name: /billing/ }),
    ).toHaveTextContent(/consumer group.*billing-worker.*3.*lag 12/);
    expect(section).toHaveTextContent(/Last used2 hours ago/);
    expect(section).toHaveTextContent(/Size on disk2 KiB/);
    expect(section).toHaveTextContent(
      /could not be looked at:.*Producers: needs the metrics/,
    );
  });

  it('should say that a quarantine is over and what it waits for', async () => {
    renderPortal(
      PATH,
      fakeApi({
        getResource: async () =>
          aResource({
            phase: 'quarantined',
            purgeAt: new Date(Date.now() - 3_600_000).toISOString(),
          }),
        getRequests: nothingOpen,
        getResourceGrants: async () => someGrants([]),
      }),
    );

    expect(
      await screen.findByRole('region', { name: 'Quarantine' }),
    ).toHaveTextContent(/time was over 1 hour ago; the request/);
  });

  it('should offer nothing that the API does not allow', async () => {
    renderPortal(
      PATH,
      fakeApi({
        getResource: async () => aResource(),
        getRequests: nothingOpen,
        getResourceGrants: async () => someGrants([aGrant()]),
      }),
    );

    await screen.findByText('mirror-maker');
    const names = [/credentials/i, /Revoke/, /Request access/, /deletion/];
    for (const name of names) {
      expect(screen.queryByRole('button', { name })).toBeNull();
    }
  });

  it('should lead to the requests that are open for it', async () => {
    renderPortal(
      PATH,
      fakeApi({
        getResource: async () => aResource(),
        getRequests: async () => ({
          items: [
            aRequest({ action: 'delete' }),
            aRequest({ id: 'old', state: 'completed' }),
          ],
          pageInfo: {},
        }),
        getResourceGrants: async () => someGrants([]),
      }),
    );

    expect(
      await screen.findByRole('link', { name: 'Delete orders' }),
    ).toHaveAttribute('href', '/data-resources/requests/request-1');
    expect(screen.queryByRole('link', { name: 'Create orders' })).toBeNull();
  });

  it('should tell until when a deletion can be undone, and offer the way back', async () => {
    const api = fakeApi({
      getResource: async () =>
        aResource({
          phase: 'quarantined',
          purgeAt: new Date(Date.now() + 49 * 3_600_000).toISOString(),
          can: ['restore'],
        }),
      getRequests: nothingOpen,
      getResourceGrants: async () => someGrants([]),
      createRequest: async () => aRequest({ action: 'restore' }),
      getRequest: async () => aRequest({ action: 'restore' }),
    });
    renderPortal(PATH, api);

    expect(
      await screen.findByRole('region', { name: 'Quarantine' }),
    ).toHaveTextContent(/removed for good in 2 days/);
    await userEvent.click(
      screen.getByRole('button', { name: 'Request restore…' }),
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Request restore' }),
    );
    expect(
      await screen.findByRole('heading', { name: 'Restore orders' }),
    ).toBeInTheDocument();
    expect(api.createRequest).toHaveBeenCalledWith(
      { action: 'restore', resourceId: 'resource-1' },
      expect.anything(),
    );
  });

  it.each([
    ['Put it back…', 12],
    ['Keep it as it is…', 6],
  ])('should show drift and offer: %s', async (button, partitions) => {
    const api = fakeApi({
      getResource: async () =>
        aResource({
          spec: { partitions: 12 },
          drift: [{ path: 'partitions', from: 6, to: 12, kind: 'in-place' }],
          can: ['update'],
        }),
      getRequests: nothingOpen,
      getResourceGrants: async () => someGrants([]),
      createRequest: async () => aRequest({ action: 'update' }),
      getRequest: async () => aRequest({ action: 'update' }),
    });
    renderPortal(PATH, api);

    expect(
      await screen.findByRole('table', { name: 'Drift' }),
    ).toHaveTextContent(/partitions.*6.*12/);
    await userEvent.click(screen.getByRole('button', { name: button }));
    await userEvent.click(
      screen.getByRole('button', { name: 'Request update' }),
    );
    expect(
      await screen.findByRole('heading', { name: 'Update orders' }),
    ).toBeInTheDocument();
    expect(api.createRequest).toHaveBeenCalledWith(
      { action: 'update', resourceId: 'resource-1', spec: { partitions } },
      expect.anything(),
    );
  });

  it('should show a new way in, and offer to keep it and not to take it away', async () => {
    const spec = { partitions: 12 };
    const api = fakeApi({
      getResource: async () =>
        aResource({
          spec,
          drift: [
            {
              path: 'access.User:mirror.READ',
              from: 'literal ACL on topic orders',
              kind: 'unsupported',
            },
          ],
          can: ['update'],
        }),
      getRequests: nothingOpen,
      getResourceGrants: async () => someGrants([]),
      createRequest: async () => aRequest({ action: 'update' }),
      getRequest: async () => aRequest({ action: 'update' }),
    });
    renderPortal(PATH, api);

    expect(
      await screen.findByRole('table', { name: 'Drift' }),
    ).toHaveTextContent(/access.User:mirror.READ.*literal ACL/);
    expect(screen.queryByRole('button', { name: /Put it back/ })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: /Keep it/ }));
    expect(
      screen.getByRole('dialog', { name: 'Keep those who reach orders' }),
    ).toHaveTextContent(/recorded as they are now/);
    await userEvent.click(
      screen.getByRole('button', { name: 'Request update' }),
    );
    expect(
      await screen.findByRole('heading', { name: 'Update orders' }),
    ).toBeInTheDocument();
    expect(api.createRequest).toHaveBeenCalledWith(
      { action: 'update', resourceId: 'resource-1', spec, access: 'keep' },
      expect.anything(),
    );
  });

  it('should request a deletion once the name is typed, and lead to the request', async () => {
    const api = fakeApi({
      getResource: async () => aResource({ can: ['delete'] }),
      getRequests: nothingOpen,
      getResourceGrants: async () => someGrants([]),
      createRequest: async () => aRequest({ action: 'delete' }),
      getRequest: async () => aRequest({ action: 'delete' }),
    });
    renderPortal(PATH, api);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Request deletion…' }),
    );
    const submit = screen.getByRole('button', { name: 'Request deletion' });
    expect(submit).toBeDisabled();
    await userEvent.type(screen.getByLabelText(/Type orders/), 'orders');
    await userEvent.type(screen.getByLabelText(/Reason/), 'Not used any more.');
    await userEvent.click(submit);

    expect(
      await screen.findByRole('heading', { name: 'Delete orders' }),
    ).toBeInTheDocument();
    expect(api.createRequest).toHaveBeenCalledWith(
      {
        action: 'delete',
        resourceId: 'resource-1',
        reason: 'Not used any more.',
      },
      { idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/) },
    );
  });

  it("should request access for a Component of one's groups, and keep the input when refused", async () => {
    let isRefused = true;
    const api = fakeApi({
      getResource: async () => aResource({ can: ['grant'] }),
      getRequests: nothingOpen,
      getResourceGrants: async () => someGrants([]),
      createRequest: async () => {
        if (isRefused) {
          throw await apiError(400, {
            name: 'InputError',
            message: 'A policy denies this request.',
            findings: [
              {
                policy: 'one-consumer',
                effect: 'deny',
                message: 'orders has a consumer already.',
              },
            ],
          });
        }
        return aRequest({ action: 'grant' });
      },
      getRequest: async () => aRequest({ action: 'grant' }),
    });
    renderPortal(PATH, api, [
      component('payments-worker', 'group:default/payments'),
      component('shipping-worker', 'group:default/logistics'),
    ]);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Request access…' }),
    );
    await userEvent.type(
      await screen.findByRole('combobox', { name: /Component/ }),
      'worker',
    );
    const options = await screen.findAllByRole('option');
    expect(options.map(option => option.textContent)).toEqual([
      'payments-worker',
    ]);
    await userEvent.click(options[0]);
    await userEvent.click(screen.getByRole('radio', { name: /Consumer/ }));
    const submit = screen.getByRole('button', { name: 'Request access' });
    await userEvent.click(submit);

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'orders has a consumer already.',
    );
    expect(screen.getByRole('radio', { name: /Consumer/ })).toBeChecked();
    isRefused = false;
    await userEvent.click(submit);

    await screen.findByText('Waits for a decision');
    const [first, second] = api.createRequest.mock.calls;
    expect(first[0]).toEqual({
      action: 'grant',
      resourceId: 'resource-1',
      principal: 'component:default/payments-worker',
      role: 'consumer',
    });
    // The same intention again: the same key, so that it is one request at most.
    expect(second).toEqual(first);
  });

  it('should offer the roles of the resource beside those of its type', async () => {
    renderPortal(
      PATH,
      fakeApi({
        getResource: async () =>
          aResource({
            can: ['grant'],
            roles: [
              {
                name: 'reader:sales',
                title: 'Reader of sales',
                description: 'In the schema sales alone',
              },
            ],
          }),
        getRequests: nothingOpen,
        getResourceGrants: async () =>
          someGrants([aGrant({ role: 'reader:sales' })]),
      }),
    );
    expect(await screen.findByTitle('In the schema sales alone')).toBeVisible();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Request access…' }),
    );
    expect(
      (await screen.findAllByRole('radio')).map(radio =>
        radio.closest('label')?.textContent?.replace(/(In|Writes|Reads).*/, ''),
      ),
    ).toEqual(['Producer', 'Consumer', 'Reader of sales']);
  });

  it('should revoke a grant', async () => {
    const api = fakeApi({
      getResource: async () => aResource(),
      getRequests: nothingOpen,
      getResourceGrants: async () => someGrants([aGrant({ can: ['revoke'] })]),
      createRequest: async () => aRequest({ action: 'revoke' }),
      getRequest: async () => aRequest({ action: 'revoke' }),
    });
    renderPortal(PATH, api);

    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Revoke consumer of payments-api',
      }),
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Revoke access' }),
    );

    await screen.findByRole('heading', { name: 'Revoke access to orders' });
    expect(api.createRequest.mock.calls[0][0]).toEqual({
      action: 'revoke',
      grantId: 'grant-1',
    });
  });
});
