import type { InstanceRegistry } from '../instances/InstanceRegistry';
import type { LoopMetrics } from '../metrics';
import { InstanceWorker } from './InstanceWorker';
import {
  RequestExecutor,
  type RequestExecutorOptions,
} from './RequestExecutor';
import {
  ResourceReconciler,
  type ResourceReconcilerOptions,
} from './ResourceReconciler';

/** One worker for each instance, by its name. */
export function createWorkers(
  options: RequestExecutorOptions &
    ResourceReconcilerOptions & {
      instances: InstanceRegistry;
      metrics: { loops: LoopMetrics };
    },
): ReadonlyMap<string, InstanceWorker> {
  const executor = RequestExecutor.create(options);
  const reconciler = ResourceReconciler.create(options);
  return new Map(
    options.instances.all().map(instance => [
      instance.name,
      InstanceWorker.create({
        instance,
        executor,
        reconciler,
        metrics: options.metrics.loops,
        logger: options.logger,
      }),
    ]),
  );
}
