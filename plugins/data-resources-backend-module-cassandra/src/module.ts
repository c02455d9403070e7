import { createBackendModule } from '@backstage/backend-plugin-api';
import { dataResourcesEnginesExtensionPoint } from '@data-resources/plugin-data-resources-node';
import { CassandraEngine } from './CassandraEngine';

/**
 * Adds the engine `cassandra` with the type `cassandra-keyspace` to Data Resources.
 *
 * @public
 */
export const dataResourcesModuleCassandra = createBackendModule({
  pluginId: 'data-resources',
  moduleId: 'cassandra',
  register(env) {
    env.registerInit({
      deps: { engines: dataResourcesEnginesExtensionPoint },
      async init({ engines }) {
        engines.addEngine(CassandraEngine.create());
      },
    });
  },
});
