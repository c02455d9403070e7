import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { metricsServiceRef } from '@backstage/backend-plugin-api/alpha';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import {
  dataResourcesEnginesExtensionPoint,
  dataResourcesExportsExtensionPoint,
} from '@data-resources/plugin-data-resources-node';
import { AuditAccess } from './audit/AuditAccess';
import { AuditReader } from './audit/AuditReader';
import { AuditVerifier } from './audit/AuditVerifier';
import { HistoryReader } from './audit/HistoryReader';
import { recordPolicies } from './audit/recordPolicies';
import { createBatches } from './batches/createBatches';
import { CallerResolver } from './callers/CallerResolver';
import { CatalogDirectory } from './catalog/CatalogDirectory';
import { readDataResourcesConfig } from './config';
import { CredentialService } from './credentials/CredentialService';
import { openDatabase } from './database/openDatabase';
import { createDiscovery } from './discovery/createDiscovery';
import { createDriftWatcher } from './drift/createDriftWatcher';
import { DoubtStore } from './drift/DoubtStore';
import { ExportCollection } from './exports/ExportCollection';
import { ExportReader } from './exports/ExportReader';
import { FeedReader } from './feed/FeedReader';
import { ClusterPins } from './instances/ClusterPins';
import { InstanceReader } from './instances/InstanceReader';
import {
  EngineCollection,
  InstanceRegistry,
} from './instances/InstanceRegistry';
import { LoginLocks } from './logins/LoginLocks';
import { createBackground } from './loops/createBackground';
import { Rush } from './loops/Rush';
import { createMetrics, EngineMetrics } from './metrics';
import { PermissionGuard } from './permissions/PermissionGuard';
import { PolicyPermissions } from './permissions/PolicyPermissions';
import { registerPermissions } from './permissions/registerPermissions';
import { createPolicyEngine, policiesInForce } from './policy';
import { checkLease } from './reconciler/checkLease';
import { createWorkers } from './reconciler/createWorkers';
import { createPlanning } from './requests/createPlanning';
import { DecisionService } from './requests/DecisionService';
import { RequestReader } from './requests/RequestReader';
import { RequestService } from './requests/RequestService';
import { RequestStore } from './requests/RequestStore';
import { GrantReader } from './resources/GrantReader';
import { PromotionReader } from './resources/PromotionReader';
import { ResourceReader } from './resources/ResourceReader';
import { UseReader } from './resources/UseReader';
import { createRouter } from './router/createRouter';

/**
 * Requests, policies, approvals and the reconciler. Knows no engine by name: modules bring
 * them through `dataResourcesEnginesExtensionPoint`.
 *
 * @public
 */
export const dataResourcesPlugin = createBackendPlugin({
  pluginId: 'data-resources',
  register(env) {
    const engines = new EngineCollection();
    env.registerExtensionPoint(dataResourcesEnginesExtensionPoint, engines);
    const exportFormats = new ExportCollection();
    env.registerExtensionPoint(
      dataResourcesExportsExtensionPoint,
      exportFormats,
    );
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        rootLifecycle: coreServices.rootLifecycle,
        logger: coreServices.logger,
        metrics: metricsServiceRef,
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        signals: signalsServiceRef,
      },
      async init(deps) {
        const { logger, lifecycle, rootLifecycle } = deps;
        const config = readDataResourcesConfig(deps.config);
        const policies = createPolicyEngine(config, engines);
        if (config.instances.length === 0) {
          logger.info(
            'No instances are configured under dataResources.instances: nothing can be asked for',
          );
        }
        const knex = await openDatabase(deps.database);
        const engineMetrics = EngineMetrics.create(deps);
        const instances = InstanceRegistry.create({
          config,
          engines,
          metrics: engineMetrics,
          pins: ClusterPins.create({ knex }),
          logger,
        });
        checkLease(config.reconciler.lease, instances.all());
        const metrics = createMetrics({ ...deps, knex, instances });
        await recordPolicies(knex, {
          ...config,
          policies: policiesInForce(config, engines),
        });
        registerPermissions({ registry: deps.permissionsRegistry, knex });
        const directory = CatalogDirectory.create(deps);
        const { installationId, platformGroup } = config;

        const { types } = engines;
        const store = RequestStore.create({ knex, types });
        const logins = LoginLocks.create({ knex });
        const doubts = DoubtStore.create({ knex });
        const requestReader = RequestReader.create({ knex, platformGroup });
        const resourceReader = ResourceReader.create({
          knex,
          instances,
          platformGroup,
          promotions: PromotionReader.create({
            knex,
            instances,
            platformGroup,
            environments: config.environments,
          }),
        });
        const { ledger, usage, subjects, plans, quarantine } = createPlanning({
          knex,
          config,
          types,
          instances,
          directory,
          policies,
        });
        const rush = Rush.create();
        const workers = createWorkers({
          knex,
          store,
          plans,
          subjects,
          directory,
          instances,
          platformGroup,
          logins,
          quarantine,
          metrics: { ...metrics, engines: engineMetrics },
          leaseMs: config.reconciler.lease,
          rush,
          logger,
        });
        const wake = (instance: string, known?: CatalogDirectory) =>
          workers.get(instance)?.wake(known);
        const requests = RequestService.create({
          knex,
          store,
          reader: requestReader,
          plans,
          subjects,
          platformGroup,
          expireAfterMs: config.requests.expireAfter,
          onApproved: wake,
        });

        const callers = CallerResolver.create({
          httpAuth: deps.httpAuth,
          directory,
          permissionsOf: credentials =>
            PolicyPermissions.create(
              {
                permissions: deps.permissions,
                registry: deps.permissionsRegistry,
                logger,
              },
              credentials,
            ),
        });

        // The router authenticates by itself, so that every error is answered by its own
        // middleware, which tells no stack.
        deps.httpRouter.addAuthPolicy({
          path: '/v1',
          allow: 'unauthenticated',
        });
        const discovery = createDiscovery({
          knex,
          instances,
          directory,
          platformGroup,
          environments: config.environments,
          intervalMs: config.discovery.interval,
          logger,
        });
        const guard = PermissionGuard.create({
          requests: requestReader,
          resources: resourceReader,
          ledger,
          platformGroup,
        });
        const decisions = DecisionService.create({
          store,
          reader: requestReader,
          directory,
          onApproved: wake,
        });
        deps.httpRouter.use(
          await createRouter({
            callers,
            guard,
            instances,
            instanceReader: InstanceReader.create({ knex, instances, doubts }),
            requests,
            decisions,
            discoveries: discovery,
            batches: createBatches({
              knex,
              guard,
              plans,
              store,
              reader: requestReader,
              subjects,
              decisions,
              directory,
              types,
              platformGroup,
              expireAfterMs: config.requests.expireAfter,
              rush,
              logger,
              onApproved: wake,
            }),
            requestReader,
            resourceReader,
            grantReader: GrantReader.create({ knex, instances, platformGroup }),
            useReader: UseReader.create({ knex, instances }),
            exportReader: ExportReader.create({
              knex,
              instances,
              formats: exportFormats.over(engines.types),
              installationId,
              logger,
            }),
            credentials: CredentialService.create({
              knex,
              instances,
              logins,
              installationId,
              graceMs: config.credentials.grace,
              metrics: metrics.credentials,
              logger,
            }),
            feed: FeedReader.create({ knex, instances }),
            history: HistoryReader.create({ knex }),
            audit: {
              access: AuditAccess.create({
                callers,
                permissionsEnabled:
                  deps.config.getOptionalBoolean('permission.enabled') ?? false,
                platformGroup,
              }),
              reader: AuditReader.create({ knex }),
              verifier: AuditVerifier.create({ knex }),
            },
            auditor: deps.auditor,
            logger,
          }),
        );

        const drift = createDriftWatcher({
          knex,
          instances: instances.all(),
          installationId,
          doubts,
          policies,
          plans,
          subjects,
          store,
          expireAfterMs: config.requests.expireAfter,
          onApproved: wake,
          massLoss: config.drift.massLoss,
          intervalMs: config.drift.interval,
          logger,
        });
        const background = createBackground({
          ...deps,
          knex,
          instances,
          workers,
          drift,
          discovery: discovery.watcher,
          useIntervalMs: config.liveUse.interval,
          logins,
          usage,
          store,
          reader: requestReader,
          requests,
          platformGroup,
          metrics,
          rush,
        });
        // When all plugins serve: the work asks the catalog and tells the notifications.
        rootLifecycle.addStartupHook(() => {
          instances.start(lifecycle);
          background.start();
        });
        lifecycle.addShutdownHook(() => background.stop());
      },
    });
  },
});
