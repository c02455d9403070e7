import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  Change,
  InstanceProbe,
  Observation,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import stringify from 'fast-json-stable-stringify';
import { appendAudit, appendOutbox } from '../database/appendEvents';
import type { ResourceRow, StoredCondition } from '../database/rows';
import type { ManagedInstance } from '../instances/ManagedInstance';
import { inOrder } from '../requests/planInput';
import { withConditions } from './conditions';

/** Objects per look at an engine. */
const BATCH = 500;

export interface DriftWatcherOptions {
  knex: Knex;
  instances: readonly ManagedInstance[];
  intervalMs: number;
  logger: LoggerService;
}

/** What the engine has differently, as a condition and as the changes that would put it back. */
interface Drift {
  changes: Change[];
  condition: Omit<StoredCondition, 'since'>;
}

/**
 * Compares what is declared with what the engines have, and writes down the difference. It never
 * corrects anything: that takes a request. One replica looks at an instance at a time.
 */
export class DriftWatcher {
  readonly #options: DriftWatcherOptions;

  private constructor(options: DriftWatcherOptions) {
    this.#options = options;
  }

  static create(options: DriftWatcherOptions): DriftWatcher {
    return new DriftWatcher(options);
  }

  /** Looks at every instance whose turn it is; one that is down holds up nobody else. */
  async watchDue(signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.#options.instances.map(async instance => {
        if (!(await this.#claim(instance.name))) {
          return;
        }
        try {
          await this.#pass(instance, signal);
        } catch (error) {
          this.#options.logger
            .child({ instance: instance.name })
            .warn(
              `${instance.name} could not be compared with the ledger; that is tried again`,
              error instanceof Error ? error : undefined,
            );
        }
      }),
    );
  }

  /** The row count decides which replica's turn it is; the next turn is an interval away. */
  async #claim(instance: string): Promise<boolean> {
    const { knex, intervalMs } = this.#options;
    const { rows } = await knex.raw<{ rows: unknown[] }>(
      `INSERT INTO drift_passes AS p (instance, due_at)
       VALUES (?, now() + ? * interval '1 millisecond')
       ON CONFLICT (instance) DO UPDATE SET due_at = excluded.due_at
       WHERE p.due_at <= now()
       RETURNING instance`,
      [instance, intervalMs],
    );
    return rows.length > 0;
  }

  async #pass(instance: ManagedInstance, signal: AbortSignal): Promise<void> {
    const { knex } = this.#options;
    const probe = await instance.probe();
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const rows: ResourceRow[] = await knex<ResourceRow>('resources')
        .where({ instance: instance.name })
        .whereIn('phase', ['ready', 'degraded'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(BATCH);
      if (rows.length === 0 || signal.aborted) {
        break;
      }
      // One that is being worked on differs for a reason.
      const idle = rows.filter(row => row.active_request_id === null);
      for (const type of new Set(idle.map(row => row.type))) {
        await this.#compare(
          instance,
          probe,
          idle.filter(row => row.type === type),
          signal,
        );
      }
      after = rows[rows.length - 1].id;
    }
    await knex('drift_passes')
      .where({ instance: instance.name })
      .update({ ended_at: knex.fn.now() });
  }

  async #compare(
    instance: ManagedInstance,
    probe: InstanceProbe,
    rows: ResourceRow[],
    signal: AbortSignal,
  ): Promise<void> {
    const provider = instance.connection.provider(rows[0].type);
    const seen = await provider.observe(
      rows.map(({ name, identity }) => ({
        name,
        identity: identity ?? undefined,
      })),
      instance.context(signal),
    );
    for (const row of rows) {
      const observed = seen.get(row.name);
      if (!observed) {
        continue;
      }
      const { changes } = provider.plan({
        action: 'update',
        object: { name: row.name, identity: row.identity ?? undefined },
        desired: inOrder(row.spec),
        current: inOrder(row.spec),
        grants: { add: [], remove: [], keep: [] },
        observed,
        instance: probe,
      });
      await this.#write(row, observed, driftOf(row, observed, changes));
    }
  }

  /** Only what is new is written, and only on the generation that was looked at. */
  async #write(
    row: ResourceRow,
    observed: Observation,
    drift: Drift,
  ): Promise<void> {
    const { knex } = this.#options;
    const next = drift.changes.length > 0 ? drift.changes : null;
    const phase = observed.ours ? 'ready' : 'degraded';
    const before = row.conditions.find(({ type }) => type === 'Drifted');
    if (
      stringify(next) === stringify(row.drift) &&
      phase === row.phase &&
      before?.status === drift.condition.status &&
      before?.message === drift.condition.message
    ) {
      return;
    }
    const isWritten = await knex.transaction(async trx => {
      const written = await trx('resources')
        .where({ id: row.id, generation: row.generation, phase: row.phase })
        .whereNull('active_request_id')
        .update({
          phase,
          drift: next && JSON.stringify(next),
          ...(observed.spec ? { observed: JSON.stringify(observed.spec) } : {}),
          conditions: JSON.stringify(
            withConditions(row.conditions, [
              drift.condition,
              {
                type: 'Ready',
                status: observed.ours ? 'true' : 'false',
                reason: observed.ours ? 'Provisioned' : drift.condition.reason,
                message: observed.ours
                  ? 'All steps are done.'
                  : drift.condition.message,
              },
            ]),
          ),
          updated_at: trx.raw("date_trunc('milliseconds', now())"),
        });
      if (written === 0) {
        return false;
      }
      await appendAudit(trx, [
        {
          event: next || !observed.ours ? 'drift.found' : 'drift.ended',
          actor: 'system:drift',
          resourceId: row.id,
          details: {
            reason: drift.condition.reason,
            message: drift.condition.message,
          },
        },
      ]);
      await appendOutbox(trx, [{ kind: 'resource', id: row.id }]);
      return true;
    });
    if (isWritten) {
      this.#options.logger
        .child({ resourceId: row.id, instance: row.instance })
        .info(`${row.name}: ${drift.condition.message}`);
    }
  }
}

function driftOf(
  row: ResourceRow,
  observed: Observation,
  changes: Change[],
): Drift {
  const drifted = (reason: string, message: string, found: Change[]) => ({
    changes: found,
    condition: { type: 'Drifted', status: 'true' as const, reason, message },
  });
  if (!observed.exists) {
    return drifted(
      'Gone',
      `${row.name} is not there any more; somebody removed it.`,
      [],
    );
  }
  if (!observed.ours) {
    return drifted(
      'Replaced',
      `What is called ${row.name} now is another object; somebody replaced ours.`,
      [],
    );
  }
  if (changes.length > 0) {
    return drifted(
      'Changed',
      `Different on the engine: ${changes
        .map(
          ({ path, from, to }) =>
            `${path} is ${show(from)}, declared is ${show(to)}`,
        )
        .join('; ')}.`,
      changes,
    );
  }
  return {
    changes: [],
    condition: {
      type: 'Drifted',
      status: 'false',
      reason: 'Applied',
      message: 'The engine has the declared state.',
    },
  };
}

function show(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
