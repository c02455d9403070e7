import type { MetricsService } from '@backstage/backend-plugin-api/alpha';
import type { ManagedInstance } from '../instances/ManagedInstance';
import { gaugeOf, INSTANCE } from './definitions';

const STATUSES = ['ok', 'warn', 'error'] as const;

/** Shows what this replica last saw of the instances; no cluster is asked for it. */
export function observeInstances(
  metrics: MetricsService,
  instances: readonly ManagedInstance[],
): void {
  const labelsOf = ({ engine, name, environment }: ManagedInstance) => ({
    engine,
    [INSTANCE]: name,
    environment,
  });
  gaugeOf(metrics, 'reachable').addCallback(result =>
    instances.forEach(instance =>
      result.observe(instance.status.reachable ? 1 : 0, labelsOf(instance)),
    ),
  );
  gaugeOf(metrics, 'conditions').addCallback(result =>
    instances.forEach(instance => {
      for (const status of STATUSES) {
        const { conditions = [] } = instance.status;
        result.observe(
          conditions.filter(condition => condition.status === status).length,
          { ...labelsOf(instance), status },
        );
      }
    }),
  );
}
