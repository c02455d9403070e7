import { InputError } from '@backstage/errors';
import type { ManagedInstance } from '../instances/ManagedInstance';

/**
 * No call starts unless the rest of the lease is longer than its time-out, and the lease is
 * renewed when a quarter of it is over: a shorter one would let nothing ever start.
 */
export function checkLease(
  leaseMs: number,
  instances: readonly Pick<ManagedInstance, 'name' | 'connection'>[],
): void {
  for (const { name, connection } of instances) {
    if (leaseMs < 2 * connection.callTimeoutMs) {
      throw new InputError(
        `dataResources.reconciler.lease is ${leaseMs} ms, and a call to ${name} may take ${
          connection.callTimeoutMs
        } ms; make the lease at least ${
          2 * connection.callTimeoutMs
        } ms, or the call time-out shorter`,
      );
    }
  }
}
