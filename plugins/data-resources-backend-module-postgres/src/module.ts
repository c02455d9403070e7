import { createBackendModule } from '@backstage/backend-plugin-api';
import { dataResourcesEnginesExtensionPoint } from '@data-resources/plugin-data-resources-node';
import { postgresEngine } from './postgresEngine';

/**
 * Brings PostgreSQL databases to the data-resources plugin.
 *
 * @public
 */
export const dataResourcesModulePostgres = createBackendModule({
  pluginId: 'data-resources',
  moduleId: 'postgres',
  register(registration) {
    registration.registerInit({
      deps: { engines: dataResourcesEnginesExtensionPoint },
      async init({ engines }) {
        engines.addEngine(postgresEngine);
      },
    });
  },
});
