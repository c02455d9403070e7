// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('resources', table => {
    table
      .timestamp('purge_at', { useTz: true })
      .nullable()
      .comment('In quarantine: when the object is removed for good');
    table
      .jsonb('drift')
      .nullable()
      .comment('What the engine has differently; null: nothing, or not looked');
  });
  await knex.raw(
    "CREATE INDEX resources_purge_idx ON resources (purge_at) WHERE phase = 'quarantined'",
  );
  await knex.raw(
    "CREATE INDEX resources_watched_idx ON resources (instance, id) WHERE phase IN ('ready', 'degraded')",
  );
  await knex.schema.createTable('drift_passes', table => {
    table.comment('Whose turn it is to compare an instance with the ledger');
    table.text('instance').primary();
    table.timestamp('due_at', { useTz: true }).notNullable();
    table.timestamp('ended_at', { useTz: true }).nullable();
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('drift_passes');
  await knex.raw('DROP INDEX resources_watched_idx');
  await knex.raw('DROP INDEX resources_purge_idx');
  await knex.schema.alterTable('resources', table => {
    table.dropColumn('drift');
    table.dropColumn('purge_at');
  });
};
