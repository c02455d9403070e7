import { createBackend } from '@backstage/backend-defaults';
import cassandra from '@data-resources/plugin-data-resources-backend-module-cassandra';
import kafka from '@data-resources/plugin-data-resources-backend-module-kafka';
import postgres from '@data-resources/plugin-data-resources-backend-module-postgres';
import { MomentGate } from './MomentGate';
import { watchDatabase } from './watchDatabase';
import { watchEngines } from './watchEngines';

/**
 * A backend with the real plugin and the real engines, and of Backstage what these need. The
 * gates around the engines and the database do nothing until the runner says so.
 */
const gate = MomentGate.create();
// A runner that is gone stops nobody.
process.on('disconnect', () => process.exit(1));
watchDatabase(gate);

const backend = createBackend();
backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@data-resources/plugin-auth-backend-module-persona'));
backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-notifications-backend'));
backend.add(import('@data-resources/plugin-data-resources-backend'));
for (const module of [kafka, cassandra, postgres]) {
  backend.add(watchEngines(module, gate));
}
backend.start();
