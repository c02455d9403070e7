import {
  ApiBlueprint,
  createApiRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import {
  type DataResourcesApi,
  DataResourcesClient,
} from '@data-resources/plugin-data-resources-common';

/**
 * The typed client of the Data Resources backend, as the signed-in user.
 *
 * @public
 */
export const dataResourcesApiRef = createApiRef<DataResourcesApi>().with({
  id: 'plugin.data-resources.client',
  pluginId: 'data-resources',
});

export const dataResourcesApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: dataResourcesApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: ({ discoveryApi, fetchApi }) =>
        new DataResourcesClient({ discoveryApi, fetchApi }),
    }),
});
