import { dataResourcesAuditReadPermission } from './auditPermissions';
import {
  dataResourcesRequestCreatePermission,
  dataResourcesRequestDecidePermission,
  dataResourcesRequestReadPermission,
  dataResourcesRequestWithdrawPermission,
} from './requestPermissions';
import {
  dataResourcesResourceCredentialsPermission,
  dataResourcesResourceDeletePermission,
  dataResourcesResourceReadPermission,
  dataResourcesResourceUpdatePermission,
} from './resourcePermissions';

/**
 * Every permission of Data Resources.
 *
 * @public
 */
export const dataResourcesPermissions = [
  dataResourcesRequestReadPermission,
  dataResourcesRequestCreatePermission,
  dataResourcesRequestDecidePermission,
  dataResourcesRequestWithdrawPermission,
  dataResourcesResourceReadPermission,
  dataResourcesResourceUpdatePermission,
  dataResourcesResourceDeletePermission,
  dataResourcesResourceCredentialsPermission,
  dataResourcesAuditReadPermission,
];
