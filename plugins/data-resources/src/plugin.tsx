import {
  createFrontendPlugin,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { FormFieldBlueprint } from '@backstage/plugin-scaffolder-react/alpha';
import AssignmentIcon from '@material-ui/icons/AssignmentTurnedInOutlined';
import InboxIcon from '@material-ui/icons/MoveToInbox';
import StorageIcon from '@material-ui/icons/Storage';
import { dataResourcesApi } from './api/dataResourcesApi';
import { isDataResource, isInstance } from './entity/entityFilters';
import {
  adoptionRouteRef,
  askRouteRef,
  requestRouteRef,
  requestsRouteRef,
  resourceRouteRef,
  resourcesRouteRef,
} from './routes';

const resourcesPage = PageBlueprint.make({
  params: {
    path: '/data-resources',
    title: 'Data resources',
    icon: <StorageIcon fontSize="inherit" />,
    routeRef: resourcesRouteRef,
    loader: () =>
      import('./resources/ResourcesRouter').then(m => <m.ResourcesRouter />),
  },
});

const requestsPage = PageBlueprint.make({
  name: 'requests',
  params: {
    path: '/data-resources/requests',
    title: 'Requests',
    icon: <AssignmentIcon fontSize="inherit" />,
    routeRef: requestsRouteRef,
    loader: () =>
      import('./requests/RequestsRouter').then(m => <m.RequestsRouter />),
  },
});

const adoptionPage = PageBlueprint.make({
  name: 'adoption',
  params: {
    path: '/data-resources/adoption',
    title: 'Adoption',
    icon: <InboxIcon fontSize="inherit" />,
    routeRef: adoptionRouteRef,
    loader: () =>
      import('./adoption/AdoptionPage').then(m => <m.AdoptionPage />),
  },
});

const resourceContent = EntityContentBlueprint.make({
  name: 'resource',
  params: {
    path: '/data-resource',
    title: 'Data resource',
    filter: isDataResource,
    loader: () =>
      import('./entity/DataResourceContent').then(m => (
        <m.DataResourceContent />
      )),
  },
});

const instanceCard = EntityCardBlueprint.make({
  name: 'instance',
  params: {
    type: 'content',
    filter: isInstance,
    loader: () => import('./entity/InstanceCard').then(m => <m.InstanceCard />),
  },
});

const askSpecField = FormFieldBlueprint.make({
  name: 'spec',
  params: {
    field: () => import('./ask/askSpecField').then(m => m.askSpecField),
  },
});

/**
 * Data Resources in the portal: the pages of requests and data resources, the tab on a data
 * resource's entity page, the card on an instance's, and the field for settings of templates' forms.
 *
 * @public
 */
export default createFrontendPlugin({
  pluginId: 'data-resources',
  title: 'Data resources',
  icon: <StorageIcon fontSize="inherit" />,
  extensions: [
    dataResourcesApi,
    resourcesPage,
    requestsPage,
    adoptionPage,
    resourceContent,
    instanceCard,
    askSpecField,
  ],
  routes: {
    resources: resourcesRouteRef,
    resource: resourceRouteRef,
    requests: requestsRouteRef,
    request: requestRouteRef,
    adoption: adoptionRouteRef,
  },
  externalRoutes: { ask: askRouteRef },
});
