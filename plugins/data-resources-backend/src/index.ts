/**
 * The backend of Data Resources.
 *
 * @packageDocumentation
 */
export {
  createDataResourcesRequestConditionalDecision,
  createDataResourcesResourceConditionalDecision,
  dataResourcesRequestConditions,
  dataResourcesResourceConditions,
} from './permissions/conditionExports';
export { dataResourcesPlugin as default } from './plugin';
