import type { Knex } from 'knex';
import { appendAudit, type AuditEntry } from '../database/appendEvents';
import type { RequestRow, ResourceRow } from '../database/rows';
import { runPrepared } from '../database/runPrepared';
import {
  releaseAllClaims,
  releaseEarlierClaims,
} from '../requests/claims/claimRows';
import { canEnter } from '../resources/phases';
import {
  END,
  endBindings,
  isTaken,
  type Completed,
  type CompletionOptions,
  type Ended,
  type EndRow,
  type Phase,
} from './completionStatement';
import { ACTOR } from './endExecution';

/**
 * All steps are done: the generations are ready, the requests completed, the ledger true. All are of one
 * instance. It is one statement, or, where more than that ends with them, one transaction.
 */
export async function completeExecutions(
  knex: Knex,
  completed: readonly Completed[],
  options: CompletionOptions,
): Promise<void> {
  const ending = completed.map(each => ({
    ...each,
    phase: phaseAfter(each.row, each.action),
  }));
  const bindings = endBindings(ending, options);
  if (!ending.some(endsMore)) {
    const { rows } = await runPrepared<EndRow>(knex, END, bindings);
    mustBeEnded(rows, ending);
    return;
  }
  await knex.transaction(async trx => {
    const { rows } = await trx.raw<{ rows: EndRow[] }>(END.sql, bindings);
    mustBeEnded(rows, ending);
    const ours = new Set(rows.map(({ id }) => id));
    const ended = ending.filter(({ row }) => ours.has(row.id));
    if (ended.length === 0) {
      return;
    }
    // A login that nothing was taken from has what it had.
    const credentials = ended.some(({ grants }) => grants.some(isTaken))
      ? await endUnusedCredentials(trx, ended[0])
      : [];
    await releaseEarlierClaims(
      trx,
      requestIds(ended.filter(({ action }) => action === 'update')),
    );
    await releaseNames(trx, ended);
    await appendAudit(trx, credentials);
  });
}

function mustBeEnded(
  rows: readonly EndRow[],
  completed: readonly Completed[],
): void {
  if (rows.some(({ ended }) => !ended)) {
    throw new Error(
      `Of the requests ${requestIds(completed).join(
        ', ',
      )} not all are executing any more`,
    );
  }
}

/** Whether credentials, claims or names end with it. */
function endsMore({ action, phase, grants }: Ended): boolean {
  return action === 'update' || phase === 'deleted' || grants.some(isTaken);
}

async function releaseNames(trx: Knex, ended: readonly Ended[]): Promise<void> {
  const deleted = ended.filter(({ phase }) => phase === 'deleted');
  if (deleted.length > 0) {
    await releaseAllClaims(
      trx,
      deleted.map(({ row }) => row.id),
    );
    await trx('reservations')
      .whereIn(
        'resource_id',
        deleted.map(({ row }) => row.id),
      )
      .whereNull('released_at')
      .update({ released_at: trx.fn.now() });
  }
}

function requestIds(items: readonly Completed[]): string[] {
  return items.map(({ row }) => row.active_request_id!);
}

/** Logins without any grant were removed on the engine; their credentials have ended with them. */
async function endUnusedCredentials(
  trx: Knex,
  { row }: Ended,
): Promise<AuditEntry[]> {
  const { rows } = await trx.raw<{
    rows: { id: string; version: number; base: string }[];
  }>(
    `UPDATE credentials c SET state = 'ended', ended_at = now()
     FROM principals p
     WHERE c.principal_id = p.id AND p.instance = ? AND c.state IN ('active', 'ending')
       AND NOT EXISTS (
         SELECT 1 FROM grants g
         WHERE g.instance = p.instance AND g.login_base = p.base AND g.state <> 'revoked')
     RETURNING c.id, c.version, p.base`,
    [row.instance],
  );
  return rows.map(({ id, version, base }) => ({
    event: 'credential.ended',
    actor: ACTOR,
    requestId: row.active_request_id,
    resourceId: row.id,
    details: {
      credentialId: id,
      version,
      instance: row.instance,
      login: base,
      reason: 'its login has no grant any more',
    },
  }));
}

/** A `delete` of what was in use ends in quarantine; only what is `deleting` is gone after it. */
function phaseAfter(row: ResourceRow, action: RequestRow['action']): Phase {
  const live = action === 'delete' ? 'quarantined' : 'ready';
  const phase = row.phase === 'deleting' ? 'deleted' : live;
  if (!canEnter(row.phase, phase)) {
    throw new Error(`${row.name} is ${row.phase} and cannot become ${phase}`);
  }
  return phase;
}
