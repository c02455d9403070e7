import type { createBackend } from '@backstage/backend-defaults';

/** Our plugins, and the sign-in of the development portal. */
export function addDataResources(
  backend: ReturnType<typeof createBackend>,
): void {
  // Refuses to start outside a development portal.
  backend.add(import('@data-resources/plugin-auth-backend-module-persona'));

  // Data resources: the core, one module for each engine it may offer, and what
  // makes catalog entities and template actions of them.
  backend.add(import('@data-resources/plugin-data-resources-backend'));
  backend.add(
    import('@data-resources/plugin-data-resources-backend-module-kafka'),
  );
  backend.add(
    import('@data-resources/plugin-data-resources-backend-module-cassandra'),
  );
  backend.add(
    import('@data-resources/plugin-data-resources-backend-module-postgres'),
  );
  backend.add(
    import('@data-resources/plugin-catalog-backend-module-data-resources'),
  );
  backend.add(
    import('@data-resources/plugin-scaffolder-backend-module-data-resources'),
  );
}
