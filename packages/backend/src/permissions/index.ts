import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { DataResourcesPolicy } from './DataResourcesPolicy';

/**
 * Puts {@link DataResourcesPolicy} in force. A portal has one policy: this takes the place of
 * `@backstage/plugin-permission-backend-module-allow-all-policy`.
 */
export default createBackendModule({
  pluginId: 'permission',
  moduleId: 'data-resources-policy',
  register({ registerInit }) {
    registerInit({
      deps: {
        config: coreServices.rootConfig,
        policy: policyExtensionPoint,
        userInfo: coreServices.userInfo,
      },
      async init({ config, policy, userInfo }) {
        policy.setPolicy(
          DataResourcesPolicy.create({
            userInfo,
            platformGroup: config.getString('dataResources.platformGroup'),
            auditorsGroup: 'group:default/auditors',
          }),
        );
      },
    });
  },
});
