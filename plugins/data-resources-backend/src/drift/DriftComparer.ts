import type { InstanceProbe } from '@data-resources/plugin-data-resources-node';
import type { ResourceRow } from '../database/rows';
import type { ManagedInstance } from '../instances/ManagedInstance';
import { inOrder } from '../requests/planInput';
import type { AccessComparer } from './AccessComparer';
import { driftOf, type DriftFinding } from './driftOf';

/** Looks at resources of one instance and type, in as few calls as the engine allows. */
export class DriftComparer {
  readonly #access: AccessComparer;

  private constructor(access: AccessComparer) {
    this.#access = access;
  }

  static create(options: { access: AccessComparer }): DriftComparer {
    return new DriftComparer(options.access);
  }

  async compare(
    instance: ManagedInstance,
    probe: InstanceProbe,
    rows: readonly ResourceRow[],
    signal: AbortSignal,
  ): Promise<DriftFinding[]> {
    const provider = instance.connection.provider(rows[0].type);
    const seen = await provider.observe(
      rows.map(({ name, identity }) => ({
        name,
        identity: identity ?? undefined,
      })),
      instance.context(signal),
    );
    const found = rows.flatMap(row => {
      const observed = seen.get(row.name);
      return observed ? [{ row, observed }] : [];
    });
    const access = await this.#access.compare(
      instance,
      probe,
      found.filter(({ observed }) => observed.ours),
      signal,
    );
    return found.map(({ row, observed }) => {
      const { changes } = provider.plan({
        action: 'update',
        object: { name: row.name, identity: row.identity ?? undefined },
        desired: inOrder(row.spec),
        current: inOrder(row.spec),
        grants: { add: [], remove: [], keep: [] },
        observed,
        instance: probe,
      });
      const all = [...changes, ...(access.get(row.id) ?? [])];
      return { row, observed, drift: driftOf(row, observed, all) };
    });
  }
}
