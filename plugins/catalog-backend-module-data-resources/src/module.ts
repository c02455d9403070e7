import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  catalogProcessingExtensionPoint,
  catalogServiceRef,
} from '@backstage/plugin-catalog-node';
import { DataAccessProcessor } from './processor/DataAccessProcessor';
import { DataResourcesEntityProvider } from './provider/DataResourcesEntityProvider';
import { FeedReader } from './provider/FeedReader';
import { readProviderConfig } from './provider/readProviderConfig';

/**
 * Module of the catalog that makes entities of data resources and of their instances.
 *
 * @public
 */
export const catalogModuleDataResources = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'data-resources',
  register(reg) {
    reg.registerInit({
      deps: {
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        discovery: coreServices.discovery,
        logger: coreServices.logger,
        processing: catalogProcessingExtensionPoint,
        scheduler: coreServices.scheduler,
      },
      async init({
        auth,
        catalog,
        config,
        discovery,
        logger,
        processing,
        scheduler,
      }) {
        processing.addEntityProvider(
          DataResourcesEntityProvider.create({
            auth,
            catalog,
            config: readProviderConfig(config),
            feed: FeedReader.create({ auth, discovery }),
            logger,
            scheduler,
          }),
        );
        processing.addProcessor(new DataAccessProcessor());
      },
    });
  },
});
