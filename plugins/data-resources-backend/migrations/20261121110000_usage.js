// @ts-check

/**
 * What a resource uses up, kept beside its spec, so that the sum over a group is one query.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('resources', table => {
    table
      .jsonb('usage')
      .nullable()
      .comment('What the spec uses up, by counter; null: not counted yet');
  });
  await knex.raw(
    "CREATE INDEX resources_usage_idx ON resources (owner, environment) WHERE phase <> 'deleted'",
  );
  await knex.raw(
    "CREATE INDEX resources_uncounted_idx ON resources (owner, environment) WHERE usage IS NULL AND phase <> 'deleted'",
  );
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.raw('DROP INDEX resources_uncounted_idx');
  await knex.raw('DROP INDEX resources_usage_idx');
  await knex.schema.alterTable('resources', table => {
    table.dropColumn('usage');
  });
};
