import type {
  AuditorService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { SignalsService } from '@backstage/plugin-signals-node';
import type { Knex } from 'knex';
import { AuditHeadLog } from '../audit/AuditHeadLog';
import { AuditNumberer } from '../audit/AuditNumberer';
import { CredentialEnder } from '../credentials/CredentialEnder';
import type { DiscoveryWatcher } from '../discovery/DiscoveryWatcher';
import { OutboxNumberer } from '../feed/OutboxNumberer';
import type { InstanceRegistry } from '../instances/InstanceRegistry';
import { UseWatcher } from '../liveUse/UseWatcher';
import type { LoginLocks } from '../logins/LoginLocks';
import type { PluginMetrics } from '../metrics';
import { RequestNotifier } from '../notifications/RequestNotifier';
import type { DriftWatcher } from '../reconciler/DriftWatcher';
import type { InstanceWorker } from '../reconciler/InstanceWorker';
import { RequestExpiry } from '../requests/RequestExpiry';
import type { RequestReader } from '../requests/RequestReader';
import type { RequestService } from '../requests/RequestService';
import type { RequestStore } from '../requests/RequestStore';
import { QuarantineEnder } from '../resources/QuarantineEnder';
import { ResourceCounter } from '../resources/ResourceCounter';
import { ChangeSignaller } from '../signals/ChangeSignaller';
import type { UsageLedger } from '../usage';
import { LoopSet } from './LoopSet';
import type { Rush } from './Rush';

export interface BackgroundOptions {
  knex: Knex;
  auditor: AuditorService;
  notifications: NotificationService;
  signals: SignalsService;
  logger: LoggerService;
  instances: InstanceRegistry;
  /** By the name of the instance. */
  workers: ReadonlyMap<string, InstanceWorker>;
  drift: DriftWatcher;
  discovery: DiscoveryWatcher;
  /** Between two looks at the live use of an instance. */
  useIntervalMs: number;
  logins: LoginLocks;
  usage: UsageLedger;
  store: RequestStore;
  reader: RequestReader;
  requests: RequestService;
  platformGroup: string;
  metrics: PluginMetrics;
  rush: Rush;
}

/** What the plugin does without being asked, in any number of replicas. */
export interface Background {
  start(): void;
  /** Waits for what is being done. */
  stop(): Promise<void>;
}

/** Puts together everything that runs by the clock. */
export function createBackground(options: BackgroundOptions): Background {
  const { knex, logger, instances, workers, metrics, reader } = options;
  const stopping = new AbortController();
  const loops = LoopSet.create({ ...options, metrics: metrics.loops });
  const loop = loops.start.bind(loops);
  const patient = loops.startPatient.bind(loops);
  return {
    start() {
      instances.onReachable(name => workers.get(name)?.onReachable());
      workers.forEach(worker => worker.start());

      const outbox = OutboxNumberer.create({ knex });
      patient('Numbering the outbox', 500, () => outbox.number());
      const audit = AuditNumberer.create({
        knex,
        onNumbered: rows => metrics.events.numbered(rows),
      });
      patient('Numbering the audit trail', 500, () => audit.number());
      const head = AuditHeadLog.create(options);
      loop('Logging the head of the audit trail', 60_000, () => head.log());
      const notifier = RequestNotifier.create({ ...options, reader });
      patient('Telling people about requests', 1_000, () => notifier.notify());
      const signaller = ChangeSignaller.create(options);
      patient('Telling pages what changed', 500, () => signaller.signal());
      const credentials = CredentialEnder.create(options);
      loop('Ending credentials', 2_000, () => credentials.endDue());
      const expiry = RequestExpiry.create(options);
      loop('Expiring requests', 5_000, () => expiry.expireDue());
      const quarantines = QuarantineEnder.create(options);
      loop('Ending quarantines', 1_000, () => quarantines.endDue());
      patient('Looking for drift', 1_000, () =>
        options.drift.watchDue(stopping.signal),
      );
      const counter = ResourceCounter.create({ knex });
      patient('Adding up resources', 10_000, () => counter.addUp());
      const use = UseWatcher.create({
        knex,
        intervalMs: options.useIntervalMs,
        logger,
      });
      // Each on its own, so that a dead engine slows nobody.
      for (const instance of instances.all()) {
        patient(`Looking through ${instance.name}`, 1_000, () =>
          options.discovery.watchDue(instance, stopping.signal),
        );
        patient(`Looking who uses ${instance.name}`, 1_000, () =>
          use.watchDue(instance, stopping.signal),
        );
      }
      patient('Counting usage', 60_000, () => options.usage.countUncounted());
    },
    async stop() {
      stopping.abort();
      metrics.ledger.stop();
      await Promise.allSettled([
        loops.stop(),
        ...[...workers.values()].map(worker => worker.stop()),
      ]);
    },
  };
}
