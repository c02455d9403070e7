/**
 * The backend of Data Resources.
 *
 * @packageDocumentation
 */
export { auditCommand } from './audit/cli/auditCommand';
export type { AuditCommandOutput } from './audit/cli/auditCommand';
export {
  createDataResourcesRequestConditionalDecision,
  createDataResourcesResourceConditionalDecision,
  dataResourcesRequestConditions,
  dataResourcesResourceConditions,
} from './permissions/conditionExports';
export { dataResourcesPlugin as default } from './plugin';
