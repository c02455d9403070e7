import type { Entity } from '@backstage/catalog-model';
import { mockApis, renderTestApp } from '@backstage/frontend-test-utils';
import { identityApiRef } from '@backstage/frontend-plugin-api';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { signalApiRef, type SignalApi } from '@backstage/plugin-signals-react';
import type { DataResourcesApi } from '@data-resources/plugin-data-resources-common';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import plugin from '../plugin';
import { askRouteRef } from '../routes';
import { aPlan, kafkaDev, kafkaTopic, someUse } from './fixtures';
// The pages are loaded on demand; compiled here, no test waits for that.
import '../adoption/AdoptionPage';
import '../entity/DataResourceContent';
import '../entity/InstanceCard';
import '../requests/RequestsRouter';
import '../resources/ResourcesRouter';

/** The far end of the HTTP API: what a test does not say, it must not ask for. */
export type FakeApi = { [K in keyof DataResourcesApi]: jest.Mock };

export function fakeApi(answers: Partial<DataResourcesApi>): FakeApi {
  const unexpected = (call: string) => async () => {
    throw new Error(`${call} was not expected`);
  };
  const api = {
    getTypes: async () => [kafkaTopic],
    getInstances: async () => [kafkaDev],
    getResourceUse: async () => someUse(),
    createPlan: async () => aPlan(),
    createRequest: unexpected('createRequest'),
    createRequestBatch: unexpected('createRequestBatch'),
    approveRequestBatch: unexpected('approveRequestBatch'),
    getDiscoveries: unexpected('getDiscoveries'),
    getRequests: unexpected('getRequests'),
    getRequest: unexpected('getRequest'),
    approveRequest: unexpected('approveRequest'),
    rejectRequest: unexpected('rejectRequest'),
    withdrawRequest: unexpected('withdrawRequest'),
    retryRequest: unexpected('retryRequest'),
    getResources: unexpected('getResources'),
    getResource: unexpected('getResource'),
    getResourceGrants: unexpected('getResourceGrants'),
    getResourceExports: unexpected('getResourceExports'),
    issueCredentials: unexpected('issueCredentials'),
    getFeed: unexpected('getFeed'),
    ...answers,
  };
  return Object.fromEntries(
    Object.entries(api).map(([name, call]) => [
      name,
      jest.fn(call as () => unknown),
    ]),
  ) as FakeApi;
}

/** A portal with this plugin alone, opened at a path. */
export function renderPortal(
  path: string,
  api: DataResourcesApi,
  entities: Entity[] = [],
  signals?: SignalApi,
) {
  return renderTestApp({
    features: [plugin],
    initialRouteEntries: [path],
    config: {
      app: { title: 'Portal', baseUrl: 'http://localhost:3000' },
      backend: { baseUrl: 'http://localhost:7007' },
    },
    mountedRoutes: {
      '/catalog/:namespace/:kind/:name': entityRouteRef,
      '/create': askRouteRef,
    },
    apis: [
      [dataResourcesApiRef, api],
      ...(signals ? [[signalApiRef, signals] as const] : []),
      [catalogApiRef, catalogApiMock({ entities })],
      [
        identityApiRef,
        mockApis.identity({
          userEntityRef: 'user:default/payments-dev',
          ownershipEntityRefs: [
            'user:default/payments-dev',
            'group:default/payments',
          ],
        }),
      ],
    ],
  });
}
