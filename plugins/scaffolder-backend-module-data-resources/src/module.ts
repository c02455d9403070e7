import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { scaffolderTemplatingExtensionPoint } from '@backstage/plugin-scaffolder-node/alpha';
import { toMap } from './filters/toMap';
import { createRequestAction } from './request/createRequestAction';

/**
 * Module of the scaffolder with the action `data-resources:request`, and the filter `toMap` that
 * its templates use.
 *
 * @public
 */
export const scaffolderModuleDataResources = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'data-resources',
  register(reg) {
    reg.registerInit({
      deps: {
        actions: scaffolderActionsExtensionPoint,
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        discovery: coreServices.discovery,
        templating: scaffolderTemplatingExtensionPoint,
      },
      async init({ actions, auth, config, discovery, templating }) {
        actions.addActions(
          createRequestAction({
            auth,
            discovery,
            appBaseUrl: config.getString('app.baseUrl').replace(/\/+$/, ''),
          }),
        );
        templating.addTemplateFilters([toMap]);
      },
    });
  },
});
