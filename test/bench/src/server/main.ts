import { createBackend } from '@backstage/backend-defaults';
import { answerParent } from './answerParent';

answerParent();

const backend = createBackend();
backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@data-resources/plugin-auth-backend-module-persona'));
backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-notifications-backend'));
backend.add(import('@backstage/plugin-permission-backend'));
backend.add(import('./NarrowPolicy'));
backend.add(import('@data-resources/plugin-data-resources-backend'));
backend.add(
  import('@data-resources/plugin-data-resources-backend-module-cassandra'),
);
backend.add(
  import('@data-resources/plugin-data-resources-backend-module-kafka'),
);
backend.add(
  import('@data-resources/plugin-data-resources-backend-module-postgres'),
);
backend.add(import('./BoxEngine'));
backend.start();
