import type {
  InstanceProbe,
  SharedReads,
} from '@data-resources/plugin-data-resources-node';
import type { ManagedInstance } from '../instances/ManagedInstance';
import { inOrder } from '../requests/planInput';
import type { AccessComparer } from './AccessComparer';
import { driftOf, type DriftFinding } from './driftOf';
import type { DriftRow } from './DriftRow';
import { isNews } from './isNews';

interface Pass {
  probe: InstanceProbe;
  reads: SharedReads;
}

/** Looks at resources of one instance and type, in as few calls as the engine allows. */
export class DriftComparer {
  readonly #access: AccessComparer;

  private constructor(access: AccessComparer) {
    this.#access = access;
  }

  static create(options: { access: AccessComparer }): DriftComparer {
    return new DriftComparer(options.access);
  }

  /** @param pass - what the comparison of all rows has in common that were read at one moment */
  async compare(
    instance: ManagedInstance,
    rows: readonly DriftRow[],
    pass: Pass,
    signal: AbortSignal,
  ): Promise<DriftFinding[]> {
    const found = await this.#look(instance, rows, pass, signal);
    // What differs, or does no longer, is told and judged by all that stands there.
    const unclear = found.filter(
      each =>
        each.observed.partial &&
        (each.drift.changes.length > 0 || isNews(each)),
    );
    if (unclear.length === 0) {
      return found;
    }
    const seen = await this.#look(
      instance,
      unclear.map(({ row }) => row),
      { ...pass, inFull: true },
      signal,
    );
    const full = new Map(seen.map(each => [each.row.id, each]));
    return found.map(each => full.get(each.row.id) ?? each);
  }

  async #look(
    instance: ManagedInstance,
    rows: readonly DriftRow[],
    { probe, reads, inFull = false }: Pass & { inFull?: boolean },
    signal: AbortSignal,
  ): Promise<DriftFinding[]> {
    const provider = instance.connection.provider(rows[0].type);
    const context = instance.context(signal, { reads });
    const [seen, grants] = await Promise.all([
      provider.observe(
        rows.map(({ name, identity, spec }) => ({
          name,
          identity: identity ?? undefined,
          ...(inFull ? {} : { declared: spec }),
        })),
        context,
      ),
      this.#access.grants(rows),
    ]);
    const found = rows.flatMap(row => {
      const observed = seen.get(row.name);
      return observed ? [{ row, observed, spec: inOrder(row.spec) }] : [];
    });
    const { changes: access, byPrefix } = await this.#access.compare(
      found.filter(({ observed }) => observed.ours),
      {
        type: instance.types.find(({ type }) => type === rows[0].type),
        provider,
        probe,
        context,
        grants,
      },
    );
    return found.map(({ row, observed, spec }) => {
      const { changes } = provider.plan({
        action: 'update',
        object: { name: row.name, identity: row.identity ?? undefined },
        desired: spec,
        current: spec,
        grants: { add: [], remove: [], keep: [] },
        observed,
        instance: probe,
      });
      const all = [...changes, ...(access.get(row.id) ?? [])];
      return {
        row,
        observed,
        drift: driftOf(row, observed, all),
        byPrefix: byPrefix.has(row.id),
      };
    });
  }
}
