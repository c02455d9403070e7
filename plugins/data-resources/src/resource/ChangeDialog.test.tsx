import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { apiError } from '../__testUtils__/apiError';
import {
  aPlan,
  aRequest,
  aResource,
  kafkaTopic,
  someGrants,
} from '../__testUtils__/fixtures';
import { fakeApi, renderPortal } from '../__testUtils__/renderPortal';

const PATH = '/data-resources/resource-1';
const nothingOpen = async () => ({ items: [], pageInfo: {} });
const types = [
  {
    ...kafkaTopic,
    specSchema: {
      type: 'object',
      properties: {
        partitions: { type: 'integer', minimum: 1 },
        config: { type: 'object', additionalProperties: { type: 'string' } },
      },
      required: ['partitions'],
    },
  },
];

async function setPartitions(count: string) {
  const field = screen.getByRole('textbox', { name: /partitions/ });
  await userEvent.clear(field);
  await userEvent.type(field, count);
  await userEvent.tab();
}

describe('Change', () => {
  it('should show the plan of what is typed, and ask for it', async () => {
    const api = fakeApi({
      getTypes: async () => types,
      getResource: async () => aResource({ can: ['update'] }),
      getRequests: nothingOpen,
      getResourceGrants: async () => someGrants([]),
      createPlan: async input =>
        aPlan({
          risk: 'medium',
          changes: [
            {
              path: 'partitions',
              from: 12,
              to: input.spec?.partitions,
              kind: 'in-place',
            },
          ],
        }),
      createRequest: async () => aRequest({ action: 'update' }),
      getRequest: async () => aRequest({ action: 'update' }),
    });
    renderPortal(PATH, api);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Change…' }),
    );
    await setPartitions('24');

    const plan = await screen.findByRole('region', { name: 'Plan' });
    await waitFor(() =>
      expect(
        within(plan).getByRole('row', { name: /partitions/ }),
      ).toHaveTextContent(/12.*24/),
    );
    expect(plan).toHaveTextContent('Medium risk');
    expect(plan).toHaveTextContent(/Decided by\s+platform/);
    await userEvent.click(
      screen.getByRole('button', { name: 'Request update' }),
    );
    await waitFor(() =>
      expect(api.createRequest).toHaveBeenCalledWith(
        expect.objectContaining({
          action: 'update',
          resourceId: 'resource-1',
          spec: { partitions: 24, config: { 'retention.ms': '604800000' } },
        }),
        expect.anything(),
      ),
    );
  });

  it('should say what is wrong before it is sent', async () => {
    renderPortal(
      PATH,
      fakeApi({
        getTypes: async () => types,
        getResource: async () => aResource({ can: ['update'] }),
        getRequests: nothingOpen,
        getResourceGrants: async () => someGrants([]),
        createPlan: async () => {
          throw await apiError(400, {
            name: 'InputError',
            message: 'spec.partitions: must be at most 100',
          });
        },
      }),
    );

    await userEvent.click(
      await screen.findByRole('button', { name: 'Change…' }),
    );
    expect(
      screen.getByRole('button', { name: 'Request update' }),
    ).toBeDisabled();
    await setPartitions('240');
    expect(
      await screen.findByText('spec.partitions: must be at most 100'),
    ).toBeInTheDocument();
  });
});

describe('Promotion', () => {
  it('should ask for the same on the next stage, from this one', async () => {
    const api = fakeApi({
      getTypes: async () => types,
      getResource: async () =>
        aResource({
          promotions: [],
          promotionTargets: [
            {
              instance: 'kafka-prod',
              environment: 'prod',
              title: 'Kafka (production)',
            },
          ],
        }),
      getRequests: nothingOpen,
      getResourceGrants: async () => someGrants([]),
      createPlan: async () => aPlan(),
      createRequest: async () => aRequest(),
      getRequest: async () => aRequest(),
    });
    renderPortal(PATH, api);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Promote to prod…' }),
    );
    await setPartitions('24');
    await screen.findByRole('region', { name: 'Plan' });
    await userEvent.click(
      screen.getByRole('button', { name: 'Request promotion' }),
    );
    await waitFor(() =>
      expect(api.createRequest).toHaveBeenCalledWith(
        expect.objectContaining({
          action: 'create',
          instance: 'kafka-prod',
          name: 'orders',
          owner: 'group:default/payments',
          promotedFrom: 'resource-1',
          spec: { partitions: 24, config: { 'retention.ms': '604800000' } },
        }),
        expect.anything(),
      ),
    );
  });

  it('should link the stages', async () => {
    const link = (id: string, instance: string) => ({
      id,
      name: 'orders',
      instance,
      environment: 'x',
      phase: 'ready' as const,
    });
    renderPortal(
      PATH,
      fakeApi({
        getResource: async () =>
          aResource({
            promotedFrom: link('before', 'kafka-lab'),
            promotions: [link('after', 'kafka-prod')],
            promotionTargets: [],
          }),
        getRequests: nothingOpen,
        getResourceGrants: async () => someGrants([]),
      }),
    );

    expect(
      await screen.findByRole('link', { name: 'orders on kafka-lab' }),
    ).toHaveAttribute('href', '/data-resources/before');
    expect(
      screen.getByRole('link', { name: 'orders on kafka-prod' }),
    ).toHaveAttribute('href', '/data-resources/after');
    expect(screen.queryByRole('button', { name: /Promote/ })).toBeNull();
  });
});
