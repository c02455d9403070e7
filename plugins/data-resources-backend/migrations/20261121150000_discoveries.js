// @ts-check

/**
 * What is on the instances and nobody manages.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  const now = knex.raw("date_trunc('milliseconds', now())");
  await knex.schema.createTable('discoveries', table => {
    table.comment('Objects that no resource claims, as the last pass saw them');
    table.uuid('id').primary();
    table.text('instance').notNullable();
    table.text('environment').notNullable();
    table.text('type').notNullable();
    table.text('name').notNullable();
    table.text('normalised_name').notNullable();
    table.jsonb('identity').notNullable();
    table.jsonb('spec').notNullable();
    table
      .text('internal')
      .nullable()
      .comment('Whose it is, where nobody should adopt it');
    table.jsonb('hints').notNullable();
    table.text('owner').nullable().comment('Suggested');
    table.text('system').nullable().comment('Suggested');
    table.text('why').nullable();
    table
      .timestamp('created_at', { useTz: true })
      .notNullable()
      .defaultTo(now)
      .comment('First seen');
    table.timestamp('seen_at', { useTz: true }).notNullable();
    table.unique(['instance', 'type', 'name']);
    table.index(['created_at', 'id']);
    table.index(['instance', 'created_at', 'id']);
    table.index(['owner', 'created_at', 'id']);
  });
  await knex.schema.createTable('discovery_passes', table => {
    table.comment('Whose turn it is to be looked through');
    table.text('instance').primary();
    table.timestamp('due_at', { useTz: true }).notNullable();
    table.timestamp('started_at', { useTz: true }).notNullable();
    table.timestamp('ended_at', { useTz: true }).nullable();
    table.text('message').nullable().comment('Why the last pass did not end');
  });
  await knex.raw(
    "CREATE INDEX resources_identity_idx ON resources (instance, identity) WHERE phase <> 'deleted'",
  );
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.raw('DROP INDEX resources_identity_idx');
  await knex.schema.dropTable('discovery_passes');
  await knex.schema.dropTable('discoveries');
};
