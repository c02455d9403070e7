import { createBackendModule } from '@backstage/backend-plugin-api';
import { dataResourcesEnginesExtensionPoint } from '@data-resources/plugin-data-resources-node';
import { kafkaEngine } from './kafkaEngine';

/**
 * Adds Kafka topics to the data-resources plugin.
 *
 * @public
 */
export const dataResourcesModuleKafka = createBackendModule({
  pluginId: 'data-resources',
  moduleId: 'kafka',
  register(reg) {
    reg.registerInit({
      deps: { engines: dataResourcesEnginesExtensionPoint },
      async init({ engines }) {
        engines.addEngine(kafkaEngine);
      },
    });
  },
});
