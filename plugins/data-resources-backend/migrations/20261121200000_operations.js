// @ts-check

/**
 * What operators look at: counts by index alone, the trace in which a request was made, and one
 * replica at a time per consumer of the outbox.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.raw(
    "CREATE INDEX resources_phase_idx ON resources (instance, type, phase) WHERE phase <> 'deleted'",
  );
  await knex.raw(
    `CREATE INDEX resources_drifted_idx ON resources (instance, type)
     WHERE conditions @> '[{"type": "Drifted", "status": "true"}]'`,
  );
  await knex.schema.alterTable('requests', table => {
    table
      .text('traceparent')
      .nullable()
      .comment('The W3C trace context in which the request was made');
  });
  await knex.schema.alterTable('feed_cursors', table => {
    table.uuid('lease_ticket').nullable();
    table.timestamp('lease_until', { useTz: true }).nullable();
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('feed_cursors', table => {
    table.dropColumn('lease_until');
    table.dropColumn('lease_ticket');
  });
  await knex.schema.alterTable('requests', table => {
    table.dropColumn('traceparent');
  });
  await knex.raw('DROP INDEX resources_drifted_idx');
  await knex.raw('DROP INDEX resources_phase_idx');
};
