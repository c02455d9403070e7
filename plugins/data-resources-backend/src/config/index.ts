export { readDataResourcesConfig } from './readDataResourcesConfig';
export type {
  DataResourcesConfig,
  InstanceConfig,
} from './DataResourcesConfig';
