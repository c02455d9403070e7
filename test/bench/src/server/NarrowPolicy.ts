import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { isPermission } from '@backstage/plugin-permission-common';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import {
  createDataResourcesResourceConditionalDecision,
  dataResourcesResourceConditions,
} from '@data-resources/plugin-data-resources-backend';
import { dataResourcesResourceReadPermission } from '@data-resources/plugin-data-resources-common';
// The backend of the sample portal exports nothing: it is a program.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { DataResourcesPolicy } from 'backend/src/permissions/DataResourcesPolicy';

const PLATFORM = 'group:default/platform';
const AUDITORS = 'group:default/auditors';

/**
 * The sample portal's policy to copy (docs/permissions.md), with `bench.narrowResources` narrowed
 * further: then who is neither of platform nor an auditor sees only what their groups own.
 */
export default createBackendModule({
  pluginId: 'permission',
  moduleId: 'narrow-policy',
  register({ registerInit }) {
    registerInit({
      deps: {
        config: coreServices.rootConfig,
        policy: policyExtensionPoint,
        userInfo: coreServices.userInfo,
      },
      async init({ config, policy, userInfo }) {
        const sample = DataResourcesPolicy.create({
          userInfo,
          platformGroup: PLATFORM,
          auditorsGroup: AUDITORS,
        });
        const narrow = config.getOptionalBoolean('bench.narrowResources');
        policy.setPolicy({
          async handle(query, user) {
            const { permission } = query;
            if (
              !narrow ||
              !user ||
              !isPermission(permission, dataResourcesResourceReadPermission)
            ) {
              return sample.handle(query, user);
            }
            const { ownershipEntityRefs: claims } = await userInfo.getUserInfo(
              user.credentials,
            );
            return claims.includes(PLATFORM) || claims.includes(AUDITORS)
              ? sample.handle(query, user)
              : createDataResourcesResourceConditionalDecision(
                  permission,
                  dataResourcesResourceConditions.isOwner({ claims }),
                );
          },
        });
      },
    });
  },
});
