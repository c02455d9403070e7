import { renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { screen, within } from '@testing-library/react';
import { kafkaDev } from '../__testUtils__/fixtures';
import { fakeApi } from '../__testUtils__/renderPortal';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { InstanceCard } from './InstanceCard';

const entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Resource',
  metadata: { name: 'kafka-dev', namespace: 'default' },
};

describe('InstanceCard', () => {
  it('should tell what has to be mended before what is in order', async () => {
    const api = fakeApi({
      getInstances: async () => [
        {
          ...kafkaDev,
          status: {
            ...kafkaDev.status,
            conditions: [
              { type: 'Version', status: 'ok', message: 'Kafka 4.1' },
              { type: 'Quotas', status: 'warn', message: 'Cannot be read' },
              { type: 'Authorizer', status: 'error', message: 'There is none' },
            ],
          },
        },
      ],
    });
    renderInTestApp(
      <EntityProvider entity={entity}>
        <InstanceCard />
      </EntityProvider>,
      { apis: [[dataResourcesApiRef, api]] },
    );

    const conditions = await screen.findByRole('list', { name: 'Conditions' });
    expect(
      within(conditions)
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent),
    ).toEqual([
      'AuthorizerErrorThere is none',
      'QuotasWarningCannot be read',
      'VersionOKKafka 4.1',
    ]);
  });
});
