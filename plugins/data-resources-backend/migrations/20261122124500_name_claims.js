// @ts-check

/**
 * Prefixes of names that resources claim for their owners. One index finds those that a name or a prefix
 * begins with (by equality, with all its beginnings) and those that begin with a prefix (by a range), whatever
 * the database's collation; the index of held names learns the latter as well.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('name_claims', table => {
    table.comment('Prefixes of names that are claimed or asked for');
    table.uuid('id').primary();
    table.text('instance').notNullable();
    table.text('normalised_prefix').notNullable();
    table.text('prefix').notNullable();
    table.text('name').notNullable().comment("The resource's own");
    table.text('owner').notNullable();
    table.uuid('request_id').notNullable().references('id').inTable('requests');
    table.uuid('resource_id').nullable().index();
    table
      .timestamp('created_at', { useTz: true })
      .notNullable()
      .defaultTo(knex.raw("date_trunc('milliseconds', now())"));
    table.timestamp('released_at', { useTz: true }).nullable();
    table.unique(['request_id', 'normalised_prefix']);
  });
  await knex.raw(
    'CREATE INDEX name_claims_held_idx ON name_claims (instance, normalised_prefix text_pattern_ops) WHERE released_at IS NULL',
  );
  await knex.raw('DROP INDEX reservations_held_idx');
  await knex.raw(
    'CREATE UNIQUE INDEX reservations_held_idx ON reservations (instance, normalised_name text_pattern_ops) WHERE released_at IS NULL',
  );
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.raw('DROP INDEX reservations_held_idx');
  await knex.raw(
    'CREATE UNIQUE INDEX reservations_held_idx ON reservations (instance, normalised_name) WHERE released_at IS NULL',
  );
  await knex.schema.dropTable('name_claims');
};
