import {
  createExternalRouteRef,
  createRouteRef,
  createSubRouteRef,
} from '@backstage/frontend-plugin-api';

/** The list of data resources. */
export const resourcesRouteRef = createRouteRef();

/** One data resource, also where the catalog has no entity for it (yet). */
export const resourceRouteRef = createSubRouteRef({
  parent: resourcesRouteRef,
  path: '/:resourceId',
});

/** The list of requests. */
export const requestsRouteRef = createRouteRef();

/** One request. */
export const requestRouteRef = createSubRouteRef({
  parent: requestsRouteRef,
  path: '/:requestId',
});

/** What nobody manages. */
export const adoptionRouteRef = createRouteRef();

/** Where data resources are asked for: the list of software templates. */
export const askRouteRef = createExternalRouteRef({
  defaultTarget: 'scaffolder.root',
});
