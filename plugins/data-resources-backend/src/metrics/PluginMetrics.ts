import type { LoggerService } from '@backstage/backend-plugin-api';
import type { MetricsService } from '@backstage/backend-plugin-api/alpha';
import type { Knex } from 'knex';
import type { InstanceRegistry } from '../instances/InstanceRegistry';
import { CredentialMetrics } from './CredentialMetrics';
import { EventMetrics } from './EventMetrics';
import { ExecutionMetrics } from './ExecutionMetrics';
import { LedgerGauges } from './LedgerGauges';
import { LoopMetrics } from './LoopMetrics';
import { observeInstances } from './observeInstances';

/** All that is measured once there is a database; the engines' calls are measured from the start. */
export interface PluginMetrics {
  credentials: CredentialMetrics;
  events: EventMetrics;
  executions: ExecutionMetrics;
  loops: LoopMetrics;
  ledger: LedgerGauges;
}

/** Creates the instruments and begins to show what is there. */
export function createMetrics(options: {
  metrics: MetricsService;
  knex: Knex;
  instances: InstanceRegistry;
  logger: LoggerService;
}): PluginMetrics {
  const all = options.instances.all();
  observeInstances(options.metrics, all);
  const named = { ...options, instances: all.map(({ name }) => name) };
  return {
    credentials: CredentialMetrics.create(options),
    events: EventMetrics.create(options),
    executions: ExecutionMetrics.create(named),
    loops: LoopMetrics.create(options),
    ledger: LedgerGauges.create(named),
  };
}
