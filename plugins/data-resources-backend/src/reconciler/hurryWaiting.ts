import type { Knex } from 'knex';

/**
 * Lets what waits for an instance be tried at once. Several rows are locked in the order in which everybody
 * locks them: that of the requests.
 */
export async function hurryWaiting(
  knex: Knex,
  instance: string,
): Promise<void> {
  await knex.raw(
    `WITH waiting AS MATERIALIZED (
       SELECT id FROM requests
       WHERE instance = ? AND state = 'approved' AND waiting_reason IS NOT NULL
       ORDER BY id FOR NO KEY UPDATE
     )
     UPDATE requests q SET next_attempt_at = now() FROM waiting WHERE q.id = waiting.id`,
    [instance],
  );
  await knex.raw(
    `WITH waiting AS MATERIALIZED (
       SELECT id FROM resources
       WHERE instance = ? AND active_request_id IS NOT NULL AND due_at IS NOT NULL
       ORDER BY active_request_id FOR NO KEY UPDATE
     )
     UPDATE resources r SET due_at = now() FROM waiting WHERE r.id = waiting.id`,
    [instance],
  );
}
