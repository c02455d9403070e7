import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { dataResourcesEnginesExtensionPoint } from '@data-resources/plugin-data-resources-node';
import { CallerResolver } from './callers/CallerResolver';
import { CatalogDirectory } from './catalog/CatalogDirectory';
import { readDataResourcesConfig } from './config';
import { CredentialEnder } from './credentials/CredentialEnder';
import { CredentialService } from './credentials/CredentialService';
import { openDatabase } from './database/openDatabase';
import { FeedReader } from './feed/FeedReader';
import { OutboxNumberer } from './feed/OutboxNumberer';
import { InstanceReader } from './instances/InstanceReader';
import {
  EngineCollection,
  InstanceRegistry,
} from './instances/InstanceRegistry';
import { LoginLocks } from './logins/LoginLocks';
import { Loop } from './loops/Loop';
import { RequestNotifier } from './notifications/RequestNotifier';
import { createPolicyEngine } from './policy';
import { InstanceWorker } from './reconciler/InstanceWorker';
import { RequestExecutor } from './reconciler/RequestExecutor';
import { ResourceReconciler } from './reconciler/ResourceReconciler';
import { DecisionService } from './requests/DecisionService';
import { LedgerReader } from './requests/LedgerReader';
import { PlanService } from './requests/PlanService';
import { RequestExpiry } from './requests/RequestExpiry';
import { RequestReader } from './requests/RequestReader';
import { RequestService } from './requests/RequestService';
import { RequestStore } from './requests/RequestStore';
import { SubjectResolver } from './requests/SubjectResolver';
import { GrantReader } from './resources/GrantReader';
import { ResourceReader } from './resources/ResourceReader';
import { createRouter } from './router/createRouter';
import { UsageLedger } from './usage';

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
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        notifications: notificationService,
      },
      async init(deps) {
        const { logger, lifecycle } = deps;
        const config = readDataResourcesConfig(deps.config);
        const policies = createPolicyEngine(config, engines);
        if (config.instances.length === 0) {
          logger.info(
            'No instances are configured under dataResources.instances: nothing can be asked for',
          );
        }
        const instances = InstanceRegistry.create({ config, engines, logger });
        const knex = await openDatabase(deps.database);
        const directory = CatalogDirectory.create(deps);
        const { installationId, platformGroup } = config;

        const { types } = engines;
        const store = RequestStore.create({ knex, types });
        const usage = UsageLedger.create({ knex, types });
        const logins = LoginLocks.create({ knex });
        const requestReader = RequestReader.create({ knex, platformGroup });
        const subjects = SubjectResolver.create({
          ledger: LedgerReader.create({ knex }),
          instances,
          directory,
          installationId,
          platformGroup,
        });
        const plans = PlanService.create({
          policies,
          directory,
          usage,
          platformGroup,
          productionEnvironments: config.productionEnvironments,
        });
        const executor = RequestExecutor.create({
          knex,
          store,
          plans,
          subjects,
          directory,
          logger,
        });
        const reconciler = ResourceReconciler.create({ knex, logins, logger });
        const workers = new Map(
          instances
            .all()
            .map(instance => [
              instance.name,
              InstanceWorker.create({ instance, executor, reconciler, logger }),
            ]),
        );
        const wake = (instance: string) => workers.get(instance)?.wake();
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

        // The router authenticates by itself, so that every error is answered by its own
        // middleware, which tells no stack.
        deps.httpRouter.addAuthPolicy({
          path: '/v1',
          allow: 'unauthenticated',
        });
        deps.httpRouter.use(
          await createRouter({
            callers: CallerResolver.create({
              httpAuth: deps.httpAuth,
              directory,
            }),
            instances,
            instanceReader: InstanceReader.create({ knex, instances }),
            requests,
            decisions: DecisionService.create({
              store,
              reader: requestReader,
              onApproved: wake,
            }),
            requestReader,
            resourceReader: ResourceReader.create({
              knex,
              instances,
              platformGroup,
            }),
            grantReader: GrantReader.create({ knex, instances, platformGroup }),
            credentials: CredentialService.create({
              knex,
              instances,
              directory,
              logins,
              installationId,
              graceMs: config.credentials.grace,
            }),
            feed: FeedReader.create({ knex, instances }),
            logger,
          }),
        );

        const numberer = OutboxNumberer.create({ knex });
        const notifier = RequestNotifier.create({
          knex,
          reader: requestReader,
          notifications: deps.notifications,
          logger,
        });
        const expiry = RequestExpiry.create({ knex, store });
        const ender = CredentialEnder.create({
          knex,
          instances,
          logins,
          logger,
        });
        const loops: Loop[] = [];
        const loop = (
          name: string,
          intervalMs: number,
          run: () => Promise<unknown>,
        ) =>
          loops.push(
            Loop.start({
              name,
              intervalMs,
              logger,
              run: async () => {
                await run();
              },
            }),
          );
        lifecycle.addStartupHook(() => {
          instances.start(lifecycle);
          workers.forEach(worker => worker.start());
          loop('Numbering the outbox', 500, () => numberer.number());
          loop('Telling people about requests', 1_000, () => notifier.notify());
          loop('Ending credentials', 2_000, () => ender.endDue());
          loop('Expiring requests', 30_000, () => expiry.expireDue());
          loop('Counting usage', 60_000, () => usage.countUncounted());
        });
        instances.onReachable(name => workers.get(name)?.onReachable());
        lifecycle.addShutdownHook(async () => {
          await Promise.allSettled([
            ...loops.map(each => each.stop()),
            ...[...workers.values()].map(worker => worker.stop()),
          ]);
        });
      },
    });
  },
});
