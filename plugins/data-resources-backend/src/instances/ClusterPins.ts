import type { Knex } from 'knex';
import { appendAudit } from '../database/appendEvents';

/** Which cluster an instance is. */
export interface ClusterPin {
  clusterId: string;
  /** The configured id by which it took the place of another one. */
  accepted?: string;
}

interface PinRow {
  instance: string;
  cluster_id: string;
  accepted: string | null;
}

const ACTOR = 'system:instances';

/** Keeps in the ledger which cluster each instance is, from the first contact on. */
export class ClusterPins {
  readonly #knex: Knex;

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  static create(options: { knex: Knex }): ClusterPins {
    return new ClusterPins(options.knex);
  }

  /** Undefined before the first contact. */
  async read(instance: string): Promise<ClusterPin | undefined> {
    const row: PinRow | undefined = await this.#knex<PinRow>('cluster_pins')
      .where({ instance })
      .first();
    return row && toPin(row);
  }

  /**
   * Pins in place of what the caller read, which may be nothing. Where another replica was
   * faster its pin stays; answers with the one that holds.
   */
  async pin(
    instance: string,
    before: ClusterPin | undefined,
    pin: ClusterPin,
  ): Promise<ClusterPin> {
    await this.#knex.transaction(async trx => {
      const row = {
        instance,
        cluster_id: pin.clusterId,
        accepted: pin.accepted ?? null,
      };
      const written = before
        ? await trx<PinRow>('cluster_pins')
            .where({
              instance,
              cluster_id: before.clusterId,
              accepted: before.accepted ?? null,
            })
            .update({ ...row, pinned_at: trx.fn.now() } as Partial<PinRow>)
            .returning('instance')
        : await trx<PinRow>('cluster_pins')
            .insert(row)
            .onConflict('instance')
            .ignore()
            .returning('instance');
      if (written.length > 0 && before?.clusterId !== pin.clusterId) {
        await appendAudit(trx, [
          {
            event: before ? 'cluster.replaced' : 'cluster.pinned',
            actor: ACTOR,
            details: {
              instance,
              clusterId: pin.clusterId,
              ...(before ? { before: before.clusterId } : {}),
            },
          },
        ]);
      }
    });
    return (await this.read(instance))!;
  }
}

function toPin({ cluster_id, accepted }: PinRow): ClusterPin {
  return { clusterId: cluster_id, ...(accepted === null ? {} : { accepted }) };
}
